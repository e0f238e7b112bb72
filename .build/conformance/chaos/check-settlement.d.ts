import { Findings } from './findings.js';
import type { Ledger } from './ledger.js';
import type { Explained } from './result.js';
/** Two successes of one message, each tied to what excuses it, or found to be without excuse. */
export declare function checkDuplicates(ledger: Ledger, startedAt: number, findings: Findings): {
    duplicates: number;
    explained: Explained[];
};
/** What the broker confirmed must not come again. */
export declare function checkRedeliveries(ledger: Ledger, findings: Findings): void;
/** Two handlers of one message at a time. */
export declare function checkOverlaps(ledger: Ledger, findings: Findings): void;
/** Nothing is acked before its handler has succeeded and its output is out. */
export declare function checkAcks(ledger: Ledger, findings: Findings): void;
/** Published, and never handled. What is still pending at the broker is not lost. */
export declare function checkLosses(ledger: Ledger, published: number, uncertain: ReadonlySet<number>, pending: number, isCursor: boolean, findings: Findings): {
    handled: number;
    lost: number;
};
