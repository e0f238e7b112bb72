/** One line that is rewritten on a terminal; elsewhere a line each second. */
export declare class Progress {
    #private;
    constructor(on: boolean);
    /** Something worth a line of its own. */
    say(text: string): void;
    update(text: () => string): void;
    end(): void;
}
