import { connect as connect3 } from '@nats-io/transport-node';
import { connect as connect2 } from 'nats';
import { MemoryBroker } from '../../adapters/memory/index.js';
import { natsConsumer } from '../../adapters/nats/index.js';
import { ENDS, Watch } from './ends.js';
const PER_CYCLE = 20;
const SAMPLES = 20;
/** How often each end comes among the last cycles, whose objects are looked for. */
const WATCHED_ROUNDS = 2;
function memory() {
    // One for all cycles, as a process has one: what its consumers leave behind in it would add up.
    const shared = new MemoryBroker();
    shared.createTopic('t', { partitions: 2, retainMessages: 100 });
    shared.createQueue('q');
    const bodies = Array.from({ length: PER_CYCLE }, (_, at) => ({ body: `m${at}`, key: `k${at}` }));
    let cycle = 0;
    return {
        open: async () => {
            cycle += 1;
            const broken = () => shared.down();
            if (cycle % 2 === 0) {
                const consumer = shared.consumer({ topic: 't', group: 'g' });
                shared.publish('t', bodies);
                return { consumer, broken };
            }
            shared.publish('q', bodies);
            return { consumer: shared.consumer({ queue: 'q' }), broken };
        },
        clean: async () => {
            shared.up();
            shared.queue('q').lapse();
            const { signal } = new AbortController();
            for (const consumer of [shared.consumer({ queue: 'q' }), shared.consumer({ topic: 't', group: 'g' })]) {
                await empty(consumer);
                await consumer.close({ signal });
            }
        },
        end: async () => { },
    };
}
/** Acks what is there: what one cycle left must not be in the heap's samples of the next ones. */
async function empty(consumer) {
    const { signal } = new AbortController();
    for (;;) {
        const batch = await consumer.fetch({ max: 1_000, waitMs: 0, signal });
        if (batch.length === 0)
            return;
        await consumer.ack(batch);
    }
}
async function nats(servers, stream, durable) {
    const publisher = await connect3({ servers });
    // Handed in to every other consumer, as a process does that has one connection.
    const shared = [await connect2({ servers }), await connect3({ servers })];
    let cycle = 0;
    return {
        open: async () => {
            cycle += 1;
            for (let at = 0; at < PER_CYCLE; at += 1)
                publisher.publish(`${stream}.a`, `m${at}`);
            await publisher.flush();
            const names = { stream, durable, leaseMs: 1_000, answerMs: 500 };
            const handedIn = cycle % 2 === 0 ? shared[(cycle >> 1) % 2] : undefined;
            // It serves the other cycles too, so nothing breaks it.
            if (handedIn !== undefined)
                return { consumer: natsConsumer(handedIn, names), broken: () => { } };
            const made = [];
            const connect = cycle % 4 === 1 ? connect2 : connect3;
            const consumer = natsConsumer(async () => {
                const connection = await connect({ servers, reconnect: false });
                made.push(connection);
                return connection;
            }, names);
            return {
                consumer,
                broken: () => {
                    for (const connection of made)
                        void connection.close();
                },
            };
        },
        clean: async () => {
            await publisher.request(`$JS.API.STREAM.PURGE.${stream}`, undefined, { timeout: 5_000 });
        },
        end: async () => {
            for (const connection of [...shared, publisher])
                await connection.close();
        },
    };
}
function listeners() {
    return Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
}
/** Collects until nothing more goes: finalisers and closing handles need turns of the loop. */
async function collect() {
    for (let turn = 0; turn < 4; turn += 1) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        globalThis.gc?.();
    }
}
async function main([kind, count, servers = '', stream = '', durable = '']) {
    const warnings = [];
    process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));
    // Node makes these when they are first used.
    for (const { writable } of [process.stdout, process.stderr])
        if (!writable)
            throw new Error('nowhere to write to');
    const before = process.getActiveResourcesInfo();
    const listenersBefore = listeners();
    const source = kind === 'nats' ? await nats(servers, stream, durable) : memory();
    const cycles = Number(count);
    const names = Object.keys(ENDS);
    const every = Math.max(1, Math.floor(cycles / SAMPLES));
    const ends = {};
    const heap = [];
    const watch = new Watch();
    for (let cycle = 0; cycle < cycles; cycle += 1) {
        watch.on = cycle >= cycles - names.length * WATCHED_ROUNDS;
        // An index within the list.
        const name = names[cycle % names.length];
        const ended = `${name}: ${await ENDS[name]?.(source, watch)}`;
        ends[ended] = (ends[ended] ?? 0) + 1;
        await source.clean();
        if (cycle % every === every - 1) {
            await collect();
            heap.push(process.memoryUsage().heapUsed);
        }
    }
    // Leases and waits of the adapter's own may still run for a moment.
    let retained = watch.alive();
    for (let tries = 0; tries < 50 && Object.values(retained).some((each) => each > 0); tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await collect();
        retained = watch.alive();
    }
    await source.end();
    await collect();
    const left = {
        cycles,
        ends,
        heap,
        before,
        after: process.getActiveResourcesInfo(),
        listenersBefore,
        listenersAfter: listeners(),
        warnings,
        retained,
        watched: watch.counts(),
    };
    console.log(JSON.stringify(left));
}
await main(process.argv.slice(2));
