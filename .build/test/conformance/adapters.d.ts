/** Registers the suite for each of these harnesses; a server that cannot start is skipped, loudly, and is a failure in CI. */
export declare function testConformance(names: readonly string[]): Promise<void>;
