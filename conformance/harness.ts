import type { Capabilities, StreamConsumer } from '../src/index.js';

/**
 * What the author of an adapter writes so that the suite and the chaos runner can prove it: how to make a place for messages,
 * how to put messages there without the adapter, how to open a consumer, and how to ask the broker itself what is done.
 *
 * Every method may be called concurrently, and rejects when it could not do what it says. Nothing here retries for the suite.
 */
export interface Harness {
  /** Equal to `StreamConsumer.adapter`. */
  readonly adapter: string;
  /** Which way of using the system this is, where there are several; undefined: there is one. */
  readonly variant?: string;
  /** The client package and its version: `@nats-io/transport-node 3.4.0`; `none` where there is none. */
  readonly client: string;
  /** The server and its version: `nats-server 2.15.1`. */
  readonly server: string;
  /** What any adapter of this system must declare at the least: declaring less than the system can do fails too. */
  readonly minimum: Partial<Capabilities>;
  readonly timing: HarnessTiming;
  /** Its channels have `leaveHole`. Default false. */
  readonly leavesHoles?: boolean;
  /** Makes a channel with a random name, so that cases can run side by side. */
  create(options?: ChannelOptions): Promise<Channel>;
  /** A consumer of something that does not exist. Constructing it did no I/O. */
  openMissing(): Promise<StreamConsumer>;
  /** What can be done to the server and to the network before it. Left out: cases that need it are skipped. */
  readonly faults?: HarnessFaults;
  /** Ends what it started: servers, proxies, connections, temporary folders. Idempotent. */
  stop(): Promise<void>;
}

/** How slow the real system may be. Cases take their bounds from here and have none of their own. */
export interface HarnessTiming {
  /** The longest that one call to a healthy broker may take on a busy machine, ms. */
  readonly answerMs: number;
  /** The shortest lease that a channel can have, ms; undefined on cursors. */
  readonly shortestLeaseMs: number | undefined;
  /** How long after its end the lapse of a lease may be seen, ms. */
  readonly leaseGranularityMs: number;
  /** The longest from a member's coming or going until each lane has its owner, ms; 0 without groups. */
  readonly rebalanceMs: number;
  /** The longest until messages of a process that was killed come again, ms: the lease, or the group's session. */
  readonly takeoverMs: number;
}

export interface ChannelOptions {
  /** Lanes (partitions, shards, …); ignored where the system has none or makes them by itself. Default 1. */
  readonly lanes?: number;
  /** The length of leases, ms; rounded up to what the system can. Default: the harness's choice, longer than any case. */
  readonly leaseMs?: number;
  /** Deliveries before the broker gives a message up by itself, where it can. Default: never. */
  readonly maxDeliveries?: number;
}

/** One queue, stream or topic with one group of consumers on it. */
export interface Channel {
  readonly name: string;
  /**
   * What `openConsumer` takes, in another process too; undefined for what lives in this process. Goes through the proxy that
   * `faults` cuts.
   */
  readonly url: string | undefined;
  /**
   * What `openConsumer` is given beside the URL, in another process too, so plain data: an adapter of one's own needs
   * `{ adapters: { mine: 'file:///…/mine.js' } }`. Default: nothing.
   */
  readonly openOptions?: Readonly<Record<string, unknown>>;
  /** Resolves when the broker has all of them, in this order within each lane. Never through the proxy. */
  publish(messages: readonly Outgoing[]): Promise<void>;
  /**
   * Takes up positions of a lane that no message will have, as compaction or an aborted transaction does; at the end of it, until
   * more is published. Only where `Harness.leavesHoles`.
   */
  leaveHole?(lane: number): Promise<void>;
  /** A new consumer of the one group, with a connection of its own. Constructing it did no I/O. */
  open(): Promise<StreamConsumer>;
  /** What the broker itself says, by a connection that bypasses the adapter and the proxy. */
  state(): Promise<ChannelState>;
  /** Removes it from the broker. The consumers are the caller's to close. Idempotent. */
  delete(): Promise<void>;
}

export interface Outgoing {
  readonly body: Uint8Array;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which lane, from 0; by default the system's choice. */
  readonly lane?: number;
}

export interface ChannelState {
  /** Published and not done: waiting, delivered and un-acked, or behind a cursor's mark. */
  readonly pending: number;
  /** Of these the ones delivered and held by a lease; undefined where the broker does not tell. */
  readonly inFlight: number | undefined;
  /** Bodies of what the broker put away as undeliverable; undefined where it has no such place. */
  readonly deadLetters: readonly Uint8Array[] | undefined;
}

/** Each resolves when it has taken effect. */
export interface HarnessFaults {
  /** Ends the server in order and starts it again with the same address and data; resolves when it is ready. */
  restart(): Promise<void>;
  /** Like `restart`, by SIGKILL; of one node, where there are several. Left out where the system may forget what it confirmed. */
  crash?(): Promise<void>;
  /** Breaks every connection through the proxy and refuses new ones, until `heal`. */
  cut(): Promise<void>;
  /** Adds this much delay each way, ms, and bounds the rate, bytes a second, until `heal`. */
  slow(options: { readonly latencyMs: number; readonly bytesPerSecond?: number }): Promise<void>;
  heal(): Promise<void>;
}
