import { Drainer } from 'tailrace';
import { nullConsumer } from './null-consumer.js';
/* How long an idle drainer takes from drain() to closed: prints each time, µs, as JSON. */
const rounds = Number(process.argv[2] ?? 1_000);
const times = [];
for (let round = 0; round < rounds; round += 1) {
    const drainer = new Drainer(nullConsumer(() => []), () => undefined);
    void drainer.run();
    await new Promise((resolve) => setImmediate(resolve));
    const begin = process.hrtime.bigint();
    const { outcome } = await drainer.drain();
    const ns = Number(process.hrtime.bigint() - begin);
    if (outcome !== 'clean')
        throw new Error(outcome);
    // The first ones are compiled.
    if (round >= rounds / 10)
        times.push(ns / 1_000);
}
console.log(JSON.stringify(times));
