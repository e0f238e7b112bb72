import { Findings } from './findings.js';
import type { Ledger } from './ledger.js';
/** Where lanes are in order, no handler starts before all that is before it in its lane has succeeded. */
export declare function checkOrder(ledger: Ledger, findings: Findings): void;
/** A cursor confirms a position only when all that was delivered before it, under the same assignment, has been handled. */
export declare function checkCursor(ledger: Ledger, findings: Findings): void;
/** Nothing starts after the soft deadline of a drain. */
export declare function checkStarts(ledger: Ledger, findings: Findings): void;
