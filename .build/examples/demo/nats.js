import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { startNats } from '../../conformance/brokers/nats.js';
import { Tally } from './result.js';
const STREAM = 'ORDERS';
const DURABLE = 'billing';
const WORKERS = 3;
const ROUNDS = 2;
const CHUNK = 500;
/** The share that is published before the workers start, and the one that is kept until all of them were replaced. */
const HEAD_START = 0.4;
const TAIL = 0.05;
class Worker {
    name;
    #child;
    #exited;
    ready;
    #receipt;
    constructor(name, url, output) {
        this.name = name;
        this.#child = fork(fileURLToPath(new URL('worker.js', import.meta.url)), [url, output], {
            stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        });
        this.#exited = once(this.#child, 'exit');
        let isReady = () => undefined;
        this.ready = new Promise((resolve) => {
            isReady = resolve;
        });
        this.#child.on('message', (message) => {
            if (message.ready === true)
                isReady();
            if (message.receipt !== undefined)
                this.#receipt = message.receipt;
        });
    }
    /** SIGTERM, and what the worker says of its drain. */
    async replace() {
        this.#child.kill('SIGTERM');
        const [code, signal] = await this.#exited;
        if (code !== 0)
            throw new Error(`${this.name} exited with ${code ?? signal}`);
        if (this.#receipt === undefined)
            throw new Error(`${this.name} left no receipt`);
        return this.#receipt;
    }
    kill() {
        this.#child.kill('SIGKILL');
    }
}
/** A real server, a publisher and worker processes; each worker is replaced twice by SIGTERM while messages come in. */
export async function natsDemo(count, progress) {
    progress.say('starting a NATS server (the first time, it is installed)');
    const server = await startNats();
    const folder = mkdtempSync(join(tmpdir(), 'tailrace-demo-'));
    const workers = [];
    let connection;
    try {
        connection = await connect({ servers: server.url });
        const manager = await jetstreamManager(connection);
        await manager.streams.add({ name: STREAM, subjects: ['orders'] });
        await manager.consumers.add(STREAM, { durable_name: DURABLE, ack_policy: 'explicit', max_ack_pending: 10_000 });
        const url = `${server.url}/${STREAM}/${DURABLE}`;
        const output = join(folder, 'handled');
        const drains = [];
        let replacements = 0;
        let published = 0;
        const client = jetstream(connection);
        const publish = async (end) => {
            while (published < end) {
                const size = Math.min(CHUNK, end - published);
                await Promise.all(Array.from({ length: size }, (_, at) => client.publish('orders', String(published + at))));
                published += size;
                progress.update(() => `published ${published.toLocaleString('en')} of ${count.toLocaleString('en')}, ${replacements} workers replaced`);
            }
        };
        // A backlog first, so that the workers never run dry; the rest comes while they are replaced.
        await publish(Math.floor(count * HEAD_START));
        const start = async (name) => {
            const worker = new Worker(name, url, output);
            workers.push(worker);
            await worker.ready;
            return worker;
        };
        const current = await Promise.all(Array.from({ length: WORKERS }, (_, at) => start(`worker ${at + 1}`)));
        const publishing = publish(Math.floor(count * (1 - TAIL)));
        for (let round = 0; round < ROUNDS; round += 1) {
            for (let at = 0; at < WORKERS; at += 1) {
                // A deploy starts the new one first, then stops the old one.
                const old = current[at];
                current[at] = await start(`worker ${at + 1}, ${round + 2}`);
                const receipt = await old.replace();
                drains.push(receipt);
                replacements += 1;
                progress.say(`${old.name} drained in ${Math.round(receipt.durationMs)} ms: ${receipt.outcome}, held ${receipt.held.count}, ${published.toLocaleString('en')} published so far`);
            }
        }
        await publishing;
        await publish(count);
        const info = async () => manager.consumers.info(STREAM, DURABLE);
        for (let state = await info(); state.num_pending > 0 || state.num_ack_pending > 0; state = await info())
            await delay(50);
        drains.push(...(await Promise.all(current.map((worker) => worker.replace()))));
        const tally = new Tally(count);
        for (const line of readFileSync(output, 'utf8').split('\n'))
            if (line !== '')
                tally.count(Number(line));
        return tally.result(published, drains);
    }
    finally {
        for (const worker of workers)
            worker.kill();
        await connection?.close();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
    }
}
