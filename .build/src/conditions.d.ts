/** Promises of conditions over state that somebody else changes and announces. */
export declare class Conditions {
    #private;
    /** `onWaiting` is told when the first waiter comes and when the last one has gone. */
    constructor(onWaiting: (any: boolean) => void);
    /** Resolves when the condition holds: now, or at a later `check`. */
    until(isMet: () => boolean): Promise<void>;
    /** Something changed. Costs nothing when nobody waits. */
    check(): void;
}
