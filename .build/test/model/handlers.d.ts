import type { BatchFailure, Drainer, Failure, HandlerContext, Message } from '../../src/index.js';
import type { Ledger } from './ledger.js';
import type { MessagePlan, Plan } from './plan.js';
import { type World } from './world.js';
/** The user's side: handlers and hooks that do what the plan says, and check what they are called for. */
export declare class Handlers {
    #private;
    drainer: Drainer | undefined;
    /** What a handler must not start against, and signals abort for: told by whoever drains. */
    softAt: () => number;
    firstSoftAt: () => number;
    ended: () => boolean;
    /** What the order is, in the drainer's words. */
    order: 'none' | 'lane' | 'key';
    /** Whether an earlier message of the unit that is not done forbids this one. */
    blocks: (message: Message) => string | undefined;
    constructor(plan: Plan, world: World, ledger: Ledger, plans: ReadonlyMap<string, MessagePlan>);
    readonly one: (message: Message, context: HandlerContext) => unknown;
    readonly batch: (messages: readonly Message[], context: HandlerContext) => Promise<undefined | readonly BatchFailure[]>;
    onDrain: () => void;
    readonly beforeCommit: (messages: readonly Message[]) => Promise<void>;
    readonly deadLetter: (message: Message, { calls }: Failure) => Promise<void>;
    readonly store: {
        get: (id: string) => Promise<unknown>;
        set: (id: string) => Promise<void>;
    };
}
