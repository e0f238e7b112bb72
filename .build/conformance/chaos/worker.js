import { setTimeout as delay } from 'node:timers/promises';
import { Drainer, drainOnSignals, openConsumer, } from '../../src/index.js';
import { isFull, now } from './history.js';
import { ATTEMPTS, workOf } from './plan.js';
import { numberOf, Recorder, RecordingConsumer } from './recording-consumer.js';
/*
 * One worker process of the chaos runner: consumes from a URL by the Drainer, with work that takes its time and fails, drains on
 * SIGTERM, and writes down all that happens. It knows no broker.
 */
const PROGRESS_MS = 50;
const CALM = { ms: 1, failures: 0, poison: false };
// The runner's own.
const task = JSON.parse(process.argv[2] ?? '');
const recorder = new Recorder(task.history);
const consumer = new RecordingConsumer(await openConsumer(task.url, task.openOptions), recorder);
recorder.write({ kind: 'begin', at: now(), wallMs: Date.now(), pid: process.pid, capabilities: consumer.capabilities });
const mayRelease = releasesFailures(consumer.capabilities);
const poisoned = new Set();
/** Handlers under way whose call will fail. */
let failing = 0;
let succeeded = 0;
let arm;
async function handle(message, { attempt: call }) {
    const delivery = recorder.deliveryOf(message);
    const number = numberOf(message);
    recorder.write({ kind: 'started', at: now(), delivery, call });
    const work = task.calm ? CALM : workOf(task.seed, number);
    const isPoison = work.poison && mayRelease && (!poisoned.has(number) || call > 1);
    if (isPoison)
        poisoned.add(number);
    const fails = isPoison || call <= work.failures;
    if (fails)
        failing += 1;
    await delay(work.ms);
    if (fails) {
        failing -= 1;
        recorder.write({ kind: 'failed', at: now(), delivery, call });
        throw new Error(`message ${number} fails in call ${call}`);
    }
    succeeded += 1;
    const until = message.lease?.until;
    recorder.write({ kind: 'succeeded', at: now(), delivery, ...(until === undefined ? {} : { leaseMs: until - performance.now() }) });
}
/** Where a message that failed for good does not stop its lane, and takes no neighbours along. */
function releasesFailures({ settlement, release }) {
    return settlement === 'lease' && release !== false && !(release.scope === 'tail' && release.costsAttempt);
}
const drainer = new Drainer(consumer, handle, {
    concurrency: task.concurrency,
    window: task.window,
    retry: { attempts: ATTEMPTS, minDelayMs: 20 },
    budget: { totalMs: task.drainMs },
    beforeCommit: (messages, _context) => recorder.write({ kind: 'flushed', at: now(), deliveries: recorder.deliveriesOf(messages) }),
    onPhase: (phase, event) => {
        recorder.write({ kind: 'phase', at: now(), phase, event });
        if (event === 'begin' && phase === arm?.phase)
            die(arm.afterMs);
    },
    onError: ({ code, message: text }, { during }) => {
        if (during !== 'handler')
            recorder.write({ kind: 'error', at: now(), during, code, text });
    },
});
/** From outside it could come too late: some phases end within the millisecond. */
function die(afterMs) {
    if (afterMs === 0)
        process.kill(process.pid, 'SIGKILL');
    else
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), afterMs);
}
function load() {
    const { running, unstarted, retrying } = drainer.status();
    return { started: running, unstarted, failing: failing + retrying };
}
// Before the drain's own listener, so that it sees what the drain begins with.
process.once('SIGTERM', () => {
    recorder.write({ kind: 'signal', at: now(), load: load() });
});
drainOnSignals(drainer);
process.on('message', (message) => {
    arm = message;
});
const progress = setInterval(() => {
    const sent = { succeeded, full: isFull(load()) };
    process.send?.(sent);
}, PROGRESS_MS);
// A runner that is gone must not leave workers behind.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const receipt = await drainer.run();
clearInterval(progress);
recorder.write({ kind: 'receipt', at: now(), receipt });
recorder.close();
