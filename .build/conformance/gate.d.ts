/** What waits for a case, until the case lets it go on. */
export declare class Gate {
    open: () => void;
    readonly opened: Promise<void>;
}
