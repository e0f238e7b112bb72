import type { Clock } from './clock.js';
import { Deadline } from './deadline.js';
import type { Dispatch } from './dispatch.js';
import type { ResolvedDrainerOptions } from './drainer-options.js';
import { StreamError } from './errors.js';
import type { MarkName, PhaseName, ReceiptError, ReceiptPhase, ReceiptSample } from './receipt.js';

const MAX_SAMPLES = 200;

/** One drain under way: its deadlines, and what the receipt will say of its course. */
export class DrainRun {
  readonly reason: string;
  readonly startedAt: string;
  readonly phases: ReceiptPhase[] = [];
  readonly marks: { readonly name: MarkName; readonly atMs: number }[] = [];
  readonly errors: ReceiptError[] = [];
  readonly soft: Deadline;
  readonly hard: Deadline;
  /** The commit's end; the time after it belongs to the close. */
  readonly commitEnd: Deadline;
  /** A step has thrown. */
  failed = false;
  /** Something was cut off, or left behind at a deadline. */
  forced = false;
  /** The same, as it was when the quiesce ended: no further close makes up for it. */
  leftBehind = false;

  readonly #clock: Clock;
  readonly #commitMs: number;
  readonly #begin: number;
  readonly #onPhase: ResolvedDrainerOptions['onPhase'];
  #phase: PhaseName | 'running' = 'running';
  #samples: ReceiptSample[] = [];
  #sampleEveryMs = 0;

  constructor(options: ResolvedDrainerOptions, reason: string) {
    const { clock, budget } = options;
    this.reason = reason;
    this.#clock = clock;
    this.#commitMs = budget.commitMs;
    this.#begin = clock.now();
    this.#onPhase = options.onPhase;
    this.startedAt = new Date().toISOString();
    this.soft = new Deadline(clock, budget.softMs);
    this.hard = new Deadline(clock, budget.hardMs);
    this.commitEnd = new Deadline(clock, budget.hardMs + budget.commitMs);
  }

  get elapsedMs(): number {
    return this.#clock.now() - this.#begin;
  }

  get samples(): readonly ReceiptSample[] {
    return this.#samples;
  }

  mark(name: MarkName): void {
    if (!this.marks.some((mark) => mark.name === name)) this.marks.push({ name, atMs: this.elapsedMs });
  }

  /** Runs one step and notes how it went. Never rejects: the next step always follows. */
  async phase(name: PhaseName, work: () => Promise<'done' | 'timed-out' | 'failed' | 'skipped'>): Promise<void> {
    const startMs = this.elapsedMs;
    this.#phase = name;
    this.#tell(name, 'begin');
    let outcome: ReceiptPhase['outcome'];
    try {
      outcome = await work();
    } catch (error) {
      outcome = 'failed';
      this.note(StreamError.from(error));
    }
    if (outcome === 'failed') this.failed = true;
    if (outcome === 'timed-out') this.forced = true;
    this.phases.push({ name, startMs, durationMs: this.elapsedMs - startMs, outcome });
    this.#tell(name, 'end');
  }

  #tell(name: PhaseName, event: 'begin' | 'end'): void {
    try {
      this.#onPhase?.(name, event);
    } catch {
      // A hook that fails must not change the drain; its contract says that what it throws is ignored.
    }
  }

  note(error: StreamError): void {
    const { code, message } = error;
    if (this.errors.some((known) => known.phase === this.#phase && known.code === code && known.message === message)) return;
    if (this.errors.length < MAX_SAMPLES) this.errors.push({ phase: this.#phase, code, message });
  }

  /** Notes how far it is; at most some hundred samples, spread over the whole drain. */
  sample(dispatch: Dispatch, always = false): void {
    const atMs = this.elapsedMs;
    const last = this.#samples.at(-1);
    if (!always && last !== undefined && atMs - last.atMs < this.#sampleEveryMs) return;
    this.#samples.push({
      atMs,
      running: dispatch.running + dispatch.sleeping,
      unstarted: dispatch.queued + dispatch.returning,
      unconfirmed: dispatch.unconfirmed,
    });
    if (this.#samples.length < MAX_SAMPLES) return;
    this.#samples = this.#samples.filter((_, at) => at % 2 === 0);
    this.#sampleEveryMs = Math.max(1, this.#sampleEveryMs * 2, (atMs * 2) / MAX_SAMPLES);
  }

  get isEscalated(): boolean {
    return this.marks.some(({ name }) => name === 'escalated');
  }

  /** Straight to the hard deadline. */
  escalate(): void {
    this.mark('escalated');
    this.soft.reach();
    this.hard.reach();
    this.commitEnd.bringForward(this.#commitMs);
  }

  cancelDeadlines(): void {
    for (const deadline of [this.soft, this.hard, this.commitEnd]) deadline.cancel();
  }
}
