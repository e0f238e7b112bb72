import { StreamError } from '../../src/index.js';
import { RaceClock, Time } from './race-clock.js';
/** More steps than any life takes: beyond them something goes in circles. */
const MAX_STEPS = 50_000;
/**
 * What the parts of one life share: the scheduler that decides what happens next, the time, and the first rule that was seen
 * broken. Time is one of the things that may happen next, as often as `pace` says.
 */
export class World {
    scheduler;
    time;
    /** The drainer's, the broker's, and that of all else. */
    drainerClock;
    brokerClock;
    clock;
    #pace;
    #stepMs;
    #checks = [];
    /** What is waited for in the scheduler, time apart. */
    #others = 0;
    #ticking = 0;
    #steps = 0;
    #violation;
    /** What has happened, a line each. */
    story = [];
    constructor(scheduler, pace, stepMs) {
        this.scheduler = scheduler;
        this.#pace = pace;
        this.#stepMs = stepMs;
        this.time = new Time(() => void this.#later('immediates').then(() => this.time.runImmediates()));
        this.drainerClock = new RaceClock(this.time);
        this.brokerClock = new RaceClock(this.time);
        this.clock = new RaceClock(this.time);
    }
    get now() {
        return this.time.now;
    }
    tell(what, about = '') {
        const whom = typeof about === 'string' ? about : about.map(({ id, assignment, delivery }) => `${id}@${assignment}#${delivery}`).join(' ');
        this.story.push(`${String(this.now).padStart(6)} ${what} ${whom}`);
    }
    /** Resolves when the scheduler says so. */
    later(label) {
        return this.#later(label);
    }
    async #later(label) {
        this.#others += 1;
        await this.scheduler.schedule(Promise.resolve(), label);
        this.#others -= 1;
    }
    /** Resolves when this much time has passed. */
    passed(ms) {
        return new Promise((resolve) => void this.clock.setTimeout(resolve, ms));
    }
    /** Notes that a rule is broken; where it is seen an error might be taken for a handler's or an adapter's. */
    violate(rule) {
        this.#violation ??= new Error(`${rule}, at ${this.now} ms`);
    }
    check(holds, rule) {
        if (!holds)
            this.violate(rule());
    }
    /** Looked at after every step. */
    always(check) {
        this.#checks.push(check);
    }
    /** Lets things happen until it is so. */
    async until(isSo, what) {
        await settled();
        while (!isSo()) {
            await this.step();
            if (this.#steps > MAX_STEPS)
                throw new Error(`${what}: not after ${MAX_STEPS} steps, at ${this.now} ms`);
        }
        this.look();
    }
    /** One thing happens, with all that follows from it at once. */
    async step() {
        this.#steps += 1;
        while (this.#ticking < this.#pace) {
            this.#ticking += 1;
            void this.scheduler.schedule(Promise.resolve(), 'time').then(() => {
                this.#ticking -= 1;
                // In an event loop, immediates come before time is looked at again.
                if (this.time.hasImmediates)
                    this.time.runImmediates();
                else
                    this.time.step(this.#stepMs);
            });
        }
        await this.scheduler.waitOne();
        await settled();
        this.look();
    }
    /** Nothing but time can change anything. */
    get isStill() {
        return this.#others === 0;
    }
    look() {
        for (const check of this.#checks)
            check();
        if (this.#violation !== undefined)
            throw this.#violation;
    }
}
/** All microtasks have run: Node runs this queue when that of promises is empty. */
function settled() {
    return new Promise((resolve) => process.nextTick(resolve));
}
export function unavailable(what) {
    return new StreamError('UNAVAILABLE', `${what}: not now`);
}
export function never() {
    return new Promise(() => undefined);
}
