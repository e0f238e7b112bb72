import type { Receipt } from '../../src/index.js';
import type { CaseContext } from '../context.js';
/** Handlers have this long in drains that do not test the time itself, ms. */
export declare const HANDLERS_MS = 5000;
export declare function budget(context: CaseContext, { softMs, handlersMs }: {
    softMs: number;
    handlersMs: number;
}): object;
export declare function roomy(context: CaseContext): {
    budget: object;
};
export declare function countOf(receipt: Receipt, handler: string): number;
