import type { StreamError } from '../../src/errors.js';
import type { KafkaTopicOffsets } from './client.js';
import { blocked, called } from './confluent-calls.js';
import type { ConfluentConsumerLike, ConfluentError, ConfluentFactory, ConfluentMessage, ConfluentPlace } from './confluent-client.js';
import { ConfluentCommits } from './confluent-commits.js';
import { memberConfig, topicConfig } from './confluent-config.js';
import { CONNECT_MS, connect, POLL_MS } from './confluent-connect.js';
import { readConfluentLag } from './confluent-lag.js';
import { makeConfluentMessage } from './confluent-message.js';
import { ConfluentReader, placeOf } from './confluent-reader.js';
import { confluentError, failure, isTransient } from './errors.js';
import { Lane, type LaneProgress, laneName } from './lane.js';
import type { Member, MemberOwner } from './member.js';
import type { ConfluentSettings } from './options.js';
import { Sleeper } from './sleeper.js';

const ASSIGN = -175;
const REVOKE = -174;
const AUTHENTICATION = -169;
/** The share of the poll interval that lanes have to be settled: the rest is for the rejoin. */
const SETTLE_SHARE = 0.8;

type Own = Lane<ConfluentMessage>;

/**
 * One life of one member of a group, by librdkafka. It waits for an answer to its rebalance callback, so a revocation takes as long as
 * the lanes need, bounded by `max.poll.interval.ms`. But meanwhile it reads nothing of what it has assigned; therefore it is told that
 * it has nothing to read, and a second client reads: so only the lanes that move stop.
 */
export class ConfluentMember implements Member<ConfluentMessage> {
  readonly lanes: Map<string, Own> = new Map();
  isReady = false;
  waiting = 0;
  readonly #client: ConfluentConsumerLike;
  readonly #reader: ConfluentReader;
  readonly #settings: ConfluentSettings;
  readonly #owner: MemberOwner<ConfluentMessage>;
  #running: Promise<void> | undefined;
  readonly #sleeper: Sleeper = new Sleeper();
  readonly #commits: ConfluentCommits;
  /** Ends a revocation that waits for its lanes. */
  readonly #holds: Set<() => void> = new Set();
  /** When the process was last seen to run. */
  #seen = 0;
  /** Why a connection was refused, before there was any. */
  #refusal: ConfluentError | undefined;
  #stopping = false;
  #disconnecting: Promise<void> | undefined;
  #ended = false;

