import { Drainer } from 'tailrace';
import { nullConsumer, nullMessage } from './null-consumer.js';
/*
 * What a million messages in flight cost, in a process of its own with --expose-gc: `held` (fetched, none of them started but
 * one), `queued` (behind 1,000 keys of which each has one running), `running` (all of them), `abandon` (all running, given up and
 * reported). Prints bytes a message beyond the message and its handler's promise, or ms.
 */
const [what = 'held', countText = '1000000'] = process.argv.slice(2);
const count = Number(countText);
const concurrency = what === 'held' ? 1 : what === 'queued' ? 1_000 : count;
const messages = Array.from({ length: count }, (_, number) => nullMessage(number));
// A handler's own promise, and what the test keeps of it, are there before the first measurement.
const pending = Array.from({ length: concurrency }, () => new Promise(() => undefined));
const fetched = [messages];
let started = 0;
let isStarted = () => undefined;
const allStarted = new Promise((resolve) => {
    isStarted = resolve;
});
function bytes() {
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
}
const drainer = new Drainer(nullConsumer(() => fetched.pop() ?? []), () => {
    const promise = pending[started];
    started += 1;
    if (started === concurrency)
        isStarted();
    return promise;
}, { concurrency, order: what === 'queued' ? 'key' : 'none', window: count, maxUnconfirmed: count });
const before = bytes();
void drainer.run();
await allStarted;
// What was fetched is taken in within the turn in which the last handler starts.
await new Promise((resolve) => setImmediate(resolve));
if (what === 'abandon') {
    const drained = drainer.drain();
    await new Promise((resolve) => setImmediate(resolve));
    const begin = performance.now();
    drainer.escalate();
    const receipt = await drained;
    const ms = performance.now() - begin;
    const cut = receipt.held.groups.find(({ handler }) => handler === 'cut-off')?.count;
    if (cut !== count)
        throw new Error(`${cut} of ${count} are reported as cut off`);
    console.log(ms);
}
else {
    console.log((bytes() - before) / (what === 'queued' ? count - concurrency : count));
}
process.exit(0);
