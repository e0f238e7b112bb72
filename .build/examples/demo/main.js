import { parseArgs } from 'node:util';
import { renderTimeline } from 'tailrace';
import { memoryDemo } from './memory.js';
import { natsDemo } from './nats.js';
import { Progress } from './progress.js';
const USAGE = `Usage: npm run demo -- [--broker memory|nats] [--messages N] [--json]

  --broker memory  200,000 messages in this process, drained in the middle and resumed (default)
  --broker nats    a real NATS server, a publisher and three worker processes, each replaced twice by SIGTERM under load
  --messages N     how many messages, 1,000 to 10,000,000 (default 200,000)
  --json           prints {published, handled, duplicates, lost, drains} and nothing else`;
function read() {
    const { values } = parseArgs({
        options: { broker: { type: 'string' }, messages: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
    const broker = values.broker ?? 'memory';
    const count = Number(values.messages ?? 200_000);
    if (values.help === true) {
        console.log(USAGE);
        process.exit(0);
    }
    if (broker !== 'memory' && broker !== 'nats')
        throw new Error(`--broker: expected memory or nats, got ${broker}`);
    if (!Number.isInteger(count) || count < 1_000 || count > 10_000_000)
        throw new Error(`--messages: expected 1000 to 10000000, got ${values.messages}`);
    return { broker, count, json: values.json === true };
}
function show({ published, handled, duplicates, lost, drains }) {
    const last = drains.at(-1);
    const width = Math.min(120, process.stdout.columns ?? 80);
    const color = process.stdout.isTTY === true;
    const shown = drains.find(({ held }) => held.count > 0) ?? last;
    if (shown !== undefined)
        console.log(`\n${renderTimeline(shown, { width, color })}`);
    const outcomes = drains.map(({ outcome }) => outcome);
    console.log(`drains      ${drains.length}, ${outcomes.filter((outcome) => outcome === 'clean').length} of them clean`);
    console.log(`published   ${published.toLocaleString('en')}`);
    console.log(`handled     ${handled.toLocaleString('en')}`);
    console.log(`duplicates  ${duplicates.toLocaleString('en')}`);
    console.log(`lost        ${lost.toLocaleString('en')}`);
}
let args;
try {
    args = read();
}
catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
}
const { broker, count, json } = args;
const progress = new Progress(!json);
const result = broker === 'nats' ? await natsDemo(count, progress) : await memoryDemo(count, progress);
progress.end();
if (json)
    console.log(JSON.stringify(result));
else
    show(result);
if (result.lost > 0)
    process.exitCode = 1;
