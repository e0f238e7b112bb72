import type { LaneAssignment } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import { Watermark } from '../../src/watermark.js';
/** Makes a message of a client's record. */
export type MakeMessage<Raw> = (raw: Raw, delivery: number, lane: string, assignment: number) => Message<Raw>;
/** How far one assignment of one partition is done. */
export interface LaneProgress extends LaneAssignment {
    readonly topic: string;
    readonly partition: number;
    readonly mark: Watermark;
    /** It was taken away: nothing of it is handed out or committed any more. */
    readonly gone: boolean;
}
/** One assignment of one partition: what came of it, what was handed out, and how far that is done. */
export declare class Lane<Raw> implements LaneProgress {
    #private;
    readonly lane: string;
    readonly assignment: number;
    readonly topic: string;
    readonly partition: number;
    readonly mark: Watermark;
    gone: boolean;
    /** It was sought back: what was asked for elsewhere is stale. Undefined once the client reads from there. */
    readFrom: string | undefined;
    /** Records that came and were not handed out. */
    waiting: number;
    constructor(topic: string, partition: number, assignment: number, make: MakeMessage<Raw>);
    arrived(messages: readonly Raw[]): void;
    /** Hands out up to `max`, onto `out`; each gets a delivery number from `delivery` on. */
    take(out: Message<Raw>[], max: number, delivery: number): void;
    /** What came and was not handed out will be read again, or is no longer ours. */
    clear(): void;
}
export declare function laneName(topic: string, partition: number): string;
