// import … from 'tailrace/sqs'

export interface SqsAttributeValue {
    readonly DataType?: string | undefined;
    readonly StringValue?: string | undefined;
    readonly BinaryValue?: Uint8Array | undefined;
}

export interface SqsBatchFailure {
    readonly Id?: string | undefined;
    readonly Code?: string | undefined;
    readonly Message?: string | undefined;
    readonly SenderFault?: boolean | undefined;
}

export interface SqsBatchResult {
    readonly Successful?: {
        readonly Id?: string | undefined;
    }[] | undefined;
    readonly Failed?: SqsBatchFailure[] | undefined;
}

export interface SqsCallOptions {
    readonly abortSignal?: AbortSignal;
}

export interface SqsClient {
    receiveMessage(input: SqsReceiveInput, options: SqsCallOptions): Promise<{
        readonly Messages?: SqsMessage[] | undefined;
    }>;
    deleteMessageBatch(input: {
        QueueUrl: string;
        Entries: {
            Id: string;
            ReceiptHandle: string;
        }[];
    }, options: SqsCallOptions): Promise<SqsBatchResult>;
    changeMessageVisibilityBatch(input: {
        QueueUrl: string;
        Entries: {
            Id: string;
            ReceiptHandle: string;
            VisibilityTimeout: number;
        }[];
    }, options: SqsCallOptions): Promise<SqsBatchResult>;
    getQueueUrl(input: {
        QueueName: string;
        QueueOwnerAWSAccountId?: string;
    }, options: SqsCallOptions): Promise<{
        readonly QueueUrl?: string | undefined;
    }>;
    getQueueAttributes(input: {
        QueueUrl: string;
        AttributeNames: 'ApproximateNumberOfMessages'[];
    }, options: SqsCallOptions): Promise<{
        readonly Attributes?: Readonly<Record<string, string | undefined>> | undefined;
    }>;
    destroy(): void;
}

export interface SqsMessage {
    readonly MessageId?: string | undefined;
    readonly ReceiptHandle?: string | undefined;
    readonly Body?: string | undefined;
    readonly MD5OfBody?: string | undefined;
    readonly Attributes?: Readonly<Record<string, string | undefined>> | undefined;
    readonly MessageAttributes?: Readonly<Record<string, SqsAttributeValue>> | undefined;
}

export interface SqsOpenOptions extends Partial<SqsOptions> {
    readonly client?: Readonly<Record<string, unknown>>;
}

export interface SqsOptions {
    readonly queue: string;
    readonly account?: string;
    readonly leaseMs?: number;
    readonly maxPollMs?: number;
    readonly maxPolls?: number;
    readonly maxDeletes?: number;
    readonly bodyEncoding?: 'utf8' | 'base64';
    readonly keyAttribute?: string;
    readonly systemAttributes?: readonly string[];
    readonly answerMs?: number;
}

export interface SqsReceiveInput {
    QueueUrl: string;
    MaxNumberOfMessages: number;
    WaitTimeSeconds: number;
    VisibilityTimeout: number;
    AttributeNames: 'All'[];
    MessageAttributeNames: string[];
    ReceiveRequestAttemptId?: string;
}

export type SqsSource = SqsClient | (() => SqsClient | Promise<SqsClient>);

export declare function open(url: URL | string, options?: SqsOpenOptions): Promise<StreamConsumer<SqsMessage>>;

export declare function sqsConsumer(client: SqsSource, options: SqsOptions): StreamConsumer<SqsMessage>;
