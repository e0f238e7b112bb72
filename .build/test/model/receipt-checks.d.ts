import type { DrainerStatus, Receipt } from '../../src/index.js';
import type { Stage } from './brokers.js';
import type { Ledger } from './ledger.js';
import type { Plan } from './plan.js';
import type { World } from './world.js';
export interface End {
    readonly plan: Plan;
    readonly world: World;
    readonly ledger: Ledger;
    readonly stage: Stage;
    readonly closed: boolean;
    readonly status: DrainerStatus;
    /** Handlers were given up. */
    readonly cut: boolean;
    /** On their way to the dead letters when the drain went on to its commit. */
    readonly buryingAtCommit: number;
}
/** What the receipt says, against itself, against what was seen from outside, and against the broker. */
export declare function checkReceipt(receipt: Receipt, end: End): void;
