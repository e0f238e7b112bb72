import type { ChaosResult, RoundResult } from './result.js';
/** One round in one line. */
export declare function roundLine(round: RoundResult, planned: number): string;
/** What a run came to, for people. */
export declare function summary(result: ChaosResult): string;
/** A page of documentation. */
export declare function markdown(result: ChaosResult, command: string): string;
