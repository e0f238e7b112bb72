import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { installConfluent } from '../../conformance/brokers/confluent.js';
import { startKafka } from '../../conformance/brokers/kafka.js';
import { rollingDeploy } from './deploy.js';
import { picture } from './picture.js';
import { machine, markdown, summary } from './report.js';
const USAGE = `Usage: npm run rolling-deploy -- [--client kafkajs|confluent|both] [--rate N] [--heartbeat MS] [--json] [--markdown FILE] [--svg FILE]

  Four workers on a Kafka topic of 12 partitions are replaced one by one by SIGTERM under load, while a fifth joins.

  --client    kafkajs, which rebalances eagerly; confluent, which does so cooperatively and is built first, which takes
              a C++ compiler and some minutes; both, one after the other (default; confluent is skipped where it cannot be built)
  --rate      messages a second, 1,000 to 100,000 (default 22,000)
  --heartbeat between heartbeats, ms, 50 to 10,000 (default 500): how soon members learn of a rebalance
  --json      prints the results and nothing else
  --markdown  writes a page about them, of runs with the default heartbeat as well, and a picture beside it, <FILE>-rolling.svg
  --svg       writes the picture`;
/** The adapter's, which takes its time. */
const DEFAULT_HEARTBEAT_MS = 3_000;
const CLIENTS = ['kafkajs', 'confluent'];
function number(name, given, fallback, min, max) {
    const value = Number(given ?? fallback);
    if (Number.isInteger(value) && value >= min && value <= max)
        return value;
    throw new Error(`--${name}: expected ${min} to ${max}, got ${given}`);
}
function read() {
    const { values } = parseArgs({
        options: {
            client: { type: 'string', default: 'both' },
            rate: { type: 'string' },
            heartbeat: { type: 'string' },
            json: { type: 'boolean', default: false },
            markdown: { type: 'string' },
            svg: { type: 'string' },
            help: { type: 'boolean', default: false },
        },
    });
    const { client, json, markdown: page, svg, help } = values;
    const clients = client === 'both' ? CLIENTS : CLIENTS.filter((each) => each === client);
    if (clients.length === 0)
        throw new Error(`--client: expected kafkajs, confluent or both, got ${client}`);
    return {
        clients,
        optional: client === 'both',
        rate: number('rate', values.rate, 22_000, 1_000, 100_000),
        heartbeatMs: number('heartbeat', values.heartbeat, 500, 50, 10_000),
        json,
        page,
        svg,
        help,
    };
}
async function deploy({ clients, optional, rate, heartbeatMs, json }) {
    const say = (text) => {
        if (!json)
            console.log(text);
    };
    const server = await startKafka();
    try {
        const results = [];
        for (const client of clients) {
            if (client === 'confluent' && optional) {
                const missing = await installConfluent().then(() => undefined, (error) => error.message);
                if (missing !== undefined) {
                    console.error(`THE COOPERATIVE CLIENT IS SKIPPED: ${missing}`);
                    continue;
                }
            }
            const shape = { partitions: 12, workers: 4, replace: 4, join: true, settleMs: 6_000, quietMs: 3_000, readyMs: 3_000 };
            const result = await rollingDeploy(server, { client, rate, heartbeatMs, ...shape, onStep: say });
            say(summary(result));
            results.push(result);
        }
        return results;
    }
    finally {
        await server.stop();
    }
}
let args;
try {
    args = read();
}
catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
}
if (args.help)
    console.log(USAGE);
else {
    const results = await deploy(args);
    if (args.json)
        console.log(JSON.stringify({ ...machine(), results }));
    if (args.svg !== undefined)
        writeFileSync(args.svg, picture(results));
    if (args.page !== undefined) {
        const image = `${basename(args.page, '.md')}-rolling.svg`;
        writeFileSync(join(dirname(args.page), image), picture(results));
        const others = [{ heartbeatMs: DEFAULT_HEARTBEAT_MS, results: await deploy({ ...args, heartbeatMs: DEFAULT_HEARTBEAT_MS }) }];
        writeFileSync(args.page, markdown(results, { heartbeatMs: args.heartbeatMs, image, others }));
    }
    if (results.some(({ lost, duplicates }) => lost > 0 || duplicates > 0))
        process.exitCode = 1;
}
