import { failure } from './errors.js';
/** How often an idle pull notes that nothing has come, and whether its server still lives, ms. */
const TICK_MS = 250;
/** How long after a pull's own end the server may take to say so, ms. */
const ANSWER_MS = 1_000;
/** Once something came: how long without more until a fetch ends with what there is, and how long at most, ms. */
const QUIET_MS = 5;
const LINGER_MS = 50;
/** How long a pull that a fetch did not wait out is kept for the next one, ms. */
const PAUSE_MS = 100;
/**
 * What the server was asked for and has not sent yet: one pull request, and others that were made while it was being served, so
 * that the server need not wait for the next. It serves them by turns and does not say which a message is for, so they are counted
 * together. A pull is over when all of it has come, when the server says so, when it was aborted, and when its server is silent. A
 * fetch returns as soon as it has something: so when it has a good part, or the flow stops in the middle (the consumer's
 * `max_ack_pending` is reached, or the server is busy), the fetch ends, and the pull is kept for the next one. Only when nobody asks
 * for the rest is it given up: what is on its way then costs a delivery.
 */
export class Pull {
    options;
    /** Why it failed. */
    error;
    #wake = () => { };
    #signal;
    #over = false;
    #timer;
    /** How many each request asked for, by the subject that the server answers to. */
    #requests = new Map();
    #turns = [];
    /** How many come in all. */
    #due = 0;
    #count = 0;
    /** How many had come when the present fetch began to wait, and with how many it ends. */
    #from = 0;
    #until = 0;
    /** The last fetch that waited ended because enough had come. */
    flowing = false;
    /** When the server ends the last request, ms on the monotonic clock. */
    expiresAt = 0;
    #heardAt = performance.now();
    #firstAt = 0;
    #askedAt = this.#heardAt;
    #abort = () => this.leave();
    constructor(options) {
        this.options = options;
    }
    /** One more request, sent now, for `batch` messages; the server holds it for `expiresMs`. */
    request(reply, batch, expiresMs) {
        const now = performance.now();
        if (this.#due === this.#count)
            this.options.sentAfter(now, false);
        else
            this.#turns.push({ after: this.#due, at: now });
        this.#requests.set(reply, batch);
        this.#due += batch;
        this.expiresAt = Math.max(this.expiresAt, now + expiresMs);
    }
    /** How many requests there were, but for those that the server has ended unserved. */
    get requests() {
        return this.#requests.size;
    }
    /** Whether the server answers to a request of this pull at the subject. */
    has(reply) {
        return this.#requests.has(reply);
    }
    /** Resolves when it is over, when `enough` have come, or when something has and no more comes for a while. One at a time. */
    async wait(enough, signal) {
        if (this.#over)
            return;
        this.#from = this.#count;
        this.#until = this.#count + enough;
        this.flowing = false;
        this.#askedAt = performance.now();
        this.#signal = signal;
        signal.addEventListener('abort', this.#abort);
        this.#watch(Math.min(TICK_MS, Math.max(0, this.expiresAt - this.#askedAt) + ANSWER_MS));
        await new Promise((resolve) => {
            this.#wake = resolve;
        });
    }
    /** A message came. */
    arrived() {
        if (this.#over)
            return;
        this.#count += 1;
        this.#turn();
        if (this.#count >= this.#due) {
            this.end();
        }
        else if (this.#signal === undefined) {
            return;
        }
        else if (this.#count >= this.#until) {
            this.flowing = true;
            this.#pause();
        }
        else if (this.#count === this.#from + 1) {
            this.#firstAt = performance.now();
            this.#heardAt = this.#firstAt;
            this.#watch(QUIET_MS);
        }
    }
    /** The requests up to a turn bring no more than was asked for until then: what comes after that is of later ones. */
    #turn() {
        while (this.#turns[0] !== undefined && this.#turns[0].after <= this.#count) {
            this.options.sentAfter(this.#turns[0].at, false);
            this.#turns.shift();
        }
    }
    /** The server ends one request, and does not send `unsent` of it; undefined: it has sent nothing for it. */
    requestEnded(reply, unsent) {
        const batch = this.#requests.get(reply) ?? 0;
        const missing = Math.min(batch, unsent ?? batch);
        this.#requests.delete(reply);
        this.#due -= missing;
        for (const turn of this.#turns)
            turn.after -= missing;
        this.#turn();
        if (this.#count >= this.#due)
            this.end();
        else if (this.#signal !== undefined && this.#count > this.#from)
            this.#pause();
    }
    /** Whether nothing came at all. */
    get empty() {
        return this.#count === 0;
    }
    /** How many may still come. */
    get missing() {
        return this.#due - this.#count;
    }
    /** Somebody has asked for messages, and got what was there. */
    asked() {
        this.#askedAt = performance.now();
    }
    /** The server said that it is still there. */
    heard() {
        this.#heardAt = performance.now();
    }
    /** The server sends nothing more for it. */
    end(error) {
        this.#finish('ended', error);
    }
    /** It is given up here; the server may still send for it. */
    leave(error) {
        this.#finish('left', error);
    }
    #finish(end, error) {
        if (this.#over)
            return;
        this.#over = true;
        clearTimeout(this.#timer);
        this.error = error;
        this.options.over(end);
        this.#wakeUp();
    }
    /** The fetch that waits goes on, and the next one takes what comes. */
    #pause() {
        this.#watch(PAUSE_MS);
        this.#wakeUp();
    }
    #wakeUp() {
        this.#signal?.removeEventListener('abort', this.#abort);
        this.#signal = undefined;
        this.#wake();
    }
    #watch(ms) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
            const firedAt = performance.now();
            const countThen = this.#count;
            // What the socket holds is read between a timer and an immediate: only then is it known that nothing came, even
            // when this process was stopped for a while.
            setImmediate(() => this.#check(firedAt, countThen));
        }, ms);
    }
    #check(firedAt, countThen) {
        if (this.#over)
            return;
        const nothingCame = this.#count === countThen;
        if (nothingCame)
            this.options.sentAfter(firedAt, true);
        if (this.#signal === undefined)
            this.#checkPaused();
        else if (this.#count === this.#from)
            this.#checkServer(firedAt);
        else if (nothingCame || performance.now() - this.#firstAt >= LINGER_MS) {
            this.#pause();
        }
        else {
            this.#watch(QUIET_MS);
        }
    }
    /** Nobody waits for it. */
    #checkPaused() {
        const leftMs = this.#askedAt + PAUSE_MS - performance.now();
        if (leftMs > 0)
            this.#watch(leftMs);
        else
            this.leave();
    }
    #checkServer(firedAt) {
        const { heartbeatMs } = this.options;
        const silent = heartbeatMs > 0 && firedAt - this.#heardAt > 2 * heartbeatMs + ANSWER_MS;
        if (silent || firedAt - this.expiresAt >= ANSWER_MS) {
            this.leave(failure('TIMEOUT', `the server has not answered a pull in ${Math.round(performance.now() - this.#heardAt)} ms`));
        }
        else {
            this.#watch(TICK_MS);
        }
    }
}
