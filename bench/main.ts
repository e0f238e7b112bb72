import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchCore } from './core.js';

const USAGE = 'Usage: npm run bench -- core [--json] [--runs N] [--messages N]';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, runs: { type: 'string' }, messages: { type: 'string' } },
});

function count(name: 'runs' | 'messages', fallback: number): number {
  const given = values[name];
  if (given === undefined) return fallback;
  const number = Number(given);
  if (Number.isInteger(number) && number > 0) return number;
  console.error(`--${name}: expected a whole number above 0, got ${given}\n${USAGE}`);
  process.exit(2);
}

const tell = values.json === true ? () => undefined : (line: string) => console.log(line);
const node = process.version;
const cpu = `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`;
switch (positionals.join()) {
  case 'core': {
    const core = benchCore(count('runs', 7), count('messages', 4_000_000), tell);
    if (values.json === true) console.log(JSON.stringify({ node, cpu, core }));
    break;
  }
  default:
    console.error(USAGE);
    process.exit(2);
}