  constructor(make: ConfluentFactory, settings: ConfluentSettings, owner: MemberOwner<ConfluentMessage>) {
    this.#settings = settings;
    this.#owner = owner;
    this.#client = make(
      {
        ...memberConfig(settings),
        rebalance_cb: (error, places) => this.#rebalanced(error, places),
        offset_commit_cb: (error, places) => this.#commits.answered(error, places),
      },
      topicConfig(settings),
    );
    this.#client.setDefaultConsumeTimeout(0);
    this.#commits = new ConfluentCommits(this.#client, () => !this.#stopping && !this.#isLost);
    this.#reader = new ConfluentReader(make, settings, {
      isFull: () => this.waiting > owner.ahead(),
      came: (count) => {
        this.waiting += count;
        owner.arrived();
      },
    });
    // What goes wrong on one connection is the client's to mend; what it cannot, consuming tells.
    this.#client.on('event.error', (error) => {
      // These events have lost their codes.
      if (!this.isReady && /authentication failure/i.test(error.message)) this.#refusal = { message: error.message, code: AUTHENTICATION };
    });
  }

  start(): void {
    this.#seen = performance.now();
    this.#running ??= this.#run().catch((error: unknown) => this.#end(confluentError('consuming', this.#refusal ?? error)));
  }

  async #run(): Promise<void> {
    await connect(this.#client);
    for (const topic of this.#settings.topics) await this.#find(topic);
    if (this.#stopping) return;
    await this.#reader.connect();
    if (this.#stopping) return;
    this.isReady = true;
    this.#owner.arrived();
    this.#client.subscribe([...this.#settings.topics]);
    await Promise.all([this.#poll(), this.#reader.run()]);
  }

  /** Callbacks come with consuming only: rebalances, answers to commits, errors. */
  async #poll(): Promise<void> {
    while (!this.#stopping) {
      this.checkSession();
      try {
        await called((done) => this.#client.consume(1, done));
      } catch (error) {
        if (!isTransient(error)) throw error;
      }
      if (!this.#stopping) await this.#sleeper.sleep(this.#commits.isBusy ? 1 : POLL_MS);
      this.#commits.sendAgain();
    }
  }

  /** librdkafka waits in silence for a topic that does not exist. */
  async #find(topic: string): Promise<void> {
    const { topics } = await blocked<{ topics: { name: string; partitions: unknown[] }[] }>((done) =>
      this.#client.getMetadata({ topic, timeout: CONNECT_MS }, done),
    );
    const found = topics.find(({ name }) => name === topic);
    if (found !== undefined && found.partitions.length > 0) return;
    // The client leaves out of the metadata why there is nothing; as a subscriber it is told. It joins only where there are topics.
    this.#client.subscribe([topic]);
    const end = performance.now() + this.#settings.answerMs;
    while (performance.now() < end && !this.#stopping) {
      await called((done) => this.#client.consume(1, done));
      await this.#sleeper.sleep(POLL_MS);
    }
    throw failure('NOT_FOUND', `no topic ${topic}`);
  }

  #end(error: StreamError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#lose([...this.lanes.values()]);
    this.#commits.end(error);
    // Whoever stops it disconnects it.
    if (this.#stopping) return;
    // What goes wrong in leaving is no news: it has ended for a reason.
    this.#disconnect().catch(() => undefined);
    this.#owner.ended(this, error);
  }

  checkSession(): void {
    const now = performance.now();
    const stoodStillMs = now - this.#seen;
    this.#seen = now;
    if (this.#running === undefined || stoodStillMs <= this.#settings.sessionTimeoutMs) return;
    this.#end(failure('UNAVAILABLE', `the process stood still for ${Math.round(stoodStillMs)} ms, longer than its session`));
  }

  taken(count: number): void {
    this.waiting -= count;
    if (this.waiting <= this.#owner.ahead()) this.#reader.wake();
  }

  // ── Lanes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #rebalanced(error: ConfluentError | undefined, places: ConfluentPlace[]): void {
    if (this.#stopping) this.#answer(error?.code);
    else if (error?.code === ASSIGN) this.#assign(places);
    else if (error?.code === REVOKE) this.#revoke(places);
    else this.#end(confluentError('the rebalance', error));
  }

  #assign(places: ConfluentPlace[]): void {
    this.#client.incrementalAssign([]);
    const lanes = places.map(({ topic, partition }): Own => new Lane(topic, partition, this.#owner.nextAssignment(), makeConfluentMessage));
    for (const lane of lanes) this.lanes.set(lane.lane, lane);
    this.#reader.add(lanes);
    if (lanes.length > 0) this.#owner.assigned(lanes);
  }

  #revoke(places: ConfluentPlace[]): void {
    const lanes = places.flatMap(({ topic, partition }) => this.lanes.get(laneName(topic, partition)) ?? []);
    if (this.#isLost) {
      this.#lose(lanes);
      this.#answer();
      return;
    }
    for (const lane of lanes) {
      lane.leaving = true;
      this.#drop(lane);
    }
    this.#reader.remove(lanes);
    const deadlineMs = Math.floor(this.#settings.rebalanceTimeoutMs * SETTLE_SHARE);
    const end = (): void => {
      if (!this.#holds.delete(end)) return;
      clearTimeout(deadline);
      this.#forget(lanes);
      const isLost = this.#isLost;
      this.#answer();
      if (isLost) this.#end(failure('UNAVAILABLE', 'the group has given this member up while lanes were being settled'));
    };
    const deadline = setTimeout(end, deadlineMs);
    this.#holds.add(end);
    // What goes wrong in it is the owner's to tell.
    this.#owner.revoking(lanes, deadlineMs).then(end, end);
  }

  /** What it owned is another's by now. The client does not say so while it waits for an answer, and would go on with what it gets back. */
  get #isLost(): boolean {
    return !this.#stopping && this.#client.assignmentLost();
  }

  /** Lets a rebalance go on that takes lanes away, or any when it stops: a client that is being closed waits for it, too, and for ever. */
  #answer(code?: number): void {
    if (code === ASSIGN && this.#takesAssignment()) return;
    try {
      this.#client.incrementalUnassign([]);
    } catch (error) {
      // Once it is closed it waits for nothing.
      if (this.#disconnecting === undefined) throw error;
    }
  }

  /** An open client takes nothing else for an answer to an assignment; one that is closing refuses it. It may still wait for its thread. */
  #takesAssignment(): boolean {
    try {
      this.#client.incrementalAssign([]);
      return true;
    } catch {
      return false;
    }
  }

  #lose(lanes: readonly Own[]): void {
    const lost = lanes.filter((lane) => !lane.gone);
    this.#forget(lost);
    if (lost.length > 0) this.#owner.lost(lost);
  }

  #forget(lanes: readonly Own[]): void {
    this.#reader.remove(lanes);
    for (const lane of lanes) {
      lane.gone = true;
      this.#drop(lane);
      if (this.lanes.get(lane.lane) === lane) this.lanes.delete(lane.lane);
    }
  }

  #drop(lane: Own): void {
    const { waiting } = lane;
    lane.clear();
    this.taken(waiting);
  }

  rewind(lane: Own, offset: string): void {
    this.#drop(lane);
    if (!lane.leaving) this.#reader.rewind(lane, offset);
  }

  pause(lanes: readonly Own[]): void {
    this.#reader.pause(lanes);
  }

  resume(lanes: readonly Own[]): void {
    this.#reader.resume(lanes);
  }

  // ── Commits and the end ───────────────────────────────────────────────────────────────────────────────────────────

  commit({ topics }: KafkaTopicOffsets): Promise<void> {
    const places = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }): ConfluentPlace => ({ topic, partition, offset: Number(offset) })),
    );
    const request = this.#commits.make(
      places,
      places.map(({ topic, partition }) => this.lanes.get(laneName(topic, partition))),
    );
    this.#sleeper.wake();
    return request;
  }

  async ask(): Promise<void> {
    // A member without lanes has a coordinator, too; nobody asks it for nothing.
    const any = this.#settings.topics.map((topic) => ({ topic, partition: 0 }));
    const places = this.lanes.size > 0 ? [...this.lanes.values()].map(placeOf) : any;
    await blocked((done) => this.#client.committed(places, this.#settings.answerMs, done));
  }

  lag(lanes: readonly LaneProgress[]): Promise<ReadonlyMap<string, number>> {
    return readConfluentLag(this.#client, this.#settings, lanes).catch((error: unknown) => {
      throw confluentError('reading the lag', error);
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#sleeper.wake();
    this.#reader.end();
    for (const end of this.#holds) end();
    await this.#running;
    await this.#disconnect();
  }

  /** Leaves the group, once. */
  #disconnect(): Promise<void> {
    this.#stopping = true;
    for (const end of this.#holds) end();
    this.#disconnecting ??= (async () => {
      // A member whose connection was refused may never have had the other.
      await Promise.all([blocked((done) => this.#client.disconnect(done)), this.#reader.disconnect()]);
    })();
    return this.#disconnecting;
  }
}
