// import … from 'tailrace/kafka'

export type ConfluentConfig = Readonly<Record<string, string | number | boolean | ConfluentRebalance>>;

export interface ConfluentConsumerLike {
    connect(options: {
        timeout: number;
    }, callback: (error: ConfluentError | null) => void): unknown;
    disconnect(callback: (error: ConfluentError | null) => void): unknown;
    subscribe(topics: string[]): unknown;
    unsubscribe(): unknown;
    setDefaultConsumeTimeout(ms: number): void;
    consume(count: number, callback: (error: ConfluentError | null, messages: ConfluentMessage[]) => void): void;
    commit(places: ConfluentPlace[]): unknown;
    getMetadata(options: {
        topic: string;
        timeout: number;
    }, callback: (error: ConfluentError | null, metadata: {
        topics: {
            name: string;
            partitions: unknown[];
        }[];
    }) => void): unknown;
    committed(places: ConfluentPlace[], timeoutMs: number, callback: (error: ConfluentError | null, places: ConfluentPlace[]) => void): unknown;
    queryWatermarkOffsets(topic: string, partition: number, timeoutMs: number, callback: (error: ConfluentError | null, offsets: {
        lowOffset: number;
        highOffset: number;
    }) => void): unknown;
    offsetsForTimes(places: ConfluentPlace[], timeoutMs: number, callback: (error: ConfluentError | null, places: ConfluentPlace[]) => void): unknown;
    pause(places: ConfluentPlace[]): unknown;
    resume(places: ConfluentPlace[]): unknown;
    incrementalAssign(places: ConfluentPlace[]): unknown;
    incrementalUnassign(places: ConfluentPlace[]): unknown;
    assignmentLost(): boolean;
    on(event: 'event.error', listener: (error: ConfluentError) => void): unknown;
}

export interface ConfluentError {
    readonly message: string;
    readonly code: number;
}

export type ConfluentFactory = (config: ConfluentConfig, topicConfig: ConfluentConfig) => ConfluentConsumerLike;

export interface ConfluentMessage {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly value: Uint8Array | null;
    readonly key?: Uint8Array | string | null;
    readonly timestamp?: number;
    readonly headers?: readonly Readonly<Record<string, Uint8Array | string>>[];
}

export interface ConfluentOptions extends Omit<KafkaOptions, 'assigner'> {
    readonly instanceId?: string;
    readonly groupProtocol?: 'classic' | 'consumer';
}

export interface ConfluentPlace {
    topic: string;
    partition: number;
    offset?: number;
}

export type ConfluentRebalance = (error: ConfluentError | undefined, places: ConfluentPlace[]) => void;

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

export interface KafkaBatchEvent {
    readonly payload: {
        readonly topic: string;
        readonly partition: number;
        readonly batchSize: number;
        readonly firstOffset: string;
        readonly lastOffset: string;
    };
}

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
        readonly HEARTBEAT: 'consumer.heartbeat';
        readonly CRASH: 'consumer.crash';
        readonly FETCH_START: 'consumer.fetch_start';
        readonly END_BATCH_PROCESS: 'consumer.end_batch_process';
    };
    on(event: 'consumer.group_join', listener: (event: KafkaJoinEvent) => void): () => void;
    on(event: 'consumer.heartbeat', listener: (event: KafkaHeartbeatEvent) => void): () => void;
    on(event: 'consumer.crash', listener: (event: KafkaCrashEvent) => void): () => void;
    on(event: 'consumer.fetch_start', listener: () => void): () => void;
    on(event: 'consumer.end_batch_process', listener: (event: KafkaBatchEvent) => void): () => void;
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

export interface KafkaHeartbeatEvent {
    readonly payload: {
        readonly groupGenerationId: number;
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
    memberMetadata: Uint8Array;
}

export interface KafkaMemberAssignment {
    memberId: string;
    memberAssignment: Uint8Array;
}

export interface KafkaMessage {
    readonly key: Uint8Array | null;
    readonly value: Uint8Array | null;
    readonly timestamp: string;
    readonly offset: string;
    readonly headers?: Readonly<Record<string, Uint8Array | string | (Uint8Array | string)[] | undefined>>;
}

export interface KafkaOpenOptions extends Partial<KafkaOptions>, Pick<ConfluentOptions, 'instanceId' | 'groupProtocol'> {
    readonly client?: Readonly<Record<string, unknown>>;
    readonly clientPackage?: string;
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
        metadata: Uint8Array;
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

export declare function confluentConsumer(make: ConfluentFactory, options: ConfluentOptions): StreamConsumer<ConfluentMessage>;

export declare function kafkaConsumer(kafka: KafkaLike, options: KafkaOptions): StreamConsumer<KafkaMessage>;

export declare function open(url: URL | string, options?: KafkaOpenOptions): Promise<StreamConsumer<KafkaMessage> | StreamConsumer<ConfluentMessage>>;
