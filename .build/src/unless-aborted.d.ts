/** What the promise resolves to, or undefined once one of the signals is aborted: it then goes on unheeded. */
export declare function unlessAborted<T>(work: Promise<T>, ...signals: readonly AbortSignal[]): Promise<T | undefined>;
