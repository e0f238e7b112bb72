import type { Anomaly, ChaosResult, RoundResult } from './result.js';
import { ACTIONS, type Action } from './rounds.js';

const WHAT: Readonly<Record<Action, string>> = Object.freeze({
  term: 'SIGTERM while work is started, unstarted and failing',
  kill: 'SIGKILL',
  stop: 'SIGSTOP past the lease, then SIGCONT',
  phase: 'SIGKILL in a phase of the drain',
  restart: 'server restarted',
  cut: 'network cut',
  slow: 'SIGTERM over a slow link',
  crash: 'server killed, or one node of a cluster',
});

const number = (value: number): string => value.toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** One round in one line. */
export function roundLine(round: RoundResult, planned: number): string {
  const { n, action, phase, worker, tries, exitCode, drainMs, outcome, held, load } = round;
  const width = String(planned).length;
  const parts = [`${String(n).padStart(width)}/${planned} ${phase === undefined ? action : `${action} ${phase}`}`.padEnd(width * 2 + 22)];
  parts.push(action === 'restart' || action === 'cut' || action === 'crash' ? 'all workers' : worker, outcome);
  if (exitCode !== undefined) parts.push(`exit ${exitCode}`);
  if (drainMs !== undefined) parts.push(`${Math.round(drainMs)} ms`);
  if (load !== undefined) parts.push(`${load.started} started, ${load.unstarted} unstarted, ${load.failing} failing`);
  if (held !== undefined) parts.push(`held ${held}`);
  if (tries > 1) parts.push(`${tries - 1} ${tries === 2 ? 'try' : 'tries'} did not count`);
  return parts.join('  ');
}

interface Row {
  readonly what: string;
  readonly rounds: number;
  readonly result: string;
  readonly tries: number;
}

function rowsOf({ rounds }: ChaosResult): Row[] {
  return ACTIONS.flatMap((action) => {
    const of = rounds.filter((round) => round.action === action);
    if (of.length === 0) return [];
    const outcomes = new Map<string, number>();
    for (const { outcome } of of) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const result = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
    return [{ what: WHAT[action], rounds: of.length, result, tries: of.reduce((sum, { tries }) => sum + tries - 1, 0) }];
  });
}

function facts(result: ChaosResult): (readonly [string, string])[] {
  const { totals, drain, durationMs, skipped } = result;
  const counts = new Map<string, number>();
  for (const { cause } of totals.explained) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  const causes = [...counts].map(([cause, count]) => `${number(count)} ${cause}`);
  return [
    ['published', `${number(totals.published)}${totals.uncertain === 0 ? '' : ` (${number(totals.uncertain)} without an answer)`}`],
    ['handled', number(totals.handled)],
    ['deliveries', `${number(totals.deliveries)}, ${number(Math.round((totals.deliveries * 1_000) / durationMs))} a second`],
    ['lost', number(totals.lost)],
    [
      'handled again',
      `${number(totals.duplicates)}, of which explained ${number(totals.explained.length)}${causes.length === 0 ? '' : ` (${causes.join(', ')})`}`,
    ],
    ['drains', `${drain.count}: p50 ${drain.p50} ms, p99 ${drain.p99} ms, max ${drain.max} ms, of ${number(result.budgetMs)} ms`],
    ['anomalies', totals.anomalies.length === 0 ? 'none' : number(totals.anomalies.length)],
    ['took', seconds(durationMs)],
    ...(skipped.length === 0 ? [] : [['not possible here', skipped.join(', ')] as const]),
  ];
}

/** What a run came to, for people. */
export function summary(result: ChaosResult): string {
  const rows = rowsOf(result);
  const width = Math.max(...rows.map(({ what }) => what.length));
  const table = rows.map(({ what, rounds, result: outcome, tries }) => {
    const again = tries === 0 ? '' : `  (${tries} more did not count)`;
    return `  ${what.padEnd(width)}  ${String(rounds).padStart(4)}  ${outcome}${again}`;
  });
  const lines = facts(result).map(([name, value]) => `  ${name.padEnd(18)} ${value}`);
  const { adapter, client, server, node, seed, workers, leaseMs } = result;
  const head = `${adapter}: ${client}, ${server}, node ${node}; ${workers} workers${leaseMs === undefined ? '' : `, lease ${leaseMs} ms`}, seed ${seed}`;
  return ['', head, ...table, '', ...lines, ...result.totals.anomalies.map((anomaly) => `  ${anomalyLine(anomaly)}`), ''].join('\n');
}

function anomalyLine({ kind, text, messages, atMs, worker }: Anomaly): string {
  const where = [
    ...(atMs === undefined ? [] : [`at ${seconds(atMs)}`]),
    ...(worker === undefined ? [] : [worker]),
    ...(messages.length === 0 ? [] : [`message ${messages.join(', ')}`]),
  ];
  return `${kind.toUpperCase()}${where.length === 0 ? '' : ` (${where.join('; ')})`}: ${text}`;
}

/** A page of documentation. */
export function markdown(result: ChaosResult, command: string): string {
  const { adapter, client, server, node, seed, workers, leaseMs, startedAt, totals } = result;
  const rows = rowsOf(result).map(({ what, rounds, result: outcome, tries }) => `| ${what} | ${rounds} | ${outcome} | ${tries} |`);
  const kills = [...new Set(result.rounds.flatMap(({ phase }) => phase ?? []))].map(
    (phase) => `${phase} ${result.rounds.filter((round) => round.phase === phase).length}`,
  );
  return [
    '# Chaos',
    '',
    'Worker processes under sustained load on a real broker, stopped, killed, frozen and cut off at random moments. Each writes down what it does, and a checker judges the histories: lost, duplicated, acked but redelivered, reordered, skipped, overlapping, late, or a receipt that disagrees.',
    '',
    'This page is generated:',
    '',
    '```sh',
    command,
    '```',
    '',
    'The same seed does the same to the same workers after the same waits, as far as real processes can be repeated. `--help` lists the options; among them `--only`, `--at-phase` and `--keep`, which leaves the histories to look into. An adapter of your own is judged by `--adapter ./my-harness.js`: a module that exports `startHarness`, which resolves with a `Harness` (`conformance/harness.ts`).',
    '',
    `Run on ${startedAt.slice(0, 10)} against ${adapter}: ${client}, ${server}, node ${node}; ${workers} workers${leaseMs === undefined ? '' : `, lease ${number(leaseMs)} ms`}, seed ${seed}.`,
    '',
    '| | rounds | outcome | did not count and were repeated |',
    '|---|---|---|---|',
    ...rows,
    '',
    ...(kills.length === 0 ? [] : [`Killed in a phase of the drain: ${kills.join(', ')}.`, '']),
    '| | |',
    '|---|---|',
    ...facts(result).map(([name, value]) => `| ${name} | ${value} |`),
    '',
    'A SIGTERM counts only if the worker had started, unstarted and failing work at that moment, and passes only with exit code 0 within its budget. A message that was handled twice is tied to what made it so: a worker was killed or frozen past its lease, or the network or the server was away, before its ack was confirmed. One without such a cause is an anomaly, as is a loss.',
    '',
    ...(totals.anomalies.length === 0 ? [] : ['## Anomalies', '', ...totals.anomalies.map((anomaly) => `- ${anomalyLine(anomaly)}`), '']),
  ].join('\n');
}
