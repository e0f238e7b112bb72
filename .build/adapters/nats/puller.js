import { Lease } from '../../src/message.js';
import { failure, nativeError, pullStatusError } from './errors.js';
import { Pull } from './pull.js';
import { heartbeatFor, pullRequest, unsentOf } from './pull-request.js';
/** The longest single pull; a longer wait makes several, ms. */
const MAX_EXPIRES_MS = 3_600_000;
/**
 * What a lease that began after a quiet moment is shortened by, as the message may have been on its way then: a share of the
 * lease, at most this many ms.
 */
const LATENCY_SHARE = 0.05;
const LATENCY_MS = 1_000;
/** A fetch ends when this share of what it may take has come, and at least so many: handlers begin while the server sends the rest. */
const ENOUGH_SHARE = 0.25;
const ENOUGH = 64;
/** After so many requests a pull is left to end, and forgets them: nothing tells which of them have been served. */
const MAX_REQUESTS = 64;
/** The share of a lease after which it is extended for what came and waits for a fetch. */
const KEEP_SHARE = 1 / 3;
/**
 * Raw pulls over `CONSUMER.MSG.NEXT`: exactly as many messages as asked for, waits down to a millisecond, on both client
 * families. A pull is `no_wait` with `expires`: the server waits for the first message, sends what there is, and says that
 * this was all. A pull whose flow stops in the middle is kept for the next fetch. One that is left before its end (an abort, or no
 * next fetch) is taken back by draining its subscription: after the server's answer to that nothing can come any more, and
 * what came until then is kept.
 */
