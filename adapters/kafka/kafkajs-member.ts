import type { StreamError } from '../../src/errors.js';
import { roundRobin } from './assigner.js';
import type {
  KafkaBatchPayload,
  KafkaConsumerLike,
  KafkaJoinEvent,
  KafkaLike,
  KafkaMessage,
  KafkaMetadata,
  KafkaProtocol,
  KafkaReach,
  KafkaTopicOffsets,
} from './client.js';
import { CoordinatorWatch } from './coordinator.js';
import { failure, nativeError } from './errors.js';
import { chunksOf, mendAnswers } from './kafkajs-answers.js';
import { consumerConfig } from './kafkajs-config.js';
import { JoinWatch } from './kafkajs-join.js';
import { KafkajsLanes } from './kafkajs-lanes.js';
import { KafkajsRevocation } from './kafkajs-revocation.js';
import { KafkajsSeeks } from './kafkajs-seeks.js';
import { LagReader } from './lag.js';
import { type Lane, laneName } from './lane.js';
import type { Member, MemberOwner } from './member.js';
import type { Settings } from './options.js';

/** Beside its wait at the broker, what a fetch may take before a stop goes on without, ms. */
const FETCH_MS = 500;
/** Batches that wait for room at a time; a partition each. */
const CONCURRENT_BATCHES = 64;

type Own = Lane<KafkaMessage>;

/**
 * One life of one consumer of kafkajs, from `connect` to `disconnect` or its crash. kafkajs starts a crashed consumer again by
 * itself, also one that was disconnected meanwhile; here it never does: whoever wants to go on makes another member.
 */
export class KafkajsMember implements Member<KafkaMessage> {
  isReady = false;
  #running = false;
  readonly #client: KafkaConsumerLike;
  readonly #lag: LagReader;
  readonly #settings: Settings;
  readonly #owner: MemberOwner<KafkaMessage>;
  #starting: Promise<void> | undefined;
  /** Of the last batch: they go on being good while the client runs. */
  #tools: Pick<KafkaBatchPayload, 'heartbeat' | 'commitOffsetsIfNecessary'> | undefined;
  #watcher: NodeJS.Timeout | undefined;
  readonly #coordinator: CoordinatorWatch = new CoordinatorWatch(() => this.ask());
  /** The group has another coordinator, which the client only looks for when it joins. */
  #mustJoin = false;
  readonly #join: JoinWatch;
  /** When the process was last seen to run. */
  #seen = 0;
  #stopping = false;
  #ended = false;
  readonly #lanes: KafkajsLanes;
  readonly #seeks: KafkajsSeeks;
  readonly #revocation: KafkajsRevocation;

