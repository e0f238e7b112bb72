/** The project's own folder: of the compiled tests, three levels up. */
export declare const ROOT: string;
export interface Ran {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}
/** Runs a program, in the project's folder or in `cwd`, to its end. `timeoutMs` (default 240,000) is only there to fail rather than hang. */
export declare function runProgram(command: string, args: readonly string[], options?: {
    cwd?: string;
    timeoutMs?: number;
    env?: NodeJS.ProcessEnv;
}): Promise<Ran>;
