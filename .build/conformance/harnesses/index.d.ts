import type { Harness } from '../harness.js';
/** What a module of one's own exports to be loaded by its path. */
export interface HarnessModule {
    readonly startHarness: () => Promise<Harness>;
}
/** The names that `startHarness` knows. */
export declare const HARNESSES: readonly string[];
/** Whether this is one of those names, or looks like a path. */
export declare function isHarness(nameOrPath: string): boolean;
/** Starts the harness of an adapter of this package by its name, or one's own by the path of a module that exports `startHarness`. */
export declare function startHarness(nameOrPath: string): Promise<Harness>;
