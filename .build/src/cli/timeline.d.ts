/** Draws a receipt. Exits with 2 for what is not one. */
export declare function timeline(args: readonly string[]): Promise<number>;
