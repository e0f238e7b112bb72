/**
 * What this adapter uses of an SQS client, written by hand so that the package depends on no client. The aggregated `SQS` of
 * `@aws-sdk/client-sqs` 3.x is assignable to it; a type test holds that.
 */

export interface SqsAttributeValue {
  readonly DataType?: string | undefined;
  readonly StringValue?: string | undefined;
  readonly BinaryValue?: Uint8Array | undefined;
}

/** A message as the client hands it over: `Message.raw`. */
export interface SqsMessage {
  readonly MessageId?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
  readonly Body?: string | undefined;
  readonly MD5OfBody?: string | undefined;
  /** The queue's own: `ApproximateReceiveCount`, `SentTimestamp`, `MessageGroupId`, … */
  readonly Attributes?: Readonly<Record<string, string | undefined>> | undefined;
  /** The producer's. */
  readonly MessageAttributes?: Readonly<Record<string, SqsAttributeValue>> | undefined;
}

export interface SqsBatchFailure {
  readonly Id?: string | undefined;
  readonly Code?: string | undefined;
  readonly Message?: string | undefined;
  readonly SenderFault?: boolean | undefined;
}

export interface SqsBatchResult {
  readonly Successful?: { readonly Id?: string | undefined }[] | undefined;
  readonly Failed?: SqsBatchFailure[] | undefined;
}

export interface SqsCallOptions {
  readonly abortSignal?: AbortSignal;
}

// Mutable where the SDK's types are.
export interface SqsReceiveInput {
  QueueUrl: string;
  MaxNumberOfMessages: number;
  WaitTimeSeconds: number;
  VisibilityTimeout: number;
  /** The older name, which every server knows. */
  AttributeNames: 'All'[];
  MessageAttributeNames: string[];
  /** FIFO queues only. */
  ReceiveRequestAttemptId?: string;
}

export interface SqsClient {
  receiveMessage(input: SqsReceiveInput, options: SqsCallOptions): Promise<{ readonly Messages?: SqsMessage[] | undefined }>;
  deleteMessageBatch(
    input: { QueueUrl: string; Entries: { Id: string; ReceiptHandle: string }[] },
    options: SqsCallOptions,
  ): Promise<SqsBatchResult>;
  changeMessageVisibilityBatch(
    input: { QueueUrl: string; Entries: { Id: string; ReceiptHandle: string; VisibilityTimeout: number }[] },
    options: SqsCallOptions,
  ): Promise<SqsBatchResult>;
  getQueueUrl(
    input: { QueueName: string; QueueOwnerAWSAccountId?: string },
    options: SqsCallOptions,
  ): Promise<{ readonly QueueUrl?: string | undefined }>;
  getQueueAttributes(
    input: { QueueUrl: string; AttributeNames: 'ApproximateNumberOfMessages'[] },
    options: SqsCallOptions,
  ): Promise<{ readonly Attributes?: Readonly<Record<string, string | undefined>> | undefined }>;
  /** Called only on a client that the adapter created. */
  destroy(): void;
}

/**
 * A client that the caller keeps, or a function that makes one. The consumer calls the function twice, so that polls and
 * everything else have sockets of their own, and destroys both.
 */
export type SqsSource = SqsClient | (() => SqsClient | Promise<SqsClient>);
