import { randomBytes } from 'node:crypto';
import { MemoryBroker, type MemoryConsumer } from '../../adapters/memory/index.js';
import type { Capabilities, StreamConsumer } from '../../src/index.js';
import type { Channel, ChannelOptions, ChannelState, Harness, HarnessTiming, Outgoing } from '../harness.js';

/** `queue`: leased, `ordered`: leased and in order within groups, `topic`: a partitioned log, `eager`: one whose rebalances stop everything. */
export type MemoryKind = 'queue' | 'ordered' | 'topic' | 'eager';

export const MEMORY_KINDS: readonly MemoryKind[] = Object.freeze(['queue', 'ordered', 'topic', 'eager']);

const GROUP = 'g';
/** Longer than any case. */
const LEASE_MS = 30_000;
const REVOKE_MS = 5_000;
const LANES = 1;

/** A harness on a broker of its own in this process. It has no server to restart, and no network. */
export function startMemoryHarness(kind: MemoryKind = 'queue'): Promise<Harness> {
  return Promise.resolve(new MemoryHarness(kind));
}

class MemoryHarness implements Harness {
  readonly adapter: string = 'memory';
  readonly variant: string;
  readonly client: string = 'none';
  readonly server: string = 'tailrace/memory';
  readonly minimum: Partial<Capabilities>;
  readonly timing: HarnessTiming = {
    answerMs: 2_000,
    shortestLeaseMs: 60,
    leaseGranularityMs: 40,
    rebalanceMs: 1_000,
    takeoverMs: LEASE_MS,
  };
  readonly #kind: MemoryKind;
  #groups = 0;
  readonly #broker: MemoryBroker = new MemoryBroker({ name: 'conformance' });

  constructor(kind: MemoryKind) {
    this.#kind = kind;
    this.variant = kind;
    this.minimum = {
      settlement: isLog(kind) ? 'cursor' : 'lease',
      ordered: kind !== 'queue',
      abort: 'safe',
      ackConfirmed: true,
      attempts: isLog(kind) ? 'none' : 'exact',
      closeReleases: 'free',
      deadLetter: !isLog(kind),
      flush: isLog(kind),
      pause: isLog(kind),
      seek: isLog(kind),
      lag: true,
      revoke: isLog(kind) ? 'awaited' : 'none',
      rebalance: isLog(kind) ? (kind === 'eager' ? 'eager' : 'cooperative') : undefined,
    };
  }

  create(options: ChannelOptions = {}): Promise<Channel> {
    const name = `c-${randomBytes(6).toString('hex')}`;
    return Promise.resolve(isLog(this.#kind) ? this.#topic(name, options) : this.#queue(name, options));
  }

  openMissing(): Promise<StreamConsumer> {
    const name = `none-${randomBytes(6).toString('hex')}`;
    return Promise.resolve(
      isLog(this.#kind) ? this.#broker.consumer({ topic: name, group: GROUP }) : this.#broker.consumer({ queue: name }),
    );
  }

  #queue(name: string, { leaseMs = LEASE_MS, maxDeliveries }: ChannelOptions): Channel {
    const dead = this.#broker.createQueue(`${name}-dead`);
    const queue = this.#broker.createQueue(name, {
      leaseMs,
      ordered: this.#kind === 'ordered',
      deadLetterQueue: dead.name,
      ...(maxDeliveries === undefined ? {} : { maxAttempts: maxDeliveries }),
    });
    const buried: Uint8Array[] = [];
    const undertaker = this.#broker.consumer({ queue: dead.name });
    return {
      name,
      url: undefined,
      publish: (messages) => this.#publish(name, messages),
      open: () => Promise.resolve(this.#broker.consumer({ queue: name })),
      state: async (): Promise<ChannelState> => {
        const found = await undertaker.fetch({ max: 1_000, waitMs: 0, signal: new AbortController().signal });
        buried.push(...found.map(({ body }) => body));
        await undertaker.ack(found);
        const { ready, delayed, blocked, leased } = queue;
        return {
          pending: ready.count + delayed.count + blocked.count + leased.count,
          inFlight: leased.count,
          deadLetters: [...buried],
        };
      },
      delete: async () => {
        await undertaker.close({ signal: new AbortController().signal });
      },
    };
  }

  #topic(name: string, { lanes = LANES }: ChannelOptions): Channel {
    const topic = this.#broker.createTopic(name, { partitions: lanes });
    const open = (): Promise<MemoryConsumer> =>
      Promise.resolve(
        this.#broker.consumer({
          topic: name,
          group: GROUP,
          rebalance: this.#kind === 'eager' ? 'eager' : 'cooperative',
          commitOnAck: this.#kind === 'eager',
          revokeMs: REVOKE_MS,
        }),
      );
    return {
      name,
      url: undefined,
      publish: (messages) => this.#publish(name, messages),
      open,
      state: () => {
        const committed = topic.groups.includes(GROUP) ? topic.committed(GROUP) : [];
        const pending = topic.partitions.reduce((sum, { end }, index) => sum + end - (committed[index] ?? 0), 0);
        return Promise.resolve({ pending, inFlight: undefined, deadLetters: undefined });
      },
      delete: () => Promise.resolve(),
    };
  }

  async #publish(name: string, messages: readonly Outgoing[]): Promise<void> {
    this.#broker.publish(
      name,
      messages.map(({ body, key, headers, lane }) => ({
        body,
        ...(key === undefined ? {} : { key }),
        ...(headers === undefined ? {} : { headers }),
        ...this.#place(key, lane),
      })),
    );
  }

  /** Without a lane or key, messages of an ordered queue do not wait for each other. */
  #place(key: string | undefined, lane: number | undefined): { partition?: number; group?: string } {
    if (isLog(this.#kind)) return lane === undefined ? {} : { partition: lane };
    if (lane !== undefined) return { group: `g${lane}` };
    this.#groups += 1;
    return key === undefined ? { group: `own-${this.#groups}` } : {};
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

function isLog(kind: MemoryKind): boolean {
  return kind === 'topic' || kind === 'eager';
}
