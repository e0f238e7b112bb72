import { type NatsSide } from './nats-sides.js';
import { type Measure, type TurnsResult } from './turns.js';
/** The NATS adapter beside raw clients: see bench/README.md for the method. */
export interface NatsBenchOptions {
    /**
     * How often each side of each group runs; the sides take turns. Default: 7, but no new turn that would end after `withinMs`; 5 with
     * `only`.
     */
    readonly runs?: number | undefined;
    /** Bounds what runs by default, ms. Default 140,000. */
    readonly withinMs?: number;
    /** Messages of one run. Default 200,000. */
    readonly messages?: number;
    /** Only groups whose name begins with this, with all their sides. Default: a few sides of the first; an empty string: all. */
    readonly only?: string;
    /** Only these sides. */
    readonly sides?: readonly string[];
    /** Told of each run as it is done; turns count from 1. */
    readonly onRun?: ((turn: number, side: NatsSide, measured: Measure) => void) | undefined;
    /** Told of each group as it is done. */
    readonly onGroup?: (group: NatsGroupResult) => void;
}
/** What is the same for all sides of a comparison. */
export interface NatsGroup {
    readonly family: '@nats-io' | 'nats';
    readonly storage: 'memory' | 'file';
    /** The most messages held at a time. */
    readonly window: number;
}
export interface NatsGroupResult extends NatsGroup, TurnsResult<NatsSide> {
}
/** Messages a second with asynchronous per-message handlers, ours and raw, and the median of the ratios of both within a turn. */
interface Headline {
    readonly ours: number;
    readonly raw: number;
    readonly ratio: number;
}
/** Its own headline: acks that are sent and not answered, `confirm: 'none'` by the client's `fetch()` with `ack()`. */
export interface NatsResult extends Headline {
    /** Turns of the headline. */
    readonly runs: number;
    readonly node: string;
    readonly cpu: string;
    readonly server: string;
    readonly messages: number;
    /** The default mode, whose acks the server confirms, by pulls by hand with the same guarantee. */
    readonly confirmed: Headline;
    readonly cases: readonly NatsGroupResult[];
}
export declare function benchNats(options?: NatsBenchOptions): Promise<NatsResult>;
export declare function nameOf({ family, storage, window }: NatsGroup): string;
export {};
