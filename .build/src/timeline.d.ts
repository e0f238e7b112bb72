import type { Receipt } from './receipt.js';
export interface TimelineOptions {
    /** Columns, 60 to 400. No line is longer. Default 80. */
    readonly width?: number;
    /** Whether to use ANSI colours. Default false. */
    readonly color?: boolean;
}
/**
 * A receipt as text for a terminal: what was drained and how it ended, the phases on one time axis with the deadlines that
 * struck, how the work in flight ran out, what became of the messages held, and the errors. Unicode blocks; ends with a line
 * break. Safe for receipts from anywhere: no control character of theirs gets through.
 *
 * Throws `INVALID_ARGUMENT` for what is not a receipt and for bad options. Pure, does not block for longer than the
 * receipt is large.
 */
export declare function renderTimeline(receipt: Receipt, options?: TimelineOptions): string;
