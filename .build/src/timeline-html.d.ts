import type { Receipt } from './receipt.js';
/**
 * A receipt as one HTML page: the timeline as a picture, then everything in it as tables. Self-contained (no script, no
 * address), readable on a desk and on a phone, light or dark by `prefers-color-scheme`. Everything that comes from the
 * receipt is escaped, so that receipts from anywhere can be shown; the page's own policy forbids scripts and loads.
 *
 * Throws `INVALID_ARGUMENT` for what is not a receipt. Pure.
 */
export declare function renderTimelineHtml(receipt: Receipt): string;
