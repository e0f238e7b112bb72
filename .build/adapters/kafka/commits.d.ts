import type { AckResult, FailedSettlement } from '../../src/consumer.js';
import type { Message } from '../../src/message.js';
import type { LaneProgress } from './lane.js';
import { type Member } from './member.js';
/** What it needs of a member. */
type Committer = Pick<Member<never>, 'commit' | 'ask'>;
/** Commits what is finished, one request at a time: each carries everything that is finished by then. */
export declare class Commits {
    #private;
    constructor(answerMs: number);
    /** Answers for messages of these lanes that were finished just now. */
    settle(member: Committer | undefined, lanes: readonly LaneProgress[], messages: readonly Message[], failed: FailedSettlement[]): Promise<AckResult>;
    flush(member: Committer | undefined, lanes: readonly LaneProgress[]): Promise<AckResult>;
    /** Commits; where there is nothing to commit, asks for the group, so that a coordinator that cannot be reached is noticed. */
    flushOrAsk(member: Committer, lanes: readonly LaneProgress[]): Promise<void>;
}
export {};
