import { setTimeout as delay } from 'node:timers/promises';
import type { HarnessFaults } from '../harness.js';
import type { Fleet } from './fleet.js';
import { type History, isFull, type Load, now } from './history.js';
import type { Publisher } from './publisher.js';
import type { Anomaly, AnomalyKind, RoundResult } from './result.js';
import type { Round } from './rounds.js';
import type { WorkerProcess } from './worker-process.js';

/** A TERM that meets no failing work is tried again, this often at the most. */
const MAX_TRIES = 20;
/** What starting a process and its first message may take on a busy machine, ms. */
const START_MS = 60_000;
/** Beyond its budget: from the signal to the drain's begin, and from its end to the process's. */
const EXIT_MS = 2_000;

export interface RoundRunnerOptions {
  readonly fleet: Fleet;
  readonly publisher: Publisher;
  readonly faults: HarnessFaults | undefined;
  readonly leaseMs: number;
  readonly budgetMs: number;
  /** How long after a fault a worker may need to handle messages again, ms. */
  readonly recoverMs: number;
  /** The run's begin on the system's monotonic clock. */
  readonly startedAt: number;
}

type Outcome = Omit<RoundResult, 'n' | 'action' | 'phase' | 'at' | 'atMs' | 'worker'>;

/** Does the rounds, one after the other. */
export class RoundRunner {
  readonly anomalies: Anomaly[] = [];
  readonly drains: number[] = [];
  readonly #options: RoundRunnerOptions;

  constructor(options: RoundRunnerOptions) {
    this.#options = options;
  }

  /** One round. What goes wrong with a worker is noted; rejects only for what the runner itself cannot do. */
  async run(round: Round): Promise<RoundResult> {
    const { fleet, startedAt } = this.#options;
    await delay(round.waitMs);
    await this.#reviveDead();
    // A process that is still starting has no handler for signals yet.
    for (const worker of fleet.current) if (worker.progress.succeeded === 0) await this.#settled(worker);
    const at = new Date().toISOString();
    const atMs = Math.round(now() - startedAt);
    const worker = fleet.at(round.worker).name;
    const outcome = await this.#act(round);
    return { n: round.n, action: round.action, ...(round.phase === undefined ? {} : { phase: round.phase }), worker, at, atMs, ...outcome };
  }

