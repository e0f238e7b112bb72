import { constants } from 'node:os';
import { StreamError } from './errors.js';
import { boolean, callable, invalid, known, withMethods } from './options.js';
/** How long the end of a process may wait for its output to leave, ms: a reader that hangs must not hold up a stop. */
const FLUSH_MS = 1_000;
/** Two installations would exit under each other's drain. */
const installed = new WeakSet();
/**
 * Drains on signals. Nothing else in the library touches a signal, so without this call a process dies as Node has it: at
 * once, or, as PID 1 of a container, not at all before SIGKILL.
 *
 * - The first signal calls `target.drain({ reason: <its name> })`; every further one calls `target.escalate()`.
 * - When the drain ends with outcome `clean` the exit code is 0 (or what `process.exitCode` was set to before), else 1;
 *   also 1 when it rejects. Output written before is flushed first, for at most 1 s.
 * - One installation per process: to drain several things, put them into one `DrainManager`.
 *
 * Returns a function that uninstalls: signals have their former effect again. Idempotent. A drain that a signal started
 * goes on, and the process still ends after it.
 *
 * Throws `INVALID_ARGUMENT` for a signal that the system does not know or lets nobody catch, and when the process has an
 * installation. Does not block.
 */
export function drainOnSignals(target, options) {
    if (typeof target?.drain !== 'function' || typeof target.escalate !== 'function') {
        throw invalid('target', target, 'an object with drain() and escalate()');
    }
    const given = known('drainOnSignals', options, ['signals', 'exit', 'onError', 'process']);
    const host = withMethods('process', given.process, ['on', 'off', 'exit']) ?? process;
    const signals = signalsOf(given.signals ?? (host.platform === 'win32' ? ['SIGTERM', 'SIGINT', 'SIGBREAK'] : ['SIGTERM', 'SIGINT']));
    const exit = boolean('exit', given.exit, true);
    const onError = callable('onError', given.onError);
    if (installed.has(host)) {
        throw new StreamError('INVALID_ARGUMENT', 'drainOnSignals is already installed in this process: combine what it drains, or uninstall it');
    }
    let draining = false;
    const listener = (signal) => {
        if (draining) {
            target.escalate();
            return;
        }
        draining = true;
        // It handles its own failure; a rejection that escapes is the one that is meant to be seen.
        void drainAndExit(target, signal, host, exit, onError);
    };
    for (const signal of signals)
        host.on(signal, listener);
    installed.add(host);
    let uninstalled = false;
    return () => {
        if (uninstalled)
            return;
        uninstalled = true;
        installed.delete(host);
        for (const signal of signals)
            host.off(signal, listener);
    };
}
async function drainAndExit(target, reason, host, exit, onError) {
    const before = host.exitCode;
    // Until proven otherwise: a process that runs out of work in mid-drain ends without coming back here.
    host.exitCode = 1;
    try {
        const { outcome } = await target.drain({ reason });
        if (outcome === 'clean')
            host.exitCode = before ?? 0;
    }
    catch (error) {
        if (onError === undefined) {
            // Unhandled on purpose: Node reports it and exits, or the program's own `unhandledRejection` listener gets it.
            void Promise.reject(error);
        }
        else {
            onError(error);
        }
    }
    if (!exit)
        return;
    await flushed([host.stdout, host.stderr]);
    host.exit(host.exitCode);
}
/** Resolves in a later turn of the event loop, so that Node has reported a rejection before the process ends. */
function flushed(streams) {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, FLUSH_MS);
        let pending = 1;
        const done = () => {
            pending -= 1;
            if (pending > 0)
                return;
            clearTimeout(timer);
            resolve();
        };
        for (const stream of streams) {
            if (stream.destroyed || stream.writableEnded)
                continue;
            pending += 1;
            stream.write('', done);
        }
        setImmediate(done);
    });
}
function signalsOf(given) {
    if (!Array.isArray(given) || given.length === 0)
        throw invalid('signals', given, 'an array with at least one signal');
    for (const [index, signal] of given.entries()) {
        if (typeof signal !== 'string' || !Object.hasOwn(constants.signals, signal) || signal === 'SIGKILL' || signal === 'SIGSTOP') {
            throw invalid(`signals[${index}]`, signal, 'the name of a signal that can be caught on this system');
        }
    }
    return [...new Set(given)];
}
