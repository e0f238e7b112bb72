import { type Drainer, type HandlerContext, type Message, type OpenConsumerOptions, type StreamConsumer } from '../../src/index.js';
import type { MakeDrainer } from '../context.js';
import type { Harness } from '../harness.js';
import type { Edit } from './edit.js';
/** An adapter or drainer broken on purpose, one thought away from right. */
export interface Mutant {
    readonly name: string;
    /** Which harness it is tried on. */
    readonly on: string;
    /** The case that must fail. */
    readonly caughtBy: string;
    readonly consumer?: (inner: StreamConsumer) => Partial<StreamConsumer>;
    readonly makeDrainer?: MakeDrainer;
    /** Changes of the adapter's own code. */
    readonly edits?: readonly Edit[];
}
/** The same consumer, but for these methods. */
export declare function altered(inner: StreamConsumer, changes: Partial<StreamConsumer>): StreamConsumer;
/** A harness whose consumers are altered so. */
export declare function alteredHarness(inner: Harness, change: (consumer: StreamConsumer) => Partial<StreamConsumer>): Harness;
/** A harness whose consumers are of another adapter, which `openConsumer` finds by these options. */
export declare function adaptedHarness(inner: Harness, openOptions: OpenConsumerOptions): Harness;
/** Changes what a fetch returns, in place. */
export declare function fetched(inner: StreamConsumer, change: (message: Message) => void): Partial<StreamConsumer>;
export declare function forge(message: Message, name: keyof Message, value: unknown): void;
/** The same context, with another signal. */
export declare function withSignal(context: HandlerContext, signal: AbortSignal): HandlerContext;
/** The same drainer, whose `drain` does something first. */
export declare function beforeDrain(drainer: Drainer, first: () => void): void;
