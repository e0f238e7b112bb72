/** What one run of one side took, as its process prints it. */
export interface Measure {
    /** What was measured: all messages but the first tenth. */
    readonly messages: number;
    readonly ms: number;
    /** CPU of this process, user and system, ms. */
    readonly cpuMs: number;
    /** The most that the heap held, sampled, MB. */
    readonly heapMb: number;
}
export interface SideResult<Side extends string> {
    readonly side: Side;
    /** Medians. */
    readonly perSecond: number;
    readonly cpuUsPerMessage: number;
    readonly heapMb: number;
    /** Medians over the turns: this side's throughput by that of each raw one in the same turn. */
    readonly of: Readonly<Partial<Record<Side, number>>>;
}
export interface TurnsOptions<Side extends string> {
    readonly runs: number;
    /** When no further turn begins that would end later, on the monotonic clock. */
    readonly endsAt: number;
    readonly onRun?: ((turn: number, side: Side, measured: Measure) => void) | undefined;
}
export interface TurnsResult<Side extends string> {
    /** Turns that were measured. */
    readonly runs: number;
    readonly sides: readonly SideResult<Side>[];
}
/** Sides by turns, each turn in a random order, so that none always follows the same one, or always meets what else the machine does. */
export declare function byTurns<Side extends string>(sides: readonly Side[], raw: readonly Side[], measure: (side: Side, turn: number) => Promise<Measure>, { runs, endsAt, onRun }: TurnsOptions<Side>): Promise<TurnsResult<Side>>;
/** One line for people. */
export declare function tellSide<Side extends string>({ side, perSecond, cpuUsPerMessage, heapMb, of }: SideResult<Side>): string;
