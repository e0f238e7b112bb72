import { type StreamConsumer } from '../../src/index.js';
/** Where a cycle gets its consumers from. */
export interface Source {
    /** A consumer with some messages before it; `broken` takes its broker, or its connection, away. */
    open(): Promise<{
        readonly consumer: StreamConsumer;
        readonly broken: () => void;
    }>;
    /** After each cycle: the broker is back, and what the cycle left in it is gone. */
    clean(): Promise<void>;
    end(): Promise<void>;
}
/** Weak references to what a drainer held, by kind. */
export declare class Watch {
    #private;
    /** Whether it notes anything: even weak references would add up. */
    on: boolean;
    note(values: Readonly<Record<string, object>>): void;
    counts(): Record<string, number>;
    alive(): Record<string, number>;
}
/** Each way to end, and what it says of itself. */
export declare const ENDS: Readonly<Record<string, (source: Source, watch: Watch) => Promise<string>>>;
