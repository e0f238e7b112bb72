export interface PublisherTask {
    readonly brokers: string;
    readonly topic: string;
    readonly partitions: number;
    readonly rate: number;
}
export interface Published {
    readonly published: number;
    /** Records that were acknowledged in each whole second. */
    readonly seconds: readonly number[];
}
