import type { StreamError } from '../../src/errors.js';
import { roundRobin } from './assigner.js';
import type {
  KafkaAdminLike,
  KafkaBatchPayload,
  KafkaConsumerLike,
  KafkaJoinEvent,
  KafkaLike,
  KafkaMessage,
  KafkaMetadata,
  KafkaProtocol,
  KafkaTopicOffsets,
} from './client.js';
import { CoordinatorWatch } from './coordinator.js';
import { failure, nativeError } from './errors.js';
import { readLag } from './lag.js';
import { Lane, laneName } from './lane.js';
import type { Member, MemberOwner } from './member.js';
import { makeMessage } from './message.js';
import type { Settings } from './options.js';

/** Between two tries of the client to join, ms: how soon a rebalance goes on once the lanes are settled. */
const JOIN_AGAIN_MS = 100;
/** The share of the rebalance timeout that lanes have to be settled: the rest is for the rejoin. */
const SETTLE_SHARE = 0.8;
/** Beside its wait at the broker, what a fetch may take before a stop goes on without, ms. */
const FETCH_MS = 500;
/** Batches that wait for room at a time; a partition each. */
const CONCURRENT_BATCHES = 64;

type Own = Lane<KafkaMessage>;

/**
 * One life of one consumer of kafkajs, from `connect` to `disconnect` or its crash. kafkajs starts a crashed consumer again by
 * itself, also one that was disconnected meanwhile; here it never does: whoever wants to go on makes another member.
 *
 * Revocation. kafkajs has no hook that it waits for, but each way into a rejoin calls the assigner's `protocol()`, and an error
 * of the type REBALANCE_IN_PROGRESS there makes it try again a moment later. So as long as lanes are being settled `protocol()`
 * throws one: the group waits for this member, up to its rebalance timeout, and still takes its commits. A test relies on it.
 */
export class KafkajsMember implements Member<KafkaMessage> {
  readonly lanes: Map<string, Own> = new Map();
  isReady = false;
  #running = false;
  readonly #client: KafkaConsumerLike;
  readonly #kafka: KafkaLike;
  #admin: Promise<KafkaAdminLike> | undefined;
  readonly #settings: Settings;
  readonly #owner: MemberOwner<KafkaMessage>;
  #starting: Promise<void> | undefined;
  /** Of the last batch: they go on being good while the client runs. */
  #tools: Pick<KafkaBatchPayload, 'heartbeat' | 'commitOffsetsIfNecessary'> | undefined;
  #holding = false;
  /** Ends a revocation in which nothing can be settled. */
  #giveUp: (() => void) | undefined;
  /** Ends a revocation. */
  #endHold: (() => void) | undefined;
  #watcher: NodeJS.Timeout | undefined;
  readonly #coordinator: CoordinatorWatch = new CoordinatorWatch(() => this.ask());
  /** The group has another coordinator, which the client only looks for when it joins. */
  #mustJoin = false;
  /** When a join that does not come is given up. */
  #joinBy: NodeJS.Timeout | undefined;
  /** When the process was last seen to run. */
  #seen = 0;
  #stopping = false;
  #ended = false;
  /** Records that came and were not handed out, of all lanes. */
  waiting = 0;
  #roomWaiters: (() => void)[] = [];