  #act(round: Round): Promise<Outcome> {
    switch (round.action) {
      case 'term':
        return this.#term(round.worker);
      case 'kill':
        return this.#kill(round.worker);
      case 'stop':
        return this.#stop(round);
      case 'phase':
        return this.#phase(round);
      case 'restart':
        return this.#disturb('restart', (faults) => this.#options.publisher.quietly(() => faults.restart()));
      case 'crash':
        return this.#disturb('crash', (faults) =>
          this.#options.publisher.quietly(async () => {
            if (faults.crash === undefined) throw new Error('the harness has no crash, and one was asked for');
            await faults.crash();
          }),
        );
      case 'cut':
        return this.#disturb('cut', async (faults) => {
          try {
            await faults.cut();
            await delay(round.forMs);
          } finally {
            await faults.heal();
          }
        });
      case 'slow':
        return this.#slow(round);
    }
  }

  async #term(place: number): Promise<Outcome> {
    for (let tries = 1; ; tries += 1) {
      const worker = this.#options.fleet.at(place);
      if (!(await this.#noteStuck(worker, worker.full(this.#patienceMs)))) return { tries, outcome: 'failed' };
      const outcome = await this.drain(worker, place);
      const { load } = outcome;
      const counts = load !== undefined && isFull(load);
      if (counts || tries === MAX_TRIES || outcome.outcome === 'failed') {
        if (!counts && outcome.outcome !== 'failed')
          this.note('stuck', worker.name, `${MAX_TRIES} times in a row SIGTERM met no started, unstarted and failing work at once`);
        return { ...outcome, tries };
      }
    }
  }

  /** SIGTERM, a replacement at once (none without a place), and what became of it. */
  async drain(worker: WorkerProcess, place?: number): Promise<Outcome> {
    const { fleet, budgetMs } = this.#options;
    const begin = now();
    worker.signal('SIGTERM');
    if (place !== undefined) fleet.start(place);
    const exit = await worker.ended(budgetMs + EXIT_MS * 5);
    const drainMs = now() - begin;
    if (exit === undefined) {
      this.note('over-budget', worker.name, `it had not ended ${Math.round(drainMs)} ms after SIGTERM, and was killed`);
      await fleet.fault('kill', worker.name, () => worker.destroy());
      return { tries: 1, exitCode: null, drainMs, outcome: 'failed' };
    }
    this.drains.push(drainMs);
    const said = describe(await worker.history());
    if (exit.code !== 0)
      this.note('exit-code', worker.name, `SIGTERM ended it with ${worker.describeExit()}; its drain was ${said.outcome}`);
    if (drainMs > budgetMs + EXIT_MS) this.note('over-budget', worker.name, `${Math.round(drainMs)} ms, of ${budgetMs}`);
    return { tries: 1, exitCode: exit.code, signal: exit.signal, drainMs: Math.round(drainMs), ...said };
  }

  async #kill(place: number): Promise<Outcome> {
    const { fleet } = this.#options;
    const worker = fleet.at(place);
    await fleet.fault('kill', worker.name, () => worker.destroy());
    await this.#settled(fleet.start(place));
    return { tries: 1, signal: 'SIGKILL', outcome: 'killed' };
  }

  async #stop({ worker: place, forMs = 0 }: Round): Promise<Outcome> {
    const { fleet, leaseMs } = this.#options;
    const worker = fleet.at(place);
    await fleet.fault('stop', worker.name, async () => {
      worker.signal('SIGSTOP');
      await delay(leaseMs + forMs);
      worker.signal('SIGCONT');
    });
    const wentOn = await this.#settled(worker);
    return { tries: 1, outcome: wentOn ? 'went on' : 'failed' };
  }

  /** SIGTERM to a worker that ends itself by SIGKILL in the phase. */
  async #phase({ worker: place, phase, afterMs = 0 }: Round): Promise<Outcome> {
    const { fleet, budgetMs } = this.#options;
    if (phase === undefined) throw new Error('a round of the action phase without a phase');
    // A phase can be over before the time is; then at its begin.
    for (let tries = 1, after = afterMs; ; tries += 1, after = 0) {
      const worker = fleet.at(place);
      worker.arm({ phase, afterMs: after });
      worker.signal('SIGTERM');
      fleet.start(place);
      const exit = await worker.ended(budgetMs + EXIT_MS * 5);
      const at = now();
      if (exit?.signal === 'SIGKILL') {
        fleet.faults.push({ kind: 'kill', worker: worker.name, from: at, to: at });
        await this.#settled(fleet.at(place));
        return { tries, signal: 'SIGKILL', outcome: 'killed', ...loadOf(await worker.history()) };
      }
      if (exit === undefined || exit.code !== 0 || tries === MAX_TRIES) {
        this.note(
          'stuck',
          worker.name,
          `armed to die in ${phase}, it ${exit === undefined ? 'never ended' : `ended with ${worker.describeExit()}`}`,
        );
        await fleet.fault('kill', worker.name, () => worker.destroy());
        return { tries, outcome: 'failed' };
      }
      await this.#settled(fleet.at(place));
    }
  }

  /** SIGTERM to a worker, and the start of its replacement, over a slow link. */
  async #slow({ worker: place, forMs, latencyMs = 100 }: Round): Promise<Outcome> {
    let drained: Outcome | undefined;
    const disturbed = await this.#disturb('slow', async (faults) => {
      try {
        await faults.slow({ latencyMs });
        await delay(forMs);
        drained = await this.drain(this.#options.fleet.at(place), place);
      } finally {
        await faults.heal();
      }
    });
    return disturbed.outcome === 'failed' || drained === undefined ? disturbed : drained;
  }

  /** A fault that meets all workers; each must handle messages again after it. */
  async #disturb(kind: 'restart' | 'crash' | 'cut' | 'slow', act: (faults: HarnessFaults) => Promise<void>): Promise<Outcome> {
    const { fleet, faults } = this.#options;
    if (faults === undefined) throw new Error(`the harness has no faults, and ${kind} was asked for`);
    await fleet.fault(kind, undefined, () => act(faults));
    const wentOn = await Promise.all(fleet.current.map((worker) => this.#settled(worker)));
    return { tries: 1, outcome: wentOn.every(Boolean) ? 'went on' : 'failed' };
  }

  /** How long a worker may take to do again what it does under load, ms. */
  get #patienceMs(): number {
    return START_MS + this.#options.recoverMs;
  }

  /** Waits until a worker handles messages; notes one that does not. */
  #settled(worker: WorkerProcess): Promise<boolean> {
    return this.#noteStuck(worker, worker.works(this.#patienceMs));
  }

  /** Whether what it is waited for came; notes it if not. */
  async #noteStuck(worker: WorkerProcess, awaited: Promise<void>): Promise<boolean> {
    try {
      await awaited;
      return true;
    } catch (error) {
      this.note('stuck', worker.name, error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** A worker that ended by itself is noted and replaced. */
  async #reviveDead(): Promise<void> {
    const { fleet } = this.#options;
    for (const [place, worker] of fleet.current.entries()) {
      if (worker.exit === undefined) continue;
      this.note('stuck', worker.name, `it ended by itself: ${worker.describeExit()}`);
      await this.#settled(fleet.start(place));
    }
  }

  note(kind: AnomalyKind, worker: string, text: string): void {
    this.anomalies.push({ kind, worker, text, messages: [], atMs: Math.round(now() - this.#options.startedAt) });
  }
}

function loadOf(history: History): { load?: Load } {
  const signal = history.events.find((event) => event.kind === 'signal');
  return signal === undefined ? {} : { load: signal.load };
}

function describe(history: History): Pick<RoundResult, 'outcome' | 'load' | 'held' | 'totals'> {
  const found = history.events.find((event) => event.kind === 'receipt');
  if (found === undefined) return { outcome: 'no receipt', ...loadOf(history) };
  const { outcome, held, totals } = found.receipt;
  return { outcome, held: held.count, totals, ...loadOf(history) };
}
