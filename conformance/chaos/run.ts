import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PhaseName } from '../../src/index.js';
import { waitUntil } from '../brokers/process.js';
import type { Channel, Harness } from '../harness.js';
import { check } from './checker.js';
import { Fleet } from './fleet.js';
import { now } from './history.js';
import { Publisher } from './publisher.js';
import { type ChaosResult, percentiles, type RoundResult } from './result.js';
import { RoundRunner } from './round-runner.js';
import { type Action, type Mix, planRounds } from './rounds.js';

export interface ChaosOptions {
  readonly harness: Harness;
  readonly mix: Mix;
  /** Default 1. */
  readonly seed?: number;
  /** Worker processes at a time. Default 3. */
  readonly workers?: number;
  /** The most messages a second. Default 1,000. */
  readonly rate?: number;
  /** The lease of the channel, ms. Default 2,000, or the shortest that the system can if that is longer. */
  readonly leaseMs?: number;
  /** The whole of each drain, ms. Default 10,000. */
  readonly budgetMs?: number;
  /** Where the rounds of the action `phase` kill. Default: each phase in turn. */
  readonly phases?: readonly PhaseName[];
  /** Keeps the histories in this folder. Default: a temporary one, removed at the end. */
  readonly keep?: string;
  readonly onRound?: (round: RoundResult, planned: number) => void;
  readonly onProgress?: (text: string) => void;
}

const CONCURRENCY = 12;
/** Four times the concurrency: at any moment much of it has not been started. */
const WINDOW = 48;
/** Messages that wait at the broker for each worker: a few seconds of its work. */
const BACKLOG = 1_000;
const LANES = 12;

/** Real processes on a real broker under load, disturbed again and again, and the judgement of what they wrote down. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { harness, seed = 1, workers = 3, rate = 1_000, budgetMs = 10_000 } = options;
  const { shortestLeaseMs } = harness.timing;
  const leaseMs = shortestLeaseMs === undefined ? undefined : Math.max(options.leaseMs ?? 2_000, shortestLeaseMs);
  const startedAt = new Date().toISOString();
  const begin = now();
  const { mix, skipped } = possible(harness, options.mix);
  const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'tailrace-chaos-')));
  const removeFolder = (): void => {
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', removeFolder);
  let channel: Channel | undefined;
  let fleet: Fleet | undefined;
  let publisher: Publisher | undefined;
  try {
    channel = await harness.create({ lanes: LANES, ...(leaseMs === undefined ? {} : { leaseMs }) });
    const { url, openOptions = {} } = channel;
    if (url === undefined) throw new Error(`${harness.adapter}: its channels have no URL, so no other process can reach them`);
    publisher = new Publisher(channel, { rate, backlog: BACKLOG * workers, lanes: harness.minimum.ordered === true ? LANES : 0 });
    await publisher.start();
    fleet = new Fleet(folder, { url, openOptions, seed, concurrency: CONCURRENCY, window: WINDOW, drainMs: budgetMs, calm: false });
    for (let place = 0; place < workers; place += 1) fleet.start(place);
    const recoverMs = harness.timing.answerMs + harness.timing.rebalanceMs + (leaseMs ?? harness.timing.takeoverMs);
    const runner = new RoundRunner({
      fleet,
      publisher,
      faults: harness.faults,
      leaseMs: leaseMs ?? harness.timing.takeoverMs,
      budgetMs,
      recoverMs,
      startedAt: begin,
    });
    const rounds: RoundResult[] = [];
    const plan = planRounds(mix, seed, workers, options.phases);
    for (const round of plan) {
      options.onProgress?.(`round ${round.n} of ${plan.length}: ${round.action}, ${publisher.published} published`);
      publisher.check();
      const result = await runner.run(round);
      rounds.push(result);
      options.onRound?.(result, plan.length);
    }
    await drainAll(channel, fleet, publisher, runner, workers, options.onProgress);
    options.onProgress?.('reading the histories');
    const final = await channel.state();
    const consumer = await channel.open();
    const { capabilities } = consumer;
    await consumer.close({ signal: AbortSignal.timeout(harness.timing.answerMs) });
    const judged = check({
      published: publisher.published,
      uncertain: publisher.uncertain,
      histories: await fleet.histories(),
      faults: fleet.faults,
      final,
      capabilities,
      startedAt: begin,
    });
    const { handled, deliveries, lost, duplicates, explained, anomalies } = judged;
    return {
      adapter: harness.variant === undefined ? harness.adapter : `${harness.adapter}/${harness.variant}`,
      client: harness.client,
      server: harness.server,
      node: process.version,
      seed,
      startedAt,
      durationMs: Math.round(now() - begin),
      workers,
      leaseMs,
      budgetMs,
      skipped,
      rounds,
      totals: {
        published: publisher.published,
        uncertain: publisher.uncertain.size,
        handled,
        deliveries,
        lost,
        duplicates,
        explained,
        anomalies: [...runner.anomalies, ...anomalies],
      },
      drain: percentiles(runner.drains),
    };
  } finally {
    await fleet?.destroy();
    await publisher?.stop().catch(() => {
      // Its failure is thrown by the stop in the run; here something else has failed before.
    });
    await channel?.delete();
    process.off('exit', removeFolder);
    removeFolder();
  }
}

/** Without the actions that the harness cannot do. */
function possible(harness: Harness, mix: Mix): { mix: Mix; skipped: Action[] } {
  const { faults } = harness;
  const skipped: Action[] = [
    ...(faults === undefined ? (['restart', 'cut', 'slow'] as const) : []),
    ...(faults?.crash === undefined ? (['crash'] as const) : []),
  ];
  return {
    mix: { ...mix, ...Object.fromEntries(skipped.map((action) => [action, 0])) },
    skipped: skipped.filter((action) => mix[action] > 0),
  };
}

/** Ends the load, drains the workers, and lets one more handle what they left. */
async function drainAll(
  channel: Channel,
  fleet: Fleet,
  publisher: Publisher,
  runner: RoundRunner,
  workers: number,
  onProgress: ((text: string) => void) | undefined,
): Promise<void> {
  await publisher.stop();
  onProgress?.('draining all workers');
  for (const worker of fleet.current) if (worker.exit === undefined) await worker.works(60_000);
  await Promise.all(fleet.current.map((worker) => runner.drain(worker)));
  onProgress?.('handling what is left');
  const last = fleet.start(workers, { calm: true });
  await waitUntil('the last worker to handle all that is left', async () => (await channel.state()).pending === 0, {
    timeoutMs: 300_000,
    everyMs: 100,
    gone: () => (last.exit === undefined ? undefined : `it ended: ${last.describeExit()}`),
  });
  await runner.drain(last);
}