  constructor(kafka: KafkaLike, settings: Settings, owner: MemberOwner<KafkaMessage>) {
    this.#lag = new LagReader(kafka, settings);
    this.#settings = settings;
    this.#owner = owner;
    const { assigner = roundRobin } = settings;
    this.#client = kafka.consumer(
      consumerConfig(settings, (config: KafkaReach & KafkaMetadata) => {
        mendAnswers(config, { answered: (answer) => this.#seeks.answered(answer), beats: () => this.#join.beats() });
        // The configuration is the client's, which the assigner was written for.
        return this.#holdingBack((assigner as (config: KafkaMetadata) => KafkaProtocol)(config));
      }),
    );
    // Twice: a heartbeat is due when one has passed.
    this.#join = new JoinWatch(settings.heartbeatMs * 2, (why) => this.#end(failure('UNAVAILABLE', why)));
    this.#lanes = new KafkajsLanes(owner);
    this.#seeks = new KafkajsSeeks(this.#client, this.#lanes.owned);
    this.#revocation = new KafkajsRevocation(settings, owner, this.#lanes, {
      heartbeat: () => this.#tools?.heartbeat(),
      over: () => this.#awaitJoin(),
    });
  }

  get lanes(): ReadonlyMap<string, Own> {
    return this.#lanes.owned;
  }

  get waiting(): number {
    return this.#lanes.waiting;
  }

  /** Connects and joins, once. What goes wrong is told to the owner. */
  start(): void {
    this.#starting ??= this.#start().catch((error: unknown) => this.#end(nativeError('joining the group', error)));
  }

  async #start(): Promise<void> {
    const client = this.#client;
    client.on(client.events.GROUP_JOIN, (event) => this.#joined(event));
    client.on(client.events.HEARTBEAT, ({ payload }) => {
      if (this.lanes.size === 0) this.#join.answered(payload.groupGenerationId);
    });
    client.on(client.events.FETCH_START, () => {
      if (this.lanes.size === 0 && !this.#stopping) this.#join.fetches();
    });
    client.on(client.events.END_BATCH_PROCESS, (event) => this.#seeks.passed(event));
    client.on(client.events.CRASH, ({ payload }) => this.#end(nativeError('consuming', payload.error)));
    await client.connect();
    if (this.#stopping) return;
    this.#seen = performance.now();
    this.#watcher = setInterval(() => this.checkSession(), this.#settings.heartbeatMs);
    await client.subscribe({ topics: [...this.#settings.topics], fromBeginning: this.#settings.fromBeginning });
    if (this.#stopping) return;
    this.isReady = true;
    this.#owner.arrived();
    this.#running = true;
    await client.run({
      autoCommit: false,
      partitionsConsumedConcurrently: CONCURRENT_BATCHES,
      eachBatch: (payload) => this.#take(payload),
    });
  }

  /**
   * A process that stood still for longer than its session has lost its lanes, and would be told so only by its next heartbeat:
   * until then it would handle what others have by now.
   */
  checkSession(): void {
    const now = performance.now();
    const stoodStillMs = now - this.#seen;
    this.#seen = now;
    if (this.#watcher === undefined || stoodStillMs <= this.#settings.sessionTimeoutMs) return;
    this.#end(failure('UNAVAILABLE', `the process stood still for ${Math.round(stoodStillMs)} ms, longer than its session`));
  }

  #clearTimers(): void {
    clearInterval(this.#watcher);
    this.#join.end();
  }

  #end(error: StreamError): void {
    if (this.#ended) return;
    this.#ended = true;
    const fetching = this.#stopping ? undefined : this.#nextFetch();
    this.#clearTimers();
    this.#lanes.lose(this.#lanes.all);
    this.#revocation.end();
    this.#lanes.makeRoom();
    // What it has opened; a client that crashed has done so itself.
    void fetching?.then(() => this.#disconnect()).catch(() => undefined);
    this.#owner.ended(this, error);
  }

  // ── Records ───────────────────────────────────────────────────────────────────────────────────────────────────────

  get #isOpen(): boolean {
    return !this.#revocation.isUnderWay && !this.#stopping;
  }

  async #take(payload: KafkaBatchPayload): Promise<void> {
    this.#tools = payload;
    if (this.#mustJoin && !this.#stopping) throw rebalancing('the group has another coordinator');
    const { topic, partition, messages, fetchedOffset } = payload.batch;
    const lane = this.lanes.get(laneName(topic, partition));
    if (lane === undefined && !this.#stopping) {
      // Nothing is fetched between a revocation and the join after it, unless that join has failed: kafkajs then goes on with what it
      // had, and where it was expelled, without a member id and so without heartbeats, for ever.
      this.#end(
        failure('UNAVAILABLE', `the client reads ${laneName(topic, partition)}, which it does not own: it has failed to join again`),
      );
      return;
    }
    if (lane === undefined || !this.#isOpen || payload.isStale()) return;
    if (!this.#seeks.arrives(lane, fetchedOffset)) return;
    this.#lanes.arrived(lane, chunksOf(messages));
    while (this.waiting > this.#owner.ahead() && !lane.gone && this.#isOpen && !this.#ended) {
      // Or it is time for a heartbeat.
      await this.#lanes.room(this.#settings.heartbeatMs);
      if (this.#mustJoin && !this.#stopping) throw rebalancing('the group has another coordinator');
      // An error is the runner's to see, at its own next heartbeat: thrown here, these records would be fetched again.
      if (
        !(await payload.heartbeat().then(
          () => true,
          () => false,
        ))
      )
        return;
    }
  }

  /** So many records were handed out. */
  taken(count: number): void {
    this.#lanes.taken(count);
  }

  /** Reads a lane from this offset on; what came of it and was not handed out is dropped. */
  rewind(lane: Own, offset: string): void {
    this.#lanes.drop(lane);
    // kafkajs would remember it over the join, and read on from there, beyond what is not done.
    if (!lane.leaving) this.#seeks.seek(lane, offset);
  }

  // ── Lanes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #joined({ payload }: KafkaJoinEvent): void {
    this.#join.end();
    this.#mustJoin = false;
    this.#coordinator.answered();
    // Where the rejoin has overtaken everything: nothing of these may be committed any more.
    // While it stops it is the close that gives them up.
    if (this.#stopping) this.#lanes.forget(this.#lanes.all);
    else this.#lanes.lose(this.#lanes.all);
    if (this.#stopping || this.#ended) return;
    if (this.#seeks.outlive(payload.memberAssignment)) {
      this.#end(failure('UNAVAILABLE', 'the client was sought elsewhere before a rebalance, which it does not forget'));
      return;
    }
    this.#lanes.own(payload.memberAssignment);
  }

  /** The assigner, whose `protocol()` keeps the client from joining until the lanes are settled. */
  #holdingBack(inner: KafkaProtocol): KafkaProtocol {
    return {
      name: inner.name,
      version: inner.version,
      assign: (group) => inner.assign(group),
      protocol: (subscription) => {
        // Nothing of them can be committed before the join.
        if (this.#mustJoin) this.#lanes.lose(this.#lanes.all);
        if (this.lanes.size > 0 && this.#isOpen) this.#revocation.begin();
        if (this.#revocation.isUnderWay && !this.#stopping) throw rebalancing('lanes are being settled');
        return inner.protocol(subscription);
      },
    };
  }

  /** After a revocation. */
  #awaitJoin(): void {
    if (this.#stopping || this.#ended) return;
    const { rebalanceTimeoutMs, sessionTimeoutMs } = this.#settings;
    this.#join.await(rebalanceTimeoutMs + sessionTimeoutMs, 'a revocation is over');
  }

  // ── Commits and the end ───────────────────────────────────────────────────────────────────────────────────────────

  /**
   * One attempt, in the generation of this moment: kafkajs's own `commitOffsets` tries again, in whatever generation it is by then,
   * and would overwrite the next owner's offset; while the client stops it resolves and does nothing.
   */
  async commit(offsets: KafkaTopicOffsets): Promise<void> {
    const tools = this.#tools;
    if (tools === undefined) throw failure('INTERNAL', 'nothing was delivered that could be committed');
    const begunAt = performance.now();
    try {
      await tools.commitOffsetsIfNecessary(offsets);
      this.#coordinator.answered();
    } catch (error) {
      // A coordinator that has moved is a rebalance to kafkajs, and until it has joined again it commits to the old one only:
      // nothing can be settled, however long the lanes are held.
      if (Object(error).type === 'NOT_COORDINATOR_FOR_GROUP') this.#revocation.giveUp();
      else if (this.#coordinator.failed(error, begunAt)) this.#joinAgain();
      throw error;
    }
  }

  /** The client's coordinator has left the cluster: makes it look for the new one. */
  #joinAgain(): void {
    if (this.#mustJoin || this.#stopping || this.#ended) return;
    this.#mustJoin = true;
    this.#revocation.giveUp();
    // Batches that wait for room are what the client can be told by; without one, the next.
    this.#lanes.makeRoom();
    this.#join.await(this.#settings.sessionTimeoutMs, 'the group has another coordinator');
  }

  async ask(): Promise<void> {
    await this.#client.describeGroup();
  }

  lag(lanes: readonly Own[]): Promise<ReadonlyMap<string, number>> {
    return this.#lag.read(lanes);
  }

  pause(lanes: readonly Own[]): void {
    this.#client.pause(placesOf(lanes));
  }

  resume(lanes: readonly Own[]): void {
    this.#client.resume(placesOf(lanes));
  }

  /**
   * Resolves when the client begins a fetch; where none comes, after a time. When the nodes of a cluster have changed, kafkajs makes
   * its fetchers anew as soon as all batches have returned; stopped while it waits for that, the new ones never end, and never let the
   * process do anything else. At the begin of a fetch it does not wait.
   */
  #nextFetch(): Promise<void> {
    const client = this.#client;
    if (!this.#running) return Promise.resolve();
    return new Promise((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        off();
        resolve();
      };
      const timer = setTimeout(over, this.#settings.maxWaitMs + FETCH_MS);
      const off = client.on(client.events.FETCH_START, over);
    });
  }

  /** Leaves the group and disconnects. Waits for a join that is under way: the client cannot be stopped before. */
  async stop(): Promise<void> {
    this.#stopping = true;
    // One that has ended was stopped by that.
    const fetching = this.#ended ? undefined : this.#nextFetch();
    this.#revocation.end();
    this.#lanes.makeRoom();
    await this.#starting;
    this.#clearTimers();
    await fetching;
    await this.#disconnect();
  }

  async #disconnect(): Promise<void> {
    await this.#client.disconnect();
    await this.#lag.close();
  }
}

/** What makes kafkajs join again, a moment later. */
function rebalancing(why: string): Error {
  return Object.assign(new Error(why), { type: 'REBALANCE_IN_PROGRESS' });
}

function placesOf(lanes: readonly Own[]): { topic: string; partitions: number[] }[] {
  return lanes.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
}
