import { Lease, Message, StreamError, } from '../../src/index.js';
import { CODES, ODD_ERRORS, pick } from './support.js';
/** Answers in one turn of the event loop after which whoever asks is taken to starve everything else. */
const MAX_PER_TURN = 5_000;
/** Messages that were never fetched have ids that begin so. */
const FORGED = 'forged';
/**
 * A consumer of the memory broker that answers with nonsense now and then, until {@link calm}: what the broker did is one
 * thing, what the caller is told another. What it never does is ack a message that the caller did not ack.
 */
export class Adversary {
    adapter;
    source;
    capabilities;
    #inner;
    /** A consumer of something else, whose messages turn up here. */
    #other;
    #draw;
    #options;
    #seen = [];
    #isCalm = false;
    #answers = 0;
    #turn = false;
    /** What was answered with, for who debugs a seed. */
    log = [];
    /** Why the drainer cannot go on, if it was told something like that. */
    ended = false;
    constructor(inner, other, draw, options) {
        this.#inner = inner;
        this.#other = other;
        this.#draw = draw;
        this.#options = options;
        this.adapter = inner.adapter;
        this.source = inner.source;
        this.capabilities = inner.capabilities;
    }
    /** From now on it only tells the truth. */
    calm() {
        this.#isCalm = true;
    }
    fetch(options) {
        this.#count();
        if (!this.#isOdd())
            return this.#noting(this.#inner.fetch(options));
        const answers = {
            oversized: () => this.#inner.fetch({ ...options, max: options.max + 1 + this.#draw(40) }),
            shuffled: async () => this.#shuffle(await this.#fetched(options)),
            reversed: async () => (await this.#fetched(options)).reverse(),
            'the same twice': async () => {
                const batch = await this.#fetched(options);
                return this.#shuffle([...batch, ...batch.slice(0, 1 + this.#draw(3))]);
            },
            'copies too': async () => {
                const batch = await this.#fetched(options);
                const copies = batch.slice(0, 2).map(copyOf);
                return this.#shuffle([...batch, ...copies]);
            },
            'old ones too': async () => this.#shuffle([...(await this.#fetched(options)), ...this.#some(this.#seen, 4)]),
            'forged ones too': async () => {
                const batch = await this.#fetched(options);
                const forged = Array.from({ length: 1 + this.#draw(3) }, () => this.#forged());
                return this.#shuffle([...batch, ...forged]);
            },
            "another's too": async () => {
                const theirs = await this.#other.fetch({ max: 2, waitMs: 0, signal: new AbortController().signal });
                return this.#shuffle([...(await this.#fetched(options)), ...theirs]);
            },
            'frozen ones': async () => (await this.#fetched(options)).map((message) => Object.freeze(message)),
            'proxies of some': async () => (await this.#fetched(options)).map((message) => (this.#draw(1) === 0 ? new Proxy(message, {}) : message)),
            'things that are no messages': async () => {
                const batch = await this.#fetched(options);
                const things = [undefined, null, 0, '', 'message', {}, [], () => { }, Symbol('m'), { id: 'x', slot: -1 }, { id: 'y', slot: 3 }];
                return this.#shuffle([...batch, ...this.#some(things, 4)]);
            },
            'a sparse array': async () => {
                const batch = await this.#fetched(options);
                batch.length += 2;
                return batch;
            },
            'a frozen array': async () => Object.freeze(await this.#fetched(options)),
            'no promise': () => (this.#draw(1) === 0 ? [] : this.#forgedBatch()),
            'no array': () => Promise.resolve(pick(this.#draw, [undefined, null, 0, 'abc', {}, { length: 2 }, new Set(), new Map()])),
            nothing: () => Promise.resolve([]),
        };
        return this.#answer('fetch', answers);
    }
    ack(messages) {
        const acked = this.#inner.ack(messages.filter((message) => message instanceof Message));
        if (!this.#isOdd())
            return acked;
        acked.catch(() => undefined);
        return this.#answer('ack', this.#ackAnswers(messages));
    }
    release(messages, options) {
        return this.#settled('release', messages, () => this.#inner.release?.(messages, options));
    }
    extend(messages, options) {
        return this.#settled('extend', messages, () => this.#inner.extend?.(messages, options));
    }
    deadLetter(messages, reason) {
        return this.#settled('deadLetter', messages, () => this.#inner.deadLetter?.(messages, reason));
    }
    flush(options) {
        // Its result says what the consumer can: a queue has none, and then nobody calls it.
        const flushed = this.#inner.flush?.(options);
        if (!this.#isOdd())
            return flushed;
        flushed.catch(() => undefined);
        return this.#answer('flush', this.#ackAnswers(this.#seen));
    }
    pause(lanes) {
        if (this.#isOdd())
            throw pick(this.#draw, ODD_ERRORS)();
        this.#inner.pause?.(lanes);
    }
    resume(lanes) {
        this.#inner.resume?.(lanes);
    }
    watch(listener) {
        this.#inner.watch?.(listener);
    }
    close(options) {
        const closed = this.#inner.close(options);
        if (!this.#isOdd())
            return closed;
        closed.catch(() => undefined);
        const odd = [undefined, null, 0, {}, { unconfirmed: 5, clean: true }, { unconfirmed: [null, {}, 5], clean: 'yes' }];
        return this.#answer('close', {
            'no result': () => Promise.resolve(pick(this.#draw, odd)),
            'no promise': () => pick(this.#draw, odd),
            'what is not ours': () => Promise.resolve({ unconfirmed: [this.#forged(), ...this.#some(this.#seen, 3)], clean: true }),
        });
    }
    // ── Nonsense ──────────────────────────────────────────────────────────────────────────────────────────────────────
    #isOdd() {
        return !this.#isCalm && this.#draw(99) < this.#options.percent;
    }
    /** One of the answers, or none: a throw, a rejection, a promise that is none. */
    #answer(operation, answers) {
        const { mayHang } = this.#options;
        const all = {
            ...answers,
            'a throw': () => {
                throw this.#error();
            },
            'a rejection': () => Promise.reject(this.#error()),
            'a thenable that settles twice': () => twice([], this.#error()),
            'a thenable that throws': () => throwing(this.#error()),
            ...(mayHang ? { silence: () => new Promise(() => { }) } : {}),
        };
        const kind = pick(this.#draw, Object.keys(all));
        this.log.push(`${operation}: ${kind}`);
        return all[kind]?.();
    }
    #error() {
        if (this.#draw(2) > 0)
            return pick(this.#draw, ODD_ERRORS)();
        const fatal = ['INVALID_ARGUMENT', 'CLOSED', 'UNAUTHENTICATED', 'PERMISSION_DENIED', 'NOT_FOUND', 'UNSUPPORTED'];
        const code = pick(this.#draw, CODES);
        if (fatal.includes(code) && !this.#options.mayEnd)
            return new StreamError('UNAVAILABLE', 'not now');
        if (fatal.includes(code))
            this.ended = true;
        return new StreamError(code, 'as the adversary says');
    }
    async #settled(operation, messages, work) {
        // The drainer calls only what the consumer declares.
        const settled = work();
        if (!this.#isOdd())
            return settled;
        settled.catch(() => undefined);
        const lost = new StreamError('LEASE_LOST', 'as the adversary says');
        const answers = {
            'no result': () => pick(this.#draw, [undefined, null, 0, {}, { failed: 5 }, { failed: null }, { failed: {} }]),
            'odd entries': () => ({ failed: pick(this.#draw, [[null], [undefined], [5], [{}], [{ message: null, error: null }]]) }),
            'odd errors': () => ({ failed: messages.map((message) => ({ message, error: pick(this.#draw, ODD_ERRORS)() })) }),
            "others' failures": () => ({ failed: [...this.#some(this.#seen, 3), this.#forged()].map((message) => ({ message, error: lost })) }),
        };
        return (await this.#answer(operation, answers));
    }
    #ackAnswers(messages) {
        const error = new StreamError('LEASE_LOST', 'as the adversary says');
        const again = new StreamError('UNAVAILABLE', 'as the adversary says');
        const some = this.#some(messages, messages.length);
        const answer = (confirmed, recorded = [], failed = []) => {
            return () => Promise.resolve({ confirmed, recorded, failed });
        };
        return {
            nothing: answer([]),
            'no result': () => Promise.resolve(pick(this.#draw, [undefined, null, 0, 'ok', [], {}, { confirmed: [] }, new Map()])),
            'no arrays': answer(...pick(this.#draw, [[5], [null], [new Set(messages)], [messages, {}], [messages, [], 'x']])),
            'some of them': answer(some),
            'all of them twice': answer([...messages, ...messages], [...messages]),
            'everything in every list': answer([...messages], [...messages], messages.map((message) => ({ message, error }))),
            'what was fetched at any time': answer(this.#some(this.#seen, 20)),
            'forged ones': answer([...messages, this.#forged()], [this.#forged()], [{ message: this.#forged(), error }]),
            'things that are no messages': answer([null, undefined, 0, 'x', {}, { slot: 0 }, { slot: 2 ** 40 }, ...messages], [null, {}, Number.NaN]),
            'odd failures': answer([], [], [null, undefined, 5, {}, { message: messages[0] }, { error }, { message: null, error: null }]),
            'odd errors': answer([], [], messages.map((message) => ({ message, error: pick(this.#draw, ODD_ERRORS)() }))),
            'all lost': answer([], [], messages.map((message) => ({ message, error }))),
            'all once more': answer([], [], messages.map((message) => ({ message, error: again }))),
            'a changed batch': () => {
                // The array is the drainer's; an adapter in plain JavaScript can do this all the same.
                messages.length = Math.floor(messages.length / 2);
                return Promise.resolve({ confirmed: messages, recorded: [], failed: [] });
            },
        };
    }
    async #fetched(options) {
        return this.#noting(this.#inner.fetch(options));
    }
    async #noting(fetching) {
        const batch = await fetching;
        this.#seen.push(...batch);
        return batch;
    }
    #forgedBatch() {
        return Array.from({ length: this.#draw(3) }, () => this.#forged());
    }
    #forged() {
        const draw = this.#draw;
        const odd = {
            delivery: [undefined, null, Number.NaN, '', 0, {}],
            body: [undefined, null, 'text', new Uint8Array(0)],
            key: [undefined, null, '', 'x'.repeat(100_000), 5],
            headers: [undefined, null, 5, { __proto__: null }],
            lane: [undefined, null, '', '0', 'no such lane', 'x'.repeat(100_000), 7],
            assignment: [undefined, -1, Number.NaN, Infinity, 2 ** 60, '1'],
            position: [undefined, null, -1, Number.NaN, '', 1e300],
            attempt: [undefined, null, 0, -1, 1, 2, Number.NaN, '1'],
            publishedAt: [undefined, Number.NaN, -1],
            lease: [
                undefined,
                null,
                {},
                new Lease(0),
                new Lease(Number.NaN),
                new Lease(-Infinity),
                new Lease(Infinity),
                Object.freeze(new Lease(1e9)),
            ],
        };
        const init = { id: pick(draw, [FORGED, `${FORGED} ${'x'.repeat(100_000)}`, `${FORGED}\u0000\ud800\u202e`]) };
        for (const [name, values] of Object.entries(odd))
            init[name] = pick(draw, values);
        // Not what the type asks for: that is the point.
        const message = new Message(init);
        if (draw(3) === 0)
            message.slot = pick(draw, [0, 1, 5, 2 ** 31, -7, Number.NaN, 0.5]);
        return message;
    }
    /** Up to `most` of them, in any order, perhaps some twice. */
    #some(from, most) {
        if (from.length === 0)
            return [];
        return Array.from({ length: this.#draw(Math.min(most, 1_000)) }, () => pick(this.#draw, from));
    }
    #shuffle(items) {
        for (let at = items.length - 1; at > 0; at -= 1) {
            const other = this.#draw(at);
            [items[at], items[other]] = [items[other], items[at]];
        }
        return items;
    }
    /** A caller that asks again and again without a turn of the event loop would hang this test, and a real process, for ever. */
    #count() {
        if (!this.#turn) {
            this.#turn = true;
            this.#answers = 0;
            setImmediate(() => {
                this.#turn = false;
            });
        }
        this.#answers += 1;
        if (this.#answers <= MAX_PER_TURN)
            return;
        console.error(`${MAX_PER_TURN} fetches in one turn of the event loop; the last answers: ${this.log.slice(-5).join(', ')}`);
        process.exit(70);
    }
}
/** Resolves, then rejects, then resolves otherwise. */
function twice(value, error) {
    return {
        // biome-ignore lint/suspicious/noThenProperty: a thenable that breaks the rules is what is wanted.
        then(resolve, reject) {
            resolve(value);
            reject(error);
            resolve('again');
            return undefined;
        },
    };
}
function throwing(error) {
    return {
        // biome-ignore lint/suspicious/noThenProperty: as above.
        then() {
            throw error;
        },
    };
}
function copyOf({ id, delivery, body, raw, key, headers, lane, assignment, position, attempt, publishedAt, lease, }) {
    return new Message({ id, delivery, body, raw, key, headers, lane, assignment, position, attempt, publishedAt, lease });
}
