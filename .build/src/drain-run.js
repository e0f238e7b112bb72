import { Deadline } from './deadline.js';
import { StreamError } from './errors.js';
const MAX_SAMPLES = 200;
/** One drain under way: its deadlines, and what the receipt will say of its course. */
export class DrainRun {
    reason;
    startedAt;
    phases = [];
    marks = [];
    errors = [];
    soft;
    hard;
    /** The commit's end; the time after it belongs to the close. */
    commitEnd;
    /** A step has thrown. */
    failed = false;
    /** Something was cut off, or left behind at a deadline. */
    forced = false;
    /** The same, as it was when the quiesce ended: no further close makes up for it. */
    leftBehind = false;
    #clock;
    #commitMs;
    #begin;
    #onPhase;
    #phase = 'running';
    #samples = [];
    #sampleEveryMs = 0;
    constructor(options, reason) {
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
    get elapsedMs() {
        return this.#clock.now() - this.#begin;
    }
    get samples() {
        return this.#samples;
    }
    mark(name) {
        if (!this.marks.some((mark) => mark.name === name))
            this.marks.push({ name, atMs: this.elapsedMs });
    }
    /** Runs one step and notes how it went. Never rejects: the next step always follows. */
    async phase(name, work) {
        const startMs = this.elapsedMs;
        this.#phase = name;
        this.#tell(name, 'begin');
        let outcome;
        try {
            outcome = await work();
        }
        catch (error) {
            outcome = 'failed';
            this.note(StreamError.from(error));
        }
        if (outcome === 'failed')
            this.failed = true;
        if (outcome === 'timed-out')
            this.forced = true;
        this.phases.push({ name, startMs, durationMs: this.elapsedMs - startMs, outcome });
        this.#tell(name, 'end');
    }
    #tell(name, event) {
        try {
            this.#onPhase?.(name, event);
        }
        catch {
            // A hook that fails must not change the drain; its contract says that what it throws is ignored.
        }
    }
    note(error) {
        const { code, message } = error;
        if (this.errors.some((known) => known.phase === this.#phase && known.code === code && known.message === message))
            return;
        if (this.errors.length < MAX_SAMPLES)
            this.errors.push({ phase: this.#phase, code, message });
    }
    /** Notes how far it is; at most some hundred samples, spread over the whole drain. */
    sample(dispatch, always = false) {
        const atMs = this.elapsedMs;
        const last = this.#samples.at(-1);
        if (!always && last !== undefined && atMs - last.atMs < this.#sampleEveryMs)
            return;
        this.#samples.push({
            atMs,
            running: dispatch.running + dispatch.sleeping,
            unstarted: dispatch.queued + dispatch.returning,
            unconfirmed: dispatch.unconfirmed,
        });
        if (this.#samples.length < MAX_SAMPLES)
            return;
        this.#samples = this.#samples.filter((_, at) => at % 2 === 0);
        this.#sampleEveryMs = Math.max(1, this.#sampleEveryMs * 2, (atMs * 2) / MAX_SAMPLES);
    }
    get isEscalated() {
        return this.marks.some(({ name }) => name === 'escalated');
    }
    /** Straight to the hard deadline. */
    escalate() {
        this.mark('escalated');
        this.soft.reach();
        this.hard.reach();
        this.commitEnd.bringForward(this.#commitMs);
    }
    cancelDeadlines() {
        for (const deadline of [this.soft, this.hard, this.commitEnd])
            deadline.cancel();
    }
}
