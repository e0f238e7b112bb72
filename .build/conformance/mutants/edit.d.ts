/** A piece of an adapter's compiled code, and what stands there instead. */
export interface Edit {
    /** Below `dist`: `adapters/kafka/commits.js`. */
    readonly file: string;
    /** Occurs there exactly once. */
    readonly from: string;
    readonly to: string;
}
export interface EditedAdapter {
    /** Of its module, for `openConsumer`'s `adapters`. */
    readonly url: string;
    remove(): Promise<void>;
}
/** Copies an adapter and the core that it works with, and changes the copy. Rejects when the code is no longer what an edit expects. */
export declare function editAdapter(adapter: string, edits: readonly Edit[]): Promise<EditedAdapter>;
