export interface ViewPhase {
    readonly name: string;
    readonly startMs: number;
    readonly durationMs: number;
    readonly outcome: string;
}
export interface ViewMark {
    readonly label: string;
    readonly atMs: number;
    /** It happened; otherwise it is a deadline that the drain had no need of. */
    readonly fired: boolean;
}
export interface ViewSample {
    readonly atMs: number;
    readonly running: number;
    readonly unstarted: number;
    readonly unconfirmed: number;
}
/** What a settlement means to the reader, which decides its colour. */
export type Tone = 'settled' | 'aside' | 'returned' | 'open' | 'lost';
export interface ViewGroup {
    readonly handler: string;
    readonly settlement: string;
    readonly count: number;
    readonly tone: Tone;
    readonly ranges: readonly {
        readonly lane: string;
        readonly first: string;
        readonly last: string;
        readonly count: number;
    }[];
    readonly ids: readonly string[];
}
