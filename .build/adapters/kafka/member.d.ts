import { StreamError } from '../../src/errors.js';
import type { KafkaTopicOffsets } from './client.js';
import type { Lane } from './lane.js';
/** What a member of a group tells the consumer that it works for. */
export interface MemberOwner<Raw> {
    /** A number for each assignment of a lane, each time a greater one. */
    nextAssignment(): number;
    assigned(lanes: readonly Lane<Raw>[]): void;
    /** Settles the lanes; they leave when it resolves, or after so many ms. */
    revoking(lanes: readonly Lane<Raw>[], deadlineMs: number): Promise<void>;
    lost(lanes: readonly Lane<Raw>[]): void;
    /** Records came, or it is ready. */
    arrived(): void;
    /** It does not go on: the client has given it up, or could not start it. */
    ended(member: Member<Raw>, error: StreamError): void;
    /** Records that may wait beside a batch before the next one is asked for. */
    ahead(): number;
}
/** One life of one client consumer, from its connection to its end. Nothing here retries: who wants to go on makes another. */
export interface Member<Raw> {
    /** What it owns, by name. */
    readonly lanes: ReadonlyMap<string, Lane<Raw>>;
    /** Records that came and were not handed out, of all lanes. */
    readonly waiting: number;
    /** It is connected, and its topics are there: what cannot be is known by then. */
    readonly isReady: boolean;
    /** Connects and joins, once. What goes wrong is told to the owner. */
    start(): void;
    /** Ends it when the process stood still for longer than its session: what it holds is another's by now. */
    checkSession(): void;
    /** So many records were handed out. */
    taken(count: number): void;
    /** Reads a lane from this offset on; what came of it and was not handed out is dropped. */
    rewind(lane: Lane<Raw>, offset: string): void;
    pause(lanes: readonly Lane<Raw>[]): void;
    resume(lanes: readonly Lane<Raw>[]): void;
    /** One attempt, as the member and in the generation of this moment. */
    commit(offsets: KafkaTopicOffsets): Promise<void>;
    /** Rejects when the group's coordinator cannot be reached. */
    ask(): Promise<void>;
    lag(lanes: readonly Lane<Raw>[]): Promise<ReadonlyMap<string, number>>;
    /** Leaves the group and disconnects; bounded by whoever waits. */
    stop(): Promise<void>;
}
export type MakeMember<Raw> = (owner: MemberOwner<Raw>) => Member<Raw>;
/** Whether an error says that the member is no longer one. */
export declare function isFenced(error: unknown): boolean;
