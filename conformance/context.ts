import assert from 'node:assert/strict';
import {
  type BatchHandler,
  type Capabilities,
  Drainer,
  type DrainerOptions,
  type Message,
  type MessageHandler,
  type SettleResult,
  type StreamConsumer,
} from '../src/index.js';
import type { CloseVerdict, Step } from './case.js';
import type { Channel, ChannelOptions, Harness, HarnessTiming, Outgoing } from './harness.js';
import { within } from './within.js';

/** How often a condition is looked at that nobody announces, ms. */
const LOOK_EVERY_MS = 10;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** Makes the drainers of the suite: replaced to judge another drainer than ours. */
export type MakeDrainer = <Raw>(
  consumer: StreamConsumer<Raw>,
  handler: MessageHandler<Raw> | BatchHandler<Raw>,
  options?: DrainerOptions<Raw>,
) => Drainer<Raw>;

/** What a case works with. It closes and deletes what the case has opened and made, also when that fails. */
export class CaseContext {
  readonly harness: Harness;
  readonly capabilities: Capabilities;
  readonly story: Step[] = [];
  readonly #begin: number = performance.now();
  readonly #makeDrainer: MakeDrainer;
  readonly #channels: Channel[] = [];
  readonly #drainers: Drainer[] = [];
  readonly #opened: { readonly consumer: StreamConsumer; readonly name: string }[] = [];
  /** The case is over, whatever it still does. */
  readonly #over: AbortController = new AbortController();

  constructor(harness: Harness, capabilities: Capabilities, makeDrainer: MakeDrainer = (...given) => new Drainer(...given)) {
    this.harness = harness;
    this.capabilities = capabilities;
    this.#makeDrainer = makeDrainer;
  }

  get timing(): HarnessTiming {
    return this.harness.timing;
  }

  /** Lanes that a channel of this case should have to show order or sharing. */
  get hasLanes(): boolean {
    return this.capabilities.revoke !== 'none';
  }

  /** How long a lapse may take to be seen, ms: a lease of the shortest length, and what the system adds. */
  get lapseMs(): number {
    return (this.timing.shortestLeaseMs ?? 0) + this.timing.leaseGranularityMs;
  }

