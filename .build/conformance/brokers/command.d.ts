/** Runs the command with these arguments. Resolves with its exit code, of `start` when it is told to stop. */
export declare function run(args: readonly string[]): Promise<number>;
