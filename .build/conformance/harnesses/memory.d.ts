import type { Harness } from '../harness.js';
/** `queue`: leased, `ordered`: leased and in order within groups, `topic`: a partitioned log, `eager`: one whose rebalances stop everything. */
export type MemoryKind = 'queue' | 'ordered' | 'topic' | 'eager';
export declare const MEMORY_KINDS: readonly MemoryKind[];
/** A harness on a broker of its own in this process. It has no server to restart, and no network. */
export declare function startMemoryHarness(kind?: MemoryKind): Promise<Harness>;
