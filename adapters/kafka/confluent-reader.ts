import { blocked, called } from './confluent-calls.js';
import type { ConfluentConsumerLike, ConfluentFactory, ConfluentMessage, ConfluentPlace } from './confluent-client.js';
import { readerConfig, topicConfig } from './confluent-config.js';
import { CONNECT_MS, POLL_MS } from './confluent-connect.js';
import { isTransient } from './errors.js';
import { chunkOf, type Lane, laneName } from './lane.js';
import type { ConfluentSettings } from './options.js';
import { Sleeper } from './sleeper.js';

/** Records of one look. */
const LOOK = 10_000;
/** For how long the threads that fetch may sleep on after a lane was resumed, ms. */
const SLEEP_MS = 1_000;
/** Kafka's time stamp for the end of a partition. */
const LATEST = -1;

type Own = Lane<ConfluentMessage>;

/** What a reader tells. */
export interface ReaderOwner {
  /** Nobody takes what came. */
  isFull(): boolean;
  /** So many records came, and are in their lanes. */
  came(count: number): void;
}

/**
 * Reads the lanes of a member, by a client of its own that is in no group. librdkafka pauses everything that a client is assigned
 * as long as a rebalance of its group waits for an answer; what no group has assigned goes on.
 */
export class ConfluentReader {
  readonly #client: ConfluentConsumerLike;
  readonly #owner: ReaderOwner;
  /** What the client reads. */
  readonly #lanes: Map<string, Own> = new Map();
  /** What it is to read, or to read from elsewhere: begun between two looks, so that none brings what was asked for before. */
  readonly #starting: Set<Own> = new Set();
  readonly #paused: Set<string> = new Set();
  readonly #sleeper: Sleeper = new Sleeper();
  #stopping = false;

  constructor(make: ConfluentFactory, settings: ConfluentSettings, owner: ReaderOwner) {
    this.#owner = owner;
    this.#client = make(readerConfig(settings), topicConfig(settings));
    this.#client.setDefaultConsumeTimeout(0);
  }

  async connect(): Promise<void> {
    await blocked((done) => this.#client.connect({ timeout: CONNECT_MS }, done));
  }

  /** Reads until it is stopped. Rejects with what the client cannot mend. */
  async run(): Promise<void> {
    while (!this.#stopping) {
      this.#begin();
      if (this.#lanes.size === 0 || this.#owner.isFull()) await this.#sleeper.sleep();
      else if (!(await this.#consume())) await this.#sleeper.sleep(POLL_MS);
    }
  }

  #begin(): void {
    const lanes = [...this.#starting];
    if (lanes.length === 0) return;
    this.#starting.clear();
    const again = lanes.filter(({ lane }) => this.#lanes.has(lane));
    if (again.length > 0) this.#client.incrementalUnassign(again.map(placeOf));
    // Without an offset it is the one that the group has committed.
    this.#client.incrementalAssign(
      lanes.map((lane) => (lane.readFrom === undefined ? placeOf(lane) : { ...placeOf(lane), offset: Number(lane.readFrom) })),
    );
    for (const lane of lanes) {
      lane.readFrom = undefined;
      this.#lanes.set(lane.lane, lane);
    }
    const isPaused = ({ lane }: Own): boolean => this.#paused.has(lane);
    this.#client.pause(lanes.filter(isPaused).map(placeOf));
    // The client knows partitions beyond their assignment.
    this.#client.resume(lanes.filter((lane) => !isPaused(lane)).map(placeOf));
  }

  /** Returns whether something came. */
  async #consume(): Promise<boolean> {
    let messages: ConfluentMessage[];
    try {
      messages = await called<ConfluentMessage[]>((done) => this.#client.consume(LOOK, done));
    } catch (error) {
      // A client that is being closed says so.
      if (!this.#stopping && !isTransient(error)) throw error;
      return false;
    }
    let came = 0;
    for (let at = 0; at < messages.length; ) {
      const { topic, partition } = messages[at] as ConfluentMessage; // Below the length.
      let end = at + 1;
      while (end < messages.length && messages[end]?.partition === partition && messages[end]?.topic === topic) end += 1;
      const lane = this.#lanes.get(laneName(topic, partition));
      // What was under way when the lane left, or was sought back, is read again.
      if (lane !== undefined && !this.#starting.has(lane) && !this.#stopping) {
        lane.arrived([chunkOf(messages.slice(at, end))]);
        came += end - at;
      }
      at = end;
    }
    if (came > 0) this.#owner.came(came);
    return messages.length > 0;
  }

  /** There may be something to do. */
  wake(): void {
    this.#sleeper.wake();
  }

  add(lanes: readonly Own[]): void {
    for (const lane of lanes) this.#starting.add(lane);
    this.wake();
  }

  /** Brings nothing more of them. */
  remove(lanes: readonly Own[]): void {
    for (const lane of lanes) this.#starting.delete(lane);
    const read = lanes.filter((lane) => this.#lanes.get(lane.lane) === lane);
    for (const { lane } of read) this.#lanes.delete(lane);
    if (read.length > 0 && !this.#stopping) this.#client.incrementalUnassign(read.map(placeOf));
  }

  /** Reads a lane from this offset on. */
  rewind(lane: Own, offset: string): void {
    lane.readFrom = offset;
    this.add([lane]);
  }

  pause(lanes: readonly Own[]): void {
    for (const { lane } of lanes) this.#paused.add(lane);
    this.#client.pause(this.#read(lanes));
  }

  resume(lanes: readonly Own[]): void {
    for (const { lane } of lanes) this.#paused.delete(lane);
    const places = this.#read(lanes);
    if (places.length === 0) return;
    this.#client.resume(places);
    // The threads that fetch sleep on, unless they get something to do. The answer is not needed.
    const questions = places.map((place) => ({ ...place, offset: LATEST }));
    blocked((done) => this.#client.offsetsForTimes(questions, SLEEP_MS, done)).catch(() => undefined);
  }

  #read(lanes: readonly Own[]): ConfluentPlace[] {
    return this.#stopping ? [] : lanes.filter(({ lane }) => this.#lanes.has(lane)).map(placeOf);
  }

  /** Brings nothing more, at once; what is under way ends by itself. */
  end(): void {
    this.#stopping = true;
    this.wake();
  }

  async disconnect(): Promise<void> {
    this.end();
    await blocked((done) => this.#client.disconnect(done));
  }
}

export function placeOf({ topic, partition }: { readonly topic: string; readonly partition: number }): ConfluentPlace {
  return { topic, partition };
}
