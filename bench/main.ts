import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCore } from './core.js';
import { benchDrain } from './drain.js';
import { benchKafka } from './kafka.js';
import { benchNats, nameOf } from './nats.js';
import { benchSqs } from './sqs.js';
import { tellSide } from './turns.js';

const USAGE =
  'Usage: npm run bench -- core|nats|kafka|sqs|drain [--json] [--runs N] [--messages N]; nats, kafka and sqs also take --sides a,b; nats --full and --only group; kafka --node 20,24; sqs --stops N';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean' },
    runs: { type: 'string' },
    messages: { type: 'string' },
    full: { type: 'boolean' },
    only: { type: 'string' },
    sides: { type: 'string' },
    node: { type: 'string' },
    stops: { type: 'string' },
  },
});

function count<T extends number | undefined>(name: 'runs' | 'messages' | 'stops', fallback: T): number | T {
  const given = values[name];
  if (given === undefined) return fallback;
  const number = Number(given);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`--${name}: expected a whole number above 0, got ${given}\n${USAGE}`);
  process.exit(2);
}

function majors(): number[] | undefined {
  const given = values.node?.split(',').map(Number);
  if (given?.every((major) => Number.isInteger(major) && major >= 20) ?? true) return given;
  console.error(`--node: expected major versions from 20 on, by commas, got ${values.node}\n${USAGE}`);
  process.exit(2);
}

const tell = values.json === true ? () => undefined : (line: string) => console.log(line);

async function measured(what: string | undefined): Promise<object | undefined> {
  switch (what) {
    case 'core':
      return { core: benchCore(count('runs', 7), count('messages', 4_000_000), tell) };
    case 'drain': {
      const drain = await benchDrain({ runs: count('runs', 9) });
      if (values.json !== true) console.table(drain.cases);
      return { drain };
    }
    case 'kafka': {
      const nodes = majors();
      const kafka = await benchKafka({
        ...(nodes === undefined ? {} : { nodes }),
        runs: count('runs', undefined),
        messages: count('messages', undefined),
        ...(values.sides === undefined ? {} : { sides: values.sides.split(',') }),
        onRun: (node, turn, side, { ms }) => console.error(`${node}, turn ${turn}: ${side} ${Math.round(ms)} ms`),
      });
      for (const { node, runs, sides } of kafka.nodes) {
        tell(`${node}, ${runs} turns`);
        for (const side of sides) tell(tellSide(side));
      }
      return { kafka };
    }
    case 'sqs': {
      const sqs = await benchSqs({
        runs: count('runs', undefined),
        messages: count('messages', undefined),
        stops: count('stops', undefined),
        ...(values.sides === undefined ? {} : { sides: values.sides.split(',') }),
        onRun: (turn, side, { ms }) => console.error(`turn ${turn}: ${side} ${Math.round(ms)} ms`),
      });
      for (const { concurrency, sides } of sqs.throughput) {
        tell(`concurrency ${concurrency}`);
        for (const side of sides) tell(tellSide(side));
      }
      const { stop, stops, stranded } = sqs;
      tell(
        `stop, ms, idle and busy: ours ${stop.ours.idleMs} and ${stop.ours.busyMs}, sqs-consumer ${stop.peer.idleMs} and ${stop.peer.busyMs}, with our poll ${stop.peerSamePoll.idleMs} and ${stop.peerSamePoll.busyMs}`,
      );
      tell(`stranded after ${stops} stops: ${stranded}`);
      return { sqs };
    }
    case 'nats':
      return {
        nats: await benchNats({
          runs: count('runs', undefined),
          messages: count('messages', 200_000),
          ...(values.only !== undefined ? { only: values.only } : values.full === true ? { only: '' } : {}),
          ...(values.sides === undefined ? {} : { sides: values.sides.split(',') }),
          // Beside the result, so that it can be told apart from a bench that hangs.
          onRun: (turn, side, { ms }) => console.error(`turn ${turn}: ${side} ${Math.round(ms)} ms`),
          onGroup: (group) => {
            tell(nameOf(group));
            for (const side of group.sides) tell(tellSide(side));
          },
        }),
      };
    default:
      return undefined;
  }
}

const result = positionals.length === 1 ? await measured(positionals[0]) : undefined;
if (result === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else if (values.json === true) {
  console.log(JSON.stringify({ node: process.version, cpu: `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`, ...result }));
}
