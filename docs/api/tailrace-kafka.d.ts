// import … from 'tailrace/kafka'

export interface KafkaAdminLike {
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    fetchTopicMetadata(options: {
        topics: string[];
    }): Promise<{
        topics: {
            name: string;
        }[];
    }>;
    fetchTopicOffsets(topic: string): Promise<{
        partition: number;
        offset: string;
        low: string;
    }[]>;
    fetchOffsets(options: {
        groupId: string;
        topics: string[];
    }): Promise<{
        topic: string;
        partitions: {
            partition: number;
            offset: string;
        }[];
    }[]>;
}

export type KafkaAssigner = (config: never) => KafkaProtocol;

export interface KafkaBatchPayload {
    readonly batch: {
        readonly topic: string;
        readonly partition: number;
        readonly messages: KafkaMessage[];
        readonly fetchedOffset?: string;
    };
    heartbeat(): Promise<void>;
    commitOffsetsIfNecessary(offsets: KafkaTopicOffsets): Promise<void>;
    isStale(): boolean;
}

export interface KafkaConsumerConfig {
    groupId: string;
    sessionTimeout: number;
    rebalanceTimeout: number;
    heartbeatInterval: number;
    maxWaitTimeInMs: number;
    minBytes: number;
    maxBytes: number;
    maxBytesPerPartition: number;
    metadataMaxAge: number;
    readUncommitted: boolean;
    allowAutoTopicCreation: boolean;
    partitionAssigners: any[];
    retry: {
        initialRetryTime: number;
        maxRetryTime: number;
        multiplier: number;
        factor: number;
        retries: number;
        restartOnFailure: (error: Error) => Promise<boolean>;
    };
}

export interface KafkaConsumerLike {
    readonly events: {
        readonly GROUP_JOIN: 'consumer.group_join';
        readonly CRASH: 'consumer.crash';
    };
    on(event: 'consumer.group_join', listener: (event: KafkaJoinEvent) => void): () => void;
    on(event: 'consumer.crash', listener: (event: KafkaCrashEvent) => void): () => void;
    connect(): Promise<void>;
    subscribe(subscription: {
        topics: string[];
        fromBeginning: boolean;
    }): Promise<void>;
    run(config: {
        autoCommit: boolean;
        partitionsConsumedConcurrently: number;
        eachBatch: (payload: KafkaBatchPayload) => Promise<void>;
    }): Promise<void>;
    seek(place: {
        topic: string;
        partition: number;
        offset: string;
    }): void;
    pause(places: {
        topic: string;
        partitions: number[];
    }[]): void;
    resume(places: {
        topic: string;
        partitions: number[];
    }[]): void;
    describeGroup(): Promise<unknown>;
    disconnect(): Promise<void>;
}

export interface KafkaCrashEvent {
    readonly payload: {
        readonly error: Error;
    };
}

export interface KafkaJoinEvent {
    readonly payload: {
        readonly memberAssignment: Readonly<Record<string, number[]>>;
    };
}

export interface KafkaLike {
    consumer(config: KafkaConsumerConfig): KafkaConsumerLike;
    admin(config?: any): KafkaAdminLike;
}

export interface KafkaMember {
    memberId: string;
    memberMetadata: Buffer;
}

export interface KafkaMemberAssignment {
    memberId: string;
    memberAssignment: Buffer;
}

export interface KafkaMessage {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly timestamp: string;
    readonly offset: string;
    readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

export interface KafkaOpenOptions extends Partial<KafkaOptions> {
    readonly client?: Readonly<Record<string, unknown>>;
}

export interface KafkaOptions {
    readonly topics: string | readonly string[];
    readonly groupId: string;
    readonly startAt?: 'earliest' | 'latest';
    readonly sessionTimeoutMs?: number;
    readonly rebalanceTimeoutMs?: number;
    readonly heartbeatMs?: number;
    readonly maxWaitMs?: number;
    readonly minBytes?: number;
    readonly maxBytes?: number;
    readonly maxBytesPerPartition?: number;
    readonly metadataMaxAgeMs?: number;
    readonly readUncommitted?: boolean;
    readonly answerMs?: number;
    readonly assigner?: KafkaAssigner;
}

export interface KafkaProtocol {
    name: string;
    version: number;
    assign(group: {
        members: KafkaMember[];
        topics: string[];
    }): Promise<KafkaMemberAssignment[]>;
    protocol(subscription: {
        topics: string[];
    }): {
        name: string;
        metadata: Buffer;
    };
}

export interface KafkaTopicOffsets {
    readonly topics: {
        topic: string;
        partitions: {
            partition: number;
            offset: string;
        }[];
    }[];
}

export declare function kafkaConsumer(kafka: KafkaLike, options: KafkaOptions): StreamConsumer<KafkaMessage>;

export declare function open(url: URL | string, options?: KafkaOpenOptions): Promise<StreamConsumer<KafkaMessage>>;
