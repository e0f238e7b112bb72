/** Calls under way, for whoever has to wait until they are over. */
export declare class InFlight {
    #private;
    /** Returns the very call. How it ends is its caller's to see. */
    track<T>(call: Promise<T>): Promise<T>;
    /** Resolves when what is under way now is over, however it ends. */
    settled(): Promise<void>;
}
