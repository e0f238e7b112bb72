/** The most ids, and the most ranges, that one group of a receipt lists. */
export const RECEIPT_IDS = 1_000;