export class Puller {
    #link;
    #owner;
    #subject;
    #inbox;
    #channel;
    #draining = new Set();
    #arrived = [];
    /** While it is there, nothing is pulled. */
    #gate;
    #notBefore = 0;
    #stopped = false;
    /** Ends the pause of a fetch that is held back. */
    #wake = () => { };
    #channels = 0;
    #pulls = 0;
    #keeper;
    /** Whether a request is made before the one before it has been served. */
    #overlap = true;
    constructor(link, owner, subject, inbox) {
        this.#link = link;
        this.#owner = owner;
        this.#subject = subject;
        this.#inbox = inbox;
    }
    /** Takes up to `max` of what came and was not taken yet. */
    take(max) {
        this.#channel?.pull?.asked();
        const all = this.#arrived;
        if (all.length > max)
            return all.splice(0, max);
        this.#arrived = [];
        return all;
    }
    /**
     * Up to `max` messages, as soon as there is one, or none after `waitMs` or once the signal is aborted. Rejects with what
     * the server answered if nothing came before it.
     */
    async fetch(max, waitMs, signal, look) {
        const deadline = performance.now() + waitMs;
        const batch = Math.min(max, look.maxBatch);
        // While other pulls wait for the last messages, a no_wait one is refused at once; a plain one then waits like them.
        let noWait = true;
        while (this.#arrived.length === 0 && !signal.aborted && !this.#stopped) {
            if (this.#gate !== undefined) {
                await this.#gate;
                continue;
            }
            const now = performance.now();
            const leftMs = Math.max(0, deadline - now);
            if (leftMs === 0 && !(noWait && waitMs === 0))
                break;
            if (this.#notBefore > now) {
                if (leftMs === 0)
                    break;
                await this.#pause(Math.min(leftMs, this.#notBefore - now), signal);
                continue;
            }
            const open = this.#channel?.pull;
            if (open !== undefined) {
                if (open.missing > batch || open.expiresAt > deadline)
                    open.leave();
                else
                    await this.#more(open, batch, Math.min(leftMs, look.maxExpiresMs, MAX_EXPIRES_MS), signal);
                if (open.error !== undefined && this.#arrived.length === 0 && !signal.aborted && !this.#stopped)
                    throw open.error;
                continue;
            }
            const expiresMs = Math.min(leftMs, look.maxExpiresMs, MAX_EXPIRES_MS);
            const pull = await this.#pull(batch, expiresMs, noWait, signal, look.leaseMs);
            if (this.#arrived.length > 0 || signal.aborted || this.#stopped || this.#gate !== undefined)
                continue;
            if (pull.error !== undefined)
                throw pull.error;
            if (!noWait && pull.empty && performance.now() - now < expiresMs / 2) {
                throw failure('UNAVAILABLE', 'the server ended a pull long before its time and sent nothing');
            }
            noWait = false;
        }
        if (this.#channel?.pull !== undefined || this.#draining.size > 0)
            this.#keep(look.leaseMs);
        return this.take(max);
    }
    /** A pull goes on between fetches. What it brings is normally taken at once, and else kept as long as nobody asks for it. */
    #keep(leaseMs) {
        this.#keeper ??= setTimeout(() => {
            this.#keeper = undefined;
            if (this.#stopped)
                return;
            if (this.#arrived.length > 0)
                this.#owner.waiting(this.#arrived);
            if (this.#arrived.length > 0 || this.#channel?.pull !== undefined)
                this.#keep(leaseMs);
        }, leaseMs * KEEP_SHARE).unref();
    }
    /**
     * Runs `work` while nothing can arrive: the pull under way is taken back first, a fetch goes on waiting. `work` gets what
     * came and was not taken.
     */
    async alone(work) {
        while (this.#gate !== undefined)
            await this.#gate;
        let open = () => { };
        this.#gate = new Promise((resolve) => {
            open = resolve;
        });
        try {
            await this.drain();
            return await work(this.take(Infinity));
        }
        finally {
            this.#gate = undefined;
            open();
        }
    }
    /** Makes no pull for this long. */
    holdBack(ms) {
        this.#notBefore = Math.max(this.#notBefore, performance.now() + ms);
    }
    /** Ends the fetch under way, for good. */
    stop() {
        this.#stopped = true;
        clearTimeout(this.#keeper);
        this.#wake();
        this.#channel?.pull?.leave();
    }
    /** A new pull, until it is over or enough has come; `error` says why it failed. */
    async #pull(batch, expiresMs, noWait, signal, leaseMs) {
        const channel = this.#open(this.#link.current());
        const latencyMs = Math.min(leaseMs * LATENCY_SHARE, LATENCY_MS);
        const sentAfter = (at, quiet) => {
            channel.lease = new Lease(Math.max(channel.lease.until, at + leaseMs - (quiet ? latencyMs : 0)));
        };
        const over = (end) => {
            channel.pull = undefined;
            // A fetch ends at once; `drain` waits for it. It never rejects.
            if (end === 'left')
                void this.#leave();
        };
        const pull = new Pull({ heartbeatMs: heartbeatFor(expiresMs), sentAfter, over });
        channel.pull = pull;
        this.#request(channel, pull, batch, expiresMs, noWait);
        await pull.wait(enoughOf(batch), signal);
        return pull;
    }
    /**
     * Goes on with a pull under way. While messages come fast, the server is asked for more before it has sent all of that, but for no
     * more than may be taken.
     */
    async #more(pull, batch, expiresMs, signal) {
        const channel = this.#channel;
        const spare = batch - pull.missing;
        if (channel !== undefined && pull.flowing && this.#overlap && pull.requests < MAX_REQUESTS && spare >= enoughOf(batch)) {
            this.#request(channel, pull, spare, expiresMs, true);
        }
        await pull.wait(enoughOf(batch), signal);
    }
    #request(channel, pull, batch, expiresMs, noWait) {
        this.#pulls += 1;
        const reply = `${channel.subject}.${this.#pulls}`;
        const heartbeatMs = heartbeatFor(expiresMs);
        pull.request(reply, batch, expiresMs);
        try {
            channel.connection.publish(this.#subject, pullRequest(batch, expiresMs, heartbeatMs, noWait), { reply });
        }
        catch (error) {
            pull.leave(nativeError(error, 'pulling'));
        }
    }
    /** The channel of the last pull, or a new one. */
    #open(connection) {
        if (this.#channel?.connection === connection && !this.#channel.left)
            return this.#channel;
        this.#channels += 1;
        const subject = `${this.#inbox}.${this.#channels}`;
        const channel = { connection, subject, subscription: undefined, pull: undefined, lease: new Lease(0), left: false };
        try {
            channel.subscription = connection.subscribe(`${subject}.*`, { callback: (error, native) => this.#received(channel, error, native) });
        }
        catch (error) {
            throw nativeError(error, 'subscribing to pulls');
        }
        this.#channel = channel;
        return channel;
    }
    #received(channel, error, native) {
        const { pull } = channel;
        if (error !== null) {
            channel.left = true;
            pull?.end(nativeError(error, 'subscribing to pulls'));
            return;
        }
        const { reply } = native;
        // Only status messages have no reply subject.
        if (reply === undefined || reply === '') {
            this.#status(channel, native);
            return;
        }
        try {
            const message = this.#owner.arrived(native, reply, channel.lease);
            if (message !== undefined)
                this.#arrived.push(message);
        }
        catch (failed) {
            pull?.leave(nativeError(failed, 'receiving'));
            return;
        }
        pull?.arrived();
    }
    #status(channel, native) {
        const { pull } = channel;
        // One of a pull before this one, that was full already.
        if (pull === undefined || !pull.has(native.subject))
            return;
        const { code = 0, description = '' } = native.headers ?? {};
        if (code === 100)
            pull.heard();
        else if (code === 404 || code === 408)
            pull.requestEnded(native.subject, unsentOf(native));
        else {
            const error = pullStatusError(code, description, 'pulling');
            if (pull.requests === 1)
                pull.end(error);
            else if (error.code !== 'RESOURCE_EXHAUSTED')
                pull.leave(error);
            else {
                // The consumer takes no second request (`max_waiting`), and the first goes on.
                this.#overlap = false;
                pull.requestEnded(native.subject, undefined);
            }
        }
    }
    /** The server refuses pulls. */
    refused(error) {
        this.#channel?.pull?.end(error);
    }
    /** The connection broke: the server forgets the pull, and perhaps not at once, so its subject is not used again. */
    disconnected(error) {
        const channel = this.#channel;
        if (channel === undefined)
            return;
        channel.left = true;
        this.#channel = undefined;
        if (channel.pull !== undefined)
            channel.pull.end(error);
        // Without it the client would subscribe again when it reconnects.
        if (!channel.connection.isClosed())
            channel.subscription?.unsubscribe();
    }
    /** Takes back what the last channel may still bring, and resolves when nothing can come any more. */
    #leave() {
        const channel = this.#channel;
        if (channel === undefined || channel.left || channel.subscription === undefined)
            return Promise.resolve();
        channel.left = true;
        this.#channel = undefined;
        const drained = channel.subscription
            .drain()
            // The connection is gone, and with it the subscription.
            .catch(() => { })
            .then(() => {
            this.#draining.delete(drained);
        });
        this.#draining.add(drained);
        return drained;
    }
    /** Ends the pull under way, if any, and resolves when everything that was on its way is here. Never rejects. */
    async drain() {
        this.#channel?.pull?.leave();
        // It is among those waited for.
        void this.#leave();
        await Promise.all(this.#draining);
    }
    /** Resolves after `ms`, when the signal is aborted, or at `stop`. */
    #pause(ms, signal) {
        return new Promise((resolve) => {
            const end = () => {
                clearTimeout(timer);
                signal.removeEventListener('abort', end);
                resolve();
            };
            const timer = setTimeout(end, ms);
            signal.addEventListener('abort', end);
            this.#wake = end;
        });
    }
}
function enoughOf(batch) {
    return Math.max(ENOUGH, Math.ceil(batch * ENOUGH_SHARE));
}
