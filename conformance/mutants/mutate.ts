import {
  type Drainer,
  type HandlerContext,
  type Message,
  type OpenConsumerOptions,
  openConsumer,
  type StreamConsumer,
} from '../../src/index.js';
import type { MakeDrainer } from '../context.js';
import type { Channel, Harness } from '../harness.js';
import type { Edit } from './edit.js';

/** An adapter or drainer broken on purpose, one thought away from right. */
export interface Mutant {
  readonly name: string;
  /** Which harness it is tried on. */
  readonly on: string;
  /** The case that must fail. */
  readonly caughtBy: string;
  readonly consumer?: (inner: StreamConsumer) => Partial<StreamConsumer>;
  readonly makeDrainer?: MakeDrainer;
  /** Changes of the adapter's own code. */
  readonly edits?: readonly Edit[];
}

/** The same consumer, but for these methods. */
export function altered(inner: StreamConsumer, changes: Partial<StreamConsumer>): StreamConsumer {
  return new Proxy(inner, {
    get: (target, name) => {
      // Names of methods are what changes have.
      const found = changes[name as keyof StreamConsumer] ?? target[name as keyof StreamConsumer];
      return typeof found === 'function' ? found.bind(name in changes ? changes : target) : found;
    },
  });
}

/** A harness whose consumers are altered so. */
export function alteredHarness(inner: Harness, change: (consumer: StreamConsumer) => Partial<StreamConsumer>): Harness {
  const open = (consumer: StreamConsumer): StreamConsumer => altered(consumer, change(consumer));
  return {
    ...facts(inner),
    create: async (options) => {
      const channel = await inner.create(options);
      return reopened(channel, async () => open(await channel.open()));
    },
    openMissing: async () => open(await inner.openMissing()),
    stop: () => inner.stop(),
  };
}

/** A harness whose consumers are of another adapter, which `openConsumer` finds by these options. */
export function adaptedHarness(inner: Harness, openOptions: OpenConsumerOptions): Harness {
  return {
    ...facts(inner),
    create: async (options) => {
      const channel = await inner.create(options);
      const { url = '' } = channel;
      return reopened(channel, () => openConsumer(url, { ...channel.openOptions, ...openOptions }));
    },
    openMissing: () => inner.openMissing(),
    stop: () => inner.stop(),
  };
}

/** The same channel, whose consumers are opened so. */
function reopened(channel: Channel, open: Channel['open']): Channel {
  const { name, url, leaveHole } = channel;
  return {
    name,
    url,
    open,
    publish: (messages) => channel.publish(messages),
    state: () => channel.state(),
    delete: () => channel.delete(),
    ...(leaveHole === undefined ? {} : { leaveHole: (lane) => leaveHole.call(channel, lane) }),
  };
}

function facts(harness: Harness): Omit<Harness, 'create' | 'openMissing' | 'faults' | 'stop'> {
  const { adapter, variant, client, server, minimum, timing, leavesHoles = false } = harness;
  return { adapter, client, server, minimum, timing, leavesHoles, ...(variant === undefined ? {} : { variant }) };
}

/** Changes what a fetch returns, in place. */
export function fetched(inner: StreamConsumer, change: (message: Message) => void): Partial<StreamConsumer> {
  return {
    fetch: async (options) => {
      const batch = await inner.fetch(options);
      for (const message of batch) change(message);
      return batch;
    },
  };
}

export function forge(message: Message, name: keyof Message, value: unknown): void {
  Object.defineProperty(message, name, { value, configurable: true });
}

/** The same context, with another signal. */
export function withSignal(context: HandlerContext, signal: AbortSignal): HandlerContext {
  return new Proxy(context, { get: (target, name) => (name === 'signal' ? signal : target[name as keyof HandlerContext]) });
}

/** The same drainer, whose `drain` does something first. */
export function beforeDrain(drainer: Drainer, first: () => void): void {
  const { drain } = drainer;
  drainer.drain = (...given) => {
    first();
    return drain.apply(drainer, given);
  };
}