  constructor(kafka: KafkaLike, settings: Settings, owner: MemberOwner<KafkaMessage>) {
    this.#kafka = kafka;
    this.#settings = settings;
    this.#owner = owner;
    const { assigner = roundRobin } = settings;
    this.#client = kafka.consumer({
      groupId: settings.groupId,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      heartbeatInterval: settings.heartbeatMs,
      maxWaitTimeInMs: settings.maxWaitMs,
      minBytes: settings.minBytes,
      maxBytes: settings.maxBytes,
      maxBytesPerPartition: settings.maxBytesPerPartition,
      metadataMaxAge: settings.metadataMaxAgeMs,
      readUncommitted: settings.readUncommitted,
      allowAutoTopicCreation: false,
      // The configuration is the client's, which the assigner was written for.
      partitionAssigners: [(config: never) => this.#holdingBack((assigner as (config: KafkaMetadata) => KafkaProtocol)(config))],
      retry: {
        initialRetryTime: JOIN_AGAIN_MS / 2,
        maxRetryTime: JOIN_AGAIN_MS,
        multiplier: 1.2,
        factor: 0,
        // Bounds a rebalance that is held, and how long an outage is sat out.
        retries: Math.ceil((settings.rebalanceTimeoutMs / JOIN_AGAIN_MS) * 2),
        restartOnFailure: () => Promise.resolve(false),
      },
    });
  }

  /** Connects and joins, once. What goes wrong is told to the owner. */
  start(): void {
    this.#starting ??= this.#start().catch((error: unknown) => this.#end(nativeError('joining the group', error)));
  }

  async #start(): Promise<void> {
    const client = this.#client;
    client.on(client.events.GROUP_JOIN, (event) => this.#joined(event));
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
    clearTimeout(this.#joinBy);
  }

  #end(error: StreamError): void {
    if (this.#ended) return;
    this.#ended = true;
    const fetching = this.#nextFetch();
    this.#clearTimers();
    this.#lose([...this.lanes.values()]);
    this.#endHold?.();
    this.#makeRoom();
    // What it has opened; a client that crashed has done so itself.
    if (!this.#stopping) {
      void fetching.then(() => this.#disconnect()).catch(() => undefined);
    }
    this.#owner.ended(this, error);
  }

  // ── Records ───────────────────────────────────────────────────────────────────────────────────────────────────────

  get #isOpen(): boolean {
    return !this.#holding && !this.#stopping;
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
    if (lane.readFrom !== undefined) {
      // Asked for before the seek. If it comes a second time, there is nothing at that offset, and the client has gone on by `startAt`.
      if (fetchedOffset !== undefined && fetchedOffset !== lane.readFrom && !lane.wasToldAgain) {
        lane.wasToldAgain = true;
        this.#client.seek({ topic, partition, offset: lane.readFrom });
        return;
      }
      lane.readFrom = undefined;
    }
    lane.arrived(messages);
    this.waiting += messages.length;
    this.#owner.arrived();
    while (this.waiting > this.#owner.ahead() && !lane.gone && this.#isOpen && !this.#ended) {
      await this.#room();
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

  /** Resolves when there may be room, or it is time for a heartbeat. */
  #room(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#settings.heartbeatMs);
      this.#roomWaiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #makeRoom(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const wake of waiters) wake();
  }

  /** So many records were handed out. */
  taken(count: number): void {
    this.waiting -= count;
    if (this.#roomWaiters.length > 0 && this.waiting <= this.#owner.ahead()) this.#makeRoom();
  }

  /** Reads a lane from this offset on; what came of it and was not handed out is dropped. */
  rewind(lane: Own, offset: string): void {
    this.#drop(lane);
    // kafkajs would remember it over the join, and read on from there, beyond what is not done.
    if (lane.leaving) return;
    lane.readFrom = offset;
    lane.wasToldAgain = false;
    this.#client.seek({ topic: lane.topic, partition: lane.partition, offset });
  }

  #drop(lane: Own): void {
    const { waiting } = lane;
    lane.clear();
    this.taken(waiting);
  }

  // ── Lanes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  #joined({ payload }: KafkaJoinEvent): void {
    clearTimeout(this.#joinBy);
    this.#mustJoin = false;
    this.#coordinator.answered();
    // Where the rejoin has overtaken everything: nothing of these may be committed any more.
    // While it stops it is the close that gives them up.
    if (this.#stopping) this.#forget([...this.lanes.values()]);
    else this.#lose([...this.lanes.values()]);
    if (this.#stopping || this.#ended) return;
    const lanes: Own[] = [];
    for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
      for (const partition of partitions) lanes.push(new Lane(topic, partition, this.#owner.nextAssignment(), makeMessage));
    }
    for (const lane of lanes) this.lanes.set(lane.lane, lane);
    this.#owner.assigned(lanes);
  }

  #lose(lanes: readonly Own[]): void {
    const lost = lanes.filter((lane) => !lane.gone);
    this.#forget(lost);
    if (lost.length > 0) this.#owner.lost(lost);
  }

  #forget(lanes: readonly Own[]): void {
    for (const lane of lanes) {
      lane.gone = true;
      this.#drop(lane);
      if (this.lanes.get(lane.lane) === lane) this.lanes.delete(lane.lane);
    }
    this.#makeRoom();
  }

  /** The assigner, whose `protocol()` keeps the client from joining until the lanes are settled. */
  #holdingBack(inner: KafkaProtocol): KafkaProtocol {
    return {
      name: inner.name,
      version: inner.version,
      assign: (group) => inner.assign(group),
      protocol: (subscription) => {
        // Nothing of them can be committed before the join.
        if (this.#mustJoin) this.#lose([...this.lanes.values()]);
        if (this.lanes.size > 0 && !this.#holding && !this.#stopping) this.#hold([...this.lanes.values()]);
        if (this.#holding && !this.#stopping) throw rebalancing('lanes are being settled');
        return inner.protocol(subscription);
      },
    };
  }

  #hold(lanes: readonly Own[]): void {
    this.#holding = true;
    // What was not handed out is read again, by whoever owns the lane then.
    for (const lane of lanes) {
      lane.leaving = true;
      this.#drop(lane);
    }
    this.#makeRoom();
    const { rebalanceTimeoutMs, heartbeatMs } = this.#settings;
    const deadlineMs = Math.max(0, Math.floor((rebalanceTimeoutMs - heartbeatMs) * SETTLE_SHARE));
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      clearTimeout(deadline);
      clearInterval(beats);
      this.#giveUp = undefined;
      this.#endHold = undefined;
      this.#forget(lanes);
      this.#holding = false;
      if (this.#stopping || this.#ended) return;
      const { rebalanceTimeoutMs, sessionTimeoutMs } = this.#settings;
      const text = `no join within ${rebalanceTimeoutMs + sessionTimeoutMs} ms after a revocation`;
      this.#joinBy = setTimeout(() => this.#end(failure('UNAVAILABLE', text)), rebalanceTimeoutMs + sessionTimeoutMs);
    };
    const giveUp = (): void => {
      if (over) return;
      this.#lose(lanes);
      end();
    };
    this.#giveUp = giveUp;
    this.#endHold = end;
    const deadline = setTimeout(end, deadlineMs);
    const beats = setInterval(() => {
      // Refused with REBALANCE_IN_PROGRESS, heartbeats keep the session all the same.
      this.#tools?.heartbeat().catch((thrown: unknown) => {
        if (over || nativeError('heartbeat', thrown).code !== 'LEASE_LOST') return;
        giveUp();
      });
    }, heartbeatMs);
    // What goes wrong in it is the owner's to tell.
    this.#owner.revoking(lanes, deadlineMs).then(end, end);
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
      if (Object(error).type === 'NOT_COORDINATOR_FOR_GROUP') this.#giveUp?.();
      else if (this.#coordinator.failed(error, begunAt)) this.#joinAgain();
      throw error;
    }
  }

  /** The client's coordinator has left the cluster: makes it look for the new one. */
  #joinAgain(): void {
    if (this.#mustJoin || this.#stopping || this.#ended) return;
    this.#mustJoin = true;
    this.#giveUp?.();
    // Batches that wait for room are what the client can be told by; without one, the next.
    this.#makeRoom();
    clearTimeout(this.#joinBy);
    const text = 'the group has another coordinator, and the client does not look for it';
    this.#joinBy = setTimeout(() => this.#end(failure('UNAVAILABLE', text)), this.#settings.sessionTimeoutMs);
  }

  async ask(): Promise<void> {
    await this.#client.describeGroup();
  }

  async lag(lanes: readonly Own[]): Promise<ReadonlyMap<string, number>> {
    this.#admin ??= this.#connectAdmin();
    return readLag(await this.#admin, this.#settings, lanes);
  }

  async #connectAdmin(): Promise<KafkaAdminLike> {
    const admin = this.#kafka.admin();
    try {
      await admin.connect();
      return admin;
    } catch (error) {
      this.#admin = undefined;
      throw error;
    }
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
    this.#endHold?.();
    this.#makeRoom();
    await this.#starting;
    this.#clearTimers();
    await fetching;
    await this.#disconnect();
  }

  async #disconnect(): Promise<void> {
    await this.#client.disconnect();
    await (await this.#admin)?.disconnect();
  }
}

/** What makes kafkajs join again, a moment later. */
function rebalancing(why: string): Error {
  return Object.assign(new Error(why), { type: 'REBALANCE_IN_PROGRESS' });
}

function placesOf(lanes: readonly Own[]): { topic: string; partitions: number[] }[] {
  return lanes.map(({ topic, partition }) => ({ topic, partitions: [partition] }));
}
