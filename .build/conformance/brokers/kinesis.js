import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installNpm } from './install.js';
import { externalServer, startServer } from './server.js';
const MOCK_VERSION = '0.6.2';
const KINESALITE_VERSION = '3.3.3';
const ANSWER_MS = 5_000;
/** Both listen on all interfaces, and cannot be told otherwise. */
const ON_LOOPBACK = `const { Server } = require('node:net');
const { listen } = Server.prototype;
Server.prototype.listen = function (...given) {
  if (typeof given[0] === 'object') given[0] = { ...given[0], host: '127.0.0.1' };
  else given.splice(1, typeof given[1] === 'string' ? 1 : 0, '127.0.0.1');
  return listen.apply(this, given);
};`;
async function onLoopback(folder, program) {
    const preload = join(folder, 'loopback.cjs');
    await writeFile(preload, ON_LOOPBACK);
    return ['--require', preload, program];
}
/** Whether it answers, if only that it does not know who asks. */
async function answers(port) {
    const { status } = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'Kinesis_20131202.ListStreams' },
        body: '{}',
        signal: AbortSignal.timeout(ANSWER_MS),
    });
    return status < 500;
}
/**
 * Starts kinesis-mock on loopback: right about the ends of shards, resharding and enhanced fan-out; slow when a shard is full. It
 * keeps streams in memory. Its `url` is the endpoint. With `TAILRACE_KINESIS=https://…` that endpoint is used instead.
 */
export async function startKinesisMock() {
    const given = process.env.TAILRACE_KINESIS;
    if (given)
        return externalServer('TAILRACE_KINESIS', given);
    const folder = await installNpm('kinesis-local', MOCK_VERSION);
    return startServer({
        name: 'kinesis-mock',
        version: MOCK_VERSION,
        ports: 2,
        url: ([plain]) => `http://127.0.0.1:${plain}`,
        prepare: async (work, [plain, tls]) => ({
            command: process.execPath,
            args: await onLoopback(work, join(folder, 'main.js')),
            env: {
                KINESIS_MOCK_PLAIN_PORT: String(plain),
                KINESIS_MOCK_TLS_PORT: String(tls),
                KINESIS_MOCK_CERT_PATH: join(folder, 'server.json'),
                LOG_LEVEL: 'ERROR',
            },
        }),
        isReady: ([plain]) => answers(plain),
    });
}
/** Starts kinesalite on loopback: fast; it knows neither child shards nor enhanced fan-out. In memory. */
export async function startKinesalite() {
    const folder = await installNpm('kinesalite', KINESALITE_VERSION);
    return startServer({
        name: 'kinesalite',
        version: KINESALITE_VERSION,
        ports: 1,
        url: ([port]) => `http://127.0.0.1:${port}`,
        prepare: async (work, [port]) => ({
            command: process.execPath,
            args: [...(await onLoopback(work, join(folder, 'cli.js'))), '--port', String(port)],
        }),
        isReady: ([port]) => answers(port),
    });
}
