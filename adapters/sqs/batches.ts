import type { StreamError } from '../../src/errors.js';
import type { Message } from '../../src/message.js';
import type { SqsBatchResult, SqsMessage } from './client.js';
import { entryError, failure, nativeError } from './errors.js';

type Native = Message<SqsMessage>;

/** What SQS takes in one call. */
export const PER_CALL = 10;

export interface Entry {
  readonly Id: string;
  readonly ReceiptHandle: string;
}

interface Waiting {
  readonly message: Native;
  readonly done: (error: StreamError | undefined) => void;
}

/** Sends up to ten entries, and says what became of each. */
export type SendBatch = (entries: Entry[]) => Promise<SqsBatchResult>;

/**
 * Gathers single messages into calls of ten, a few of them at a time: while all calls are out, what comes waits and fills the
 * next ones. So handlers that ack one by one pay for a tenth of a call each.
 */
export class Batches {
  readonly #send: SendBatch;
  readonly #refuse: (message: Native, now: number) => StreamError | undefined;
  readonly #doing: string;
  readonly #maxCalls: number;
  #waiting: Waiting[] = [];
  #calls = 0;
  #scheduled = false;

  /** `refuse` is asked when a message's turn has come: what it answers with is that message's error. */
  constructor(send: SendBatch, refuse: (message: Native, now: number) => StreamError | undefined, doing: string, maxCalls: number) {
    this.#send = send;
    this.#refuse = refuse;
    this.#doing = doing;
    this.#maxCalls = maxCalls;
  }

  /** Resolves with the error of each message that failed; never rejects. */
  async all(messages: readonly Native[]): Promise<ReadonlyMap<Native, StreamError>> {
    const failed = new Map<Native, StreamError>();
    let left = messages.length;
    if (left === 0) return failed;
    await new Promise<void>((resolve) => {
      for (const message of messages) {
        const done = (error: StreamError | undefined): void => {
          if (error !== undefined) failed.set(message, error);
          left -= 1;
          if (left === 0) resolve();
        };
        this.#waiting.push({ message, done });
      }
      this.#schedule();
    });
    return failed;
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#calls >= this.#maxCalls) return;
    this.#scheduled = true;
    // What others ack in the same turn goes along.
    setImmediate(() => {
      this.#scheduled = false;
      while (this.#waiting.length > 0 && this.#calls < this.#maxCalls) void this.#call(this.#waiting.splice(0, PER_CALL));
    });
  }

  async #call(taken: readonly Waiting[]): Promise<void> {
    const now = performance.now();
    const batch: Waiting[] = [];
    for (const waiting of taken) {
      const error = this.#refuse(waiting.message, now);
      if (error === undefined) batch.push(waiting);
      else waiting.done(error);
    }
    if (batch.length === 0) return;
    this.#calls += 1;
    const errors = await outcome(
      this.#send,
      batch.map(({ message }) => message),
      this.#doing,
    );
    this.#calls -= 1;
    for (const [index, { done }] of batch.entries()) done(errors[index]);
    this.#schedule();
  }
}

/** One call: an error, or none, for each of these messages. Never rejects. */
export async function outcome(send: SendBatch, messages: readonly Native[], doing: string): Promise<readonly (StreamError | undefined)[]> {
  const entries = messages.map(({ delivery }, index) => ({ Id: String(index), ReceiptHandle: String(delivery) }));
  try {
    const { Successful, Failed } = await send(entries);
    const outcomes = new Map<string | undefined, StreamError | undefined>();
    for (const { Id } of Successful ?? []) outcomes.set(Id, undefined);
    for (const failed of Failed ?? []) outcomes.set(failed.Id, entryError(failed, doing));
    // Done is only what the server says to be.
    const unanswered = (): StreamError => failure('UNKNOWN', `${doing}: the answer does not say what became of it`, undefined, true);
    return entries.map(({ Id }) => (outcomes.has(Id) ? outcomes.get(Id) : unanswered()));
  } catch (error) {
    const all = nativeError(error, doing);
    return messages.map(() => all);
  }
}
