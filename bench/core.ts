import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** The core above a raw loop: `npm run bench -- core [--json] [--runs N] [--messages N]`. See bench/README.md for the method. */

interface Case {
  readonly case: string;
  readonly order: 'none' | 'lane' | 'key';
  readonly concurrency: number;
  readonly batch: number;
  readonly kind: 'sync' | 'async';
}

interface Row extends Case {
  readonly nsRaw: number;
  readonly nsOurs: number;
  /** The median of the differences of pairs that ran one after the other. */
  readonly nsAboveRaw: number;
}

const ORDERS = ['none', 'lane', 'key'] as const;
const CASES: readonly Case[] = [
  ...ORDERS.map((order) => ({ case: 'sync handler', order, concurrency: 64, batch: 1_000, kind: 'sync' as const })),
  ...[64, 1_024].flatMap((concurrency) =>
    ORDERS.map((order) => ({ case: 'async handler', order, concurrency, batch: 1_000, kind: 'async' as const })),
  ),
  { case: 'batches of 10', order: 'none', concurrency: 64, batch: 10, kind: 'async' },
];

const PROGRAM = fileURLToPath(new URL('core-case.js', import.meta.url));

function measure(side: 'raw' | 'ours', { order, concurrency, batch, kind }: Case, messages: number): number {
  const args = [PROGRAM, side, order, String(concurrency), String(messages), String(batch), kind];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, runs: { type: 'string' }, messages: { type: 'string' } },
});
if (positionals.join() !== 'core') {
  console.error('Usage: npm run bench -- core [--json] [--runs N] [--messages N]');
  process.exit(2);
}
const runs = Number(values.runs ?? 7);
const messages = Number(values.messages ?? 2_000_000);
const rows: Row[] = [];
for (const each of CASES) {
  const pairs = Array.from({ length: runs }, () => ({ raw: measure('raw', each, messages), ours: measure('ours', each, messages) }));
  const row: Row = {
    ...each,
    nsRaw: Math.round(median(pairs.map(({ raw }) => raw))),
    nsOurs: Math.round(median(pairs.map(({ ours }) => ours))),
    nsAboveRaw: Math.round(median(pairs.map(({ raw, ours }) => ours - raw))),
  };
  rows.push(row);
  if (values.json !== true) {
    const name = `${row.case}, ${row.order}, ${row.concurrency} at a time`;
    console.log(
      `${name.padEnd(40)} raw ${String(row.nsRaw).padStart(5)}  ours ${String(row.nsOurs).padStart(5)}  above ${String(row.nsAboveRaw).padStart(5)} ns`,
    );
  }
}
if (values.json === true) {
  console.log(JSON.stringify({ node: process.version, cpu: `${cpus()[0]?.model ?? 'unknown'} × ${cpus().length}`, core: { rows } }));
}
