export declare function median(values: readonly number[]): number;
/** The value that this share of the values does not exceed. */
export declare function quantile(values: readonly number[], share: number): number;
