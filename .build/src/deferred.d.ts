export interface Deferred<T> {
    readonly promise: Promise<T>;
    readonly resolve: (value: T | PromiseLike<T>) => void;
    readonly reject: (error: unknown) => void;
}
/** `Promise.withResolvers`, which Node 20 does not have. */
export declare function deferred<T = void>(): Deferred<T>;
