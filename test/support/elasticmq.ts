import { randomBytes } from 'node:crypto';
import { type SendMessageBatchRequestEntry, SQS, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { startElasticMq } from '../../conformance/brokers/elasticmq.js';
import { type Broker, waitUntil } from '../../conformance/brokers/process.js';

const REGION = process.env.AWS_REGION ?? 'us-east-1';

/** A queue, published to and counted past the adapter. */
export class Queue {
  readonly name: string;
  readonly url: string;
  readonly #probe: SQS;
  #deleted: Promise<unknown> | undefined;

  constructor(name: string, url: string, probe: SQS) {
    this.name = name;
    this.url = url;
    this.#probe = probe;
  }

  async publish(...messages: readonly (string | Omit<SendMessageBatchRequestEntry, 'Id'>)[]): Promise<void> {
    const entries = messages.map((message, index) => ({
      Id: String(index),
      ...(typeof message === 'string' ? { MessageBody: message } : message),
    }));
    for (let at = 0; at < entries.length; at += 10) {
      const { Failed = [] } = await this.#probe.sendMessageBatch({ QueueUrl: this.url, Entries: entries.slice(at, at + 10) });
      if (Failed.length > 0) throw new Error(`publishing: ${Failed[0]?.Message}`);
    }
  }

  /** What waits and what is hidden, by the queue itself. */
  async counts(): Promise<[waiting: number, hidden: number]> {
    const { Attributes = {} } = await this.#probe.getQueueAttributes({ QueueUrl: this.url, AttributeNames: ['All'] });
    return [Number(Attributes.ApproximateNumberOfMessages), Number(Attributes.ApproximateNumberOfMessagesNotVisible)];
  }

  async untilCounts(waiting: number, hidden: number): Promise<void> {
    await waitUntil(`${waiting} waiting and ${hidden} hidden`, async () => (await this.counts()).join() === `${waiting},${hidden}`);
  }

  async arn(): Promise<string> {
    const { Attributes } = await this.#probe.getQueueAttributes({ QueueUrl: this.url, AttributeNames: ['QueueArn'] });
    return Attributes?.QueueArn ?? '';
  }

  async deleteMessage(ReceiptHandle: string): Promise<void> {
    await this.#probe.deleteMessage({ QueueUrl: this.url, ReceiptHandle });
  }

  /** Idempotent. */
  async delete(): Promise<void> {
    this.#deleted ??= this.#probe.deleteQueue({ QueueUrl: this.url });
    await this.#deleted;
  }
}

/** An ElasticMQ, or the endpoint that TAILRACE_SQS names, and the queues that were made on it, which end with it. */
export class SqsServer {
  readonly config: SQSClientConfig;
  readonly url: string;
  /** It is no one else's. */
  readonly isOwn: boolean;
  readonly #broker: Broker;
  readonly #probe: SQS;
  readonly #queues: Queue[] = [];

  private constructor(broker: Broker) {
    this.#broker = broker;
    this.url = broker.url;
    this.isOwn = broker.pid !== undefined;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    this.config = { endpoint: this.url, region: REGION, ...(this.isOwn ? { credentials } : {}) };
    this.#probe = new SQS(this.config);
  }

  static async start(): Promise<SqsServer> {
    return new SqsServer(await startElasticMq());
  }

  async queue(attributes: Readonly<Record<string, string>> = {}, suffix: string = ''): Promise<Queue> {
    const name = `t${randomBytes(6).toString('hex')}${suffix}`;
    const { QueueUrl = '' } = await this.#probe.createQueue({ QueueName: name, Attributes: attributes });
    const queue = new Queue(name, QueueUrl, this.#probe);
    this.#queues.push(queue);
    return queue;
  }

  /** For programs that know nothing of a test. */
  get env(): NodeJS.ProcessEnv {
    const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    return { AWS_REGION: REGION, ...(this.isOwn ? credentials : {}) };
  }

  async stop(): Promise<void> {
    // A test may have deleted its own.
    for (const queue of this.#queues) await queue.delete().catch(() => undefined);
    this.#probe.destroy();
    await this.#broker.stop();
  }
}
