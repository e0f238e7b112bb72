import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
/** The project's own folder: of the compiled tests, three levels up. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Runs a program, in the project's folder or in `cwd`, to its end. `timeoutMs` (default 240,000) is only there to fail rather than hang. */
export function runProgram(command, args, options = {}) {
    return new Promise((resolve, reject) => {
        const env = { ...process.env, ...options.env };
        // Set in children of node's test runner; a node program started from a test must not take itself for one.
        delete env.NODE_TEST_CONTEXT;
        const child = spawn(command, args, { cwd: options.cwd ?? ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
        const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 240_000);
        let stdout = '';
        let stderr = '';
        child.stdout?.on('data', (data) => {
            stdout += data.toString();
        });
        child.stderr?.on('data', (data) => {
            stderr += data.toString();
        });
        child.once('error', reject);
        child.once('close', (code) => {
            clearTimeout(timer);
            resolve({ code, stdout, stderr });
        });
    });
}
