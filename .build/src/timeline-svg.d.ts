import type { Receipt } from './receipt.js';
/**
 * A receipt as one SVG picture, 960 wide: the budget and how much of it was used, the phases on one time axis with the
 * deadlines that struck, the work in flight under the same axis, what became of the messages held, and the first errors.
 * Self-contained (no script, font or address), with title and description, light or dark by `prefers-color-scheme`.
 * Everything that comes from the receipt is escaped.
 *
 * Throws `INVALID_ARGUMENT` for what is not a receipt. Pure.
 */
export declare function renderTimelineSvg(receipt: Receipt): string;
