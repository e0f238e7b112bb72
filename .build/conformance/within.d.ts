/** Rejects when the work is not over within the bound, ms. */
export declare function within<T>(what: string, work: Promise<T>, ms: number): Promise<T>;
