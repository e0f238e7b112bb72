import { Findings } from './findings.js';
import type { Ledger } from './ledger.js';
/** What each receipt claims, against what happened, and against what came again. */
export declare function checkReceipts(ledger: Ledger, pending: number, findings: Findings): void;
