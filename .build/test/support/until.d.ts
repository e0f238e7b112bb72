/** Waits until the condition holds, looking again after each turn of the event loop. The bound is only there to fail rather than hang. */
export declare function until(condition: () => boolean | Promise<boolean>, what: string, boundMs?: number): Promise<void>;
/** A promise that a test settles, to hold a handler where it wants it. */
export declare class Gate {
    readonly opened: Promise<void>;
    open: () => void;
    constructor();
}
