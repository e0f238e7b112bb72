/** Runs the command with these arguments. Resolves with its exit code. Prints to the standard output and error. */
export declare function run(args: readonly string[]): Promise<number>;