  step(text: string): void {
    this.story.push({ atMs: Math.round(performance.now() - this.#begin), text });
  }

  async channel(options: ChannelOptions = {}): Promise<Channel> {
    const channel = await this.harness.create(options);
    this.#channels.push(channel);
    this.step(`made ${channel.name} ${JSON.stringify(options)}`);
    return channel;
  }

  async open(channel: Channel): Promise<StreamConsumer> {
    return this.#own(await channel.open(), channel.name);
  }

  /** A consumer of something that does not exist. */
  async openMissing(): Promise<StreamConsumer> {
    return this.#own(await this.harness.openMissing(), 'nothing');
  }

  #own(consumer: StreamConsumer, name: string): StreamConsumer {
    this.#opened.push({ consumer, name });
    return consumer;
  }

  /** Publishes so many messages, or these; small bodies are what `textOf` reads. Returns their texts. */
  async publish(channel: Channel, given: number | readonly (Omit<Outgoing, 'body'> & { readonly text: string })[]): Promise<string[]> {
    const all = typeof given === 'number' ? Array.from({ length: given }, (_, index) => ({ text: `m${index}` })) : given;
    await channel.publish(all.map(({ text, ...rest }) => ({ ...rest, body: ENCODER.encode(text) })));
    this.step(`published ${all.length}`);
    return all.map(({ text }) => text);
  }

  /** Fetches until there are so many messages, acking nothing. Fails when nothing more comes within the bound of one answer. */
  async take(consumer: StreamConsumer, count: number, withinMs: number = this.timing.answerMs): Promise<Message[]> {
    const taken: Message[] = [];
    const bound = withinMs + this.timing.rebalanceMs;
    let end = performance.now() + bound;
    while (taken.length < count) {
      const left = end - performance.now();
      assert.ok(left > 0, `expected ${count}, ${taken.length} came, and nothing more within ${bound} ms`);
      const batch = await this.fetch(consumer, { max: count - taken.length, waitMs: Math.min(left, withinMs) });
      if (batch.length > 0) end = performance.now() + bound;
      taken.push(...batch);
    }
    this.step(`took ${namesOf(taken)}`);
    return taken;
  }

  async fetch(consumer: StreamConsumer, { max = 100, waitMs = 0 }: { max?: number; waitMs?: number } = {}): Promise<Message[]> {
    const batch = await consumer.fetch({ max, waitMs, signal: this.#over.signal });
    const most = Math.min(max, this.capabilities.maxBatch);
    assert.ok(batch.length <= most, `${batch.length} came for a max of ${max}, with a maxBatch of ${this.capabilities.maxBatch}`);
    return batch;
  }

  /** Everything that comes until nothing has for so long. */
  async rest(consumer: StreamConsumer, quietMs: number): Promise<Message[]> {
    const all: Message[] = [];
    for (;;) {
      const batch = await this.fetch(consumer, { waitMs: quietMs });
      if (batch.length === 0) return all;
      all.push(...batch);
    }
  }

  drainer(consumer: StreamConsumer, handler: MessageHandler | BatchHandler, options: DrainerOptions = {}): Drainer {
    const drainer = this.#makeDrainer(consumer, handler, options);
    this.#drainers.push(drainer);
    return drainer;
  }

  /** Runs it; what ends it early is part of the story, and seen by what the case waits for. */
  run(drainer: Drainer): Promise<void> {
    return drainer.run().then(
      () => undefined,
      (error: unknown) => this.step(`the drainer has ended: ${error instanceof Error ? error.message : String(error)}`),
    );
  }

  /** Acks, and flushes where acks are only recorded: all of it has to be confirmed, or sent where the broker does not answer. */
  async settle(consumer: StreamConsumer, messages: readonly Message[]): Promise<void> {
    const { confirmed, recorded, failed } = await consumer.ack(messages);
    assert.deepEqual(
      failed.map(({ message, error }) => `${message.id}: ${error.message}`),
      [],
      'acks failed',
    );
    const answered = new Set([...confirmed, ...recorded]);
    for (const message of messages) assert.ok(answered.has(message), `the ack of ${message.id} is not answered`);
    if (recorded.length > 0 && this.capabilities.flush) await consumer.flush?.({ signal: this.#over.signal });
    this.step(`acked ${namesOf(messages)}`);
  }

  /** Gives messages back; which could not be is told. Only where `release` is declared. */
  async release(consumer: StreamConsumer, messages: readonly Message[], delayMs: number = 0): Promise<SettleResult> {
    assert.ok(consumer.release !== undefined, 'release is declared, and there is no such method');
    const result = await consumer.release(messages, { delayMs });
    const failed = result.failed.length === 0 ? '' : `, ${result.failed.length} could not be`;
    this.step(`released ${namesOf(messages)}${delayMs > 0 ? ` for ${delayMs} ms` : ''}${failed}`);
    return result;
  }

  /** Waits for what the broker itself says, or for anything else that nobody announces. */
  async until(what: string, isSo: () => boolean | Promise<boolean>, withinMs: number = this.timing.answerMs): Promise<void> {
    const end = performance.now() + withinMs;
    while (!(await isSo())) {
      assert.ok(performance.now() < end, `waited ${withinMs} ms in vain for ${what}`);
      await this.pause(LOOK_EVERY_MS);
    }
    this.step(`seen: ${what}`);
  }

  async untilPending(channel: Channel, count: number): Promise<void> {
    await this.until(`${count} pending at the broker`, async () => (await channel.state()).pending === count);
  }

  /** For where time itself is the subject: a lapse, a delay. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Rejects when it is not over within the bound: that of one answer. */
  within<T>(what: string, work: Promise<T>, ms: number = this.timing.answerMs): Promise<T> {
    return within(what, work, ms);
  }

  /** Closes everything, and says how that went. */
  async end(): Promise<{ readonly close: CloseVerdict; readonly detail: string }> {
    this.#over.abort();
    let close: CloseVerdict = 'clean';
    let detail = '';
    const worse = (verdict: CloseVerdict, why: string): void => {
      if (SEVERITY[verdict] <= SEVERITY[close]) return;
      close = verdict;
      detail = why;
    };
    await Promise.all(
      this.#opened.map(async ({ consumer, name }) => {
        const begin = performance.now();
        const bound = this.timing.answerMs;
        try {
          const closing = consumer.close({ signal: AbortSignal.timeout(bound) });
          // Twice the bound: the signal has asked it to end long before.
          const { clean } = await this.within('close', closing, bound * 2);
          if (performance.now() - begin > bound) worse('slow', `close of ${name} took longer than ${bound} ms`);
          // A case may have taken its server or network away.
          if (!clean) this.step(`close of ${name} was not clean`);
        } catch (error) {
          worse('hung', `close of ${name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }),
    );
    // A case that has failed may have left one running, and nobody would end it.
    for (const drainer of this.#drainers) if (drainer.state !== 'idle' && drainer.state !== 'closed') drainer.escalate();
    for (const channel of this.#channels) {
      try {
        const { pending } = await channel.state();
        if (pending > 0 && close === 'clean' && this.capabilities.closeReleases !== false && !this.#spares.has(channel)) {
          const left = await this.#collect(channel);
          if (left > 0) worse('leaked', `${left} of ${pending} messages of ${channel.name} do not come again after close`);
        }
        await channel.delete();
      } catch (error) {
        worse('leaked', `${channel.name} could not be looked at and deleted: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { close, detail };
  }

  /** Fetches and acks what the case has left at the broker, by a consumer of its own. Returns how much did not come. */
  async #collect(channel: Channel): Promise<number> {
    const consumer = await channel.open();
    const { signal } = new AbortController();
    const { answerMs, rebalanceMs } = this.timing;
    const end = performance.now() + answerMs + rebalanceMs + this.lapseMs;
    try {
      let { pending } = await channel.state();
      while (pending > 0 && performance.now() < end) {
        const batch = await consumer.fetch({ max: 100, waitMs: LOOK_EVERY_MS, signal });
        const { recorded } = await consumer.ack(batch);
        if (recorded.length > 0 && this.capabilities.flush) await consumer.flush?.({ signal });
        pending = (await channel.state()).pending;
      }
      return pending;
    } finally {
      await within('close', consumer.close({ signal: AbortSignal.timeout(answerMs) }), answerMs * 2);
    }
  }

  readonly #spares: Set<Channel> = new Set();

  /** Something of this channel stays leased by the case's own will: a handler that was given up. */
  spare(channel: Channel): void {
    this.#spares.add(channel);
  }
}

const SEVERITY: Readonly<Record<CloseVerdict, number>> = Object.freeze({ clean: 0, slow: 1, leaked: 2, hung: 3 });

function namesOf(messages: readonly Message[]): string {
  const names = messages
    .slice(0, 20)
    .map((message) => textOf(message).slice(0, 40))
    .join(' ');
  return messages.length > 20 ? `${names} and ${messages.length - 20} more` : names;
}

export function textOf({ body }: Pick<Message, 'body'>): string {
  return DECODER.decode(body);
}

/** What a call fails with; undefined where it resolves. */
export function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}
