import { Message } from '../../src/message.js';
import { Watermark } from '../../src/watermark.js';
import type { Partition } from './partition.js';
import { type BodyCopier } from './payload.js';
/** What the log tells of a delivery: `Message.raw`. To be read only. */
export interface TopicRecord {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
}
export declare const Held: {
    readonly OPEN: 0;
    readonly FINISHED: 1;
    readonly SETTLED: 2;
    readonly STALE: 3;
};
/** One delivery from a lane. */
export declare class LogDelivery implements TopicRecord {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly lane: Lane;
    state: (typeof Held)[keyof typeof Held];
    /** The message that the watermark tracks. */
    message: Message<TopicRecord> | undefined;
    constructor(topic: string, offset: number, lane: Lane);
}
/** One ownership of one partition by one member: where it reads, and how far it is done. */
export declare class Lane {
    #private;
    readonly name: string;
    readonly partition: Partition;
    readonly assignment: number;
    /** The place of the next entry to deliver. */
    next: number;
    /** Not read before this time, ms on the clock. */
    notBefore: number;
    paused: boolean;
    /** It is being taken away: nothing more is delivered, acks are still good. */
    revoking: boolean;
    /** It belongs to someone else, or to nobody. */
    gone: boolean;
    endTold: boolean;
    readonly mark: Watermark;
    constructor(partition: Partition, assignment: number, next: number);
    /** How many entries `deliver` could bring. */
    available(now: number): number;
    /** How many entries have to be delivered yet. */
    get backlog(): number;
    deliver(topic: string, count: number, into: Message<TopicRecord>[], token: number, bodies: BodyCopier): void;
    finish(delivery: LogDelivery): void;
    /** The commit up to this message has succeeded. Returns what it covers. */
    settle(last: Message): Message<TopicRecord>[];
    /** Acked, and not committed. */
    unsettled(): Message<TopicRecord>[];
    /** Reads again from this delivery on: it and all later ones are stale. */
    giveBackFrom(delivery: LogDelivery, notBefore: number): void;
    /** Reads on from this offset: all that is held is stale. */
    seek(offset: number): void;
}
