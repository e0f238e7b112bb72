/** One handled message: its partition and offset, when it was handled (ms, `now()`), and how long after it was published (ms). */
export declare const FIELDS = 4;
/** Ms on a clock that all processes of this machine share, and that nobody sets. */
export declare function now(): number;
/** What a worker has handled, as rows of doubles in a file: so cheap that the recording does not slow down what is measured. */
export declare class RecordWriter {
    #private;
    constructor(path: string);
    add(partition: number, offset: number, handledAt: number, latencyMs: number): void;
    flush(): void;
    close(): void;
}
export declare function readRecords(path: string): Float64Array;
