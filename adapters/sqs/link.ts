import { bounded } from './bounded.js';
import type { SqsClient, SqsSource } from './client.js';
import { failure, nativeError } from './errors.js';
import type { Settings } from './options.js';
import type { Connected } from './poller.js';

/** The clients of one consumer and its queue's URL, found at the first use. */
export class Link {
  readonly #source: SqsSource;
  readonly #settings: Settings;
  #clients: Promise<readonly [SqsClient, SqsClient]> | undefined;
  #made: readonly SqsClient[] = [];
  #connecting: Promise<Connected> | undefined;
  #connected: Connected | undefined;

  constructor(source: SqsSource, settings: Settings) {
    this.#source = source;
    this.#settings = settings;
  }

  /** Of a consumer that has fetched. */
  current(): Connected {
    if (this.#connected === undefined) throw failure('UNAVAILABLE', 'there is no connection to the server yet');
    return this.#connected;
  }

  async connect(): Promise<Connected> {
    if (this.#connected !== undefined) return this.#connected;
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<Connected> {
    const { queue, queueUrl, account, answerMs } = this.#settings;
    this.#clients ??= this.#make().catch((error: unknown) => {
      // The next fetch tries again.
      this.#clients = undefined;
      throw error;
    });
    try {
      const [polls, control] = await this.#clients;
      const input = account === undefined ? { QueueName: queue } : { QueueName: queue, QueueOwnerAWSAccountId: account };
      const url = queueUrl ?? (await bounded(answerMs, (options) => control.getQueueUrl(input, options))).QueueUrl;
      if (url === undefined) throw failure('INTERNAL', `the server names no URL for the queue ${queue}`);
      this.#connected = { polls, control, queueUrl: url };
      return this.#connected;
    } catch (error) {
      throw nativeError(error, `looking for the queue ${queue}`);
    }
  }

  async #make(): Promise<readonly [SqsClient, SqsClient]> {
    if (typeof this.#source !== 'function') return [this.#source, this.#source];
    try {
      const polls = await this.#source();
      this.#made = [polls];
      // A delete behind some dozen long polls would wait for the first of them to end.
      const control = await this.#source();
      this.#made = [polls, control];
      return [polls, control];
    } catch (error) {
      this.destroy();
      throw nativeError(error, 'making a client');
    }
  }

  /** Resolves when nothing is being looked for any more. */
  async settled(): Promise<void> {
    await this.#connecting?.catch(() => {});
  }

  /** Of the clients that were made here. */
  destroy(): void {
    for (const client of this.#made) client.destroy();
    this.#made = [];
  }
}
