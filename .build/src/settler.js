import { Deadline } from './deadline.js';
import { Settled, State } from './dispatch.js';
import { StreamError } from './errors.js';
/** A release that was not answered by then has failed, ms: what it would unblock goes on. */
const RELEASE_BY_MS = 30_000;
/** Errors that the same call will meet again: a drainer stops on them. */
const FATAL = new Set([
    'INVALID_ARGUMENT',
    'CLOSED',
    'UNAUTHENTICATED',
    'PERMISSION_DENIED',
    'NOT_FOUND',
    'UNSUPPORTED',
]);
export function isFatal(error) {
    return FATAL.has(error.code);
}
/** The wait after this many failures in a row of something that talks to the broker, ms. */
export function callBackoffMs(failures, clock) {
    return Math.min(5_000, 50 * 2 ** Math.min(failures, 10)) * (0.8 + clock.random() * 0.4);
}
/**
 * Tells the broker what became of messages: acks in batches, one call at a time, each after its `beforeCommit`; releases
 * beside them. It applies the answers to what is held.
 */
export class Settler {
    #consumer;
    #dispatch;
    #options;
    #redeliveries;
    #owner;
    /** What `beforeCommit` is told. */
    reason = 'running';
    /** `beforeCommit` has refused the last commit. */
    withheld = false;
    maxUnconfirmed;
    #acking = false;
    #prepared = false;
    #lastCommit = false;
    #failures = 0;
    #pause;
    #flushPause;
    #stopped = false;
    #ended = false;
    #releasing = 0;
    #releasesEnded = false;
    /** Until when their answers are waited for. */
    #releaseBounds = new Set();
    /** Messages in releases under way. */
    returning = 0;
    /** Recorded here, and not by the broker: their ack failed, or never went out. */
    unacked = new WeakSet();
    #flushing = false;
    #ackedSinceFlush = false;
    /** Nothing aborts a flush while the drainer runs. */
    #running = new AbortController();
    constructor(consumer, dispatch, options, redeliveries, owner) {
        this.#consumer = consumer;
        this.#dispatch = dispatch;
        this.#options = options;
        this.maxUnconfirmed = options.maxUnconfirmed;
        this.#redeliveries = redeliveries;
        this.#owner = owner;
    }
    /** No ack waits or is under way. */
    get isIdle() {
        return !this.#acking && this.#dispatch.toAck === 0;
    }
    get isAcking() {
        return this.#acking;
    }
    /** Releases under way. */
    get releasing() {
        return this.#releasing;
    }
    sendAcks() {
        // The loop handles its own errors; whoever needs its end watches isIdle.
        if (!this.#acking && !this.#isPaused && this.#dispatch.toAck > 0)
            void this.#ackLoop();
    }
    /** The consumer closes: nothing is sent any more, whoever resumes. */
    end() {
        this.stop();
        this.#ended = true;
    }
    /** The close is over: releases that were not answered are not waited for any more, and there are no further ones. */
    endReleases() {
        this.#releasesEnded = true;
        for (const bound of this.#releaseBounds)
            bound.reach();
    }
    /** The last `beforeCommit` is being called, or has been: acks go out without a further one. */
    get isLastCommit() {
        return this.#lastCommit;
    }
    get hasEnded() {
        return this.#ended;
    }
    /** Something finished is held that the broker was not told of. Looks at everything that is held. */
    get hasUnacked() {
        let found = false;
        this.#dispatch.eachHeld((message, _, settled) => {
            if (settled === Settled.RECORDED && this.unacked.has(message))
                found = true;
        });
        return found;
    }
    /** Ends the wait after a failed commit: the next try is due now. */
    resume() {
        if (this.#ended)
            return;
        if (this.#pause !== undefined)
            this.#options.clock.clearTimeout(this.#pause);
        this.#pause = undefined;
        this.#stopped = false;
        if (this.#dispatch.toAck > 0)
            this.sendAcks();
    }
    /** Sends nothing more until `resume`; a call that is under way goes on. */
    stop() {
        if (this.#pause !== undefined)
            this.#options.clock.clearTimeout(this.#pause);
        this.#pause = undefined;
        if (this.#flushPause !== undefined)
            this.#options.clock.clearTimeout(this.#flushPause);
        this.#stopped = true;
    }
    get #isPaused() {
        return this.#stopped || this.#pause !== undefined;
    }
    /**
     * The last `beforeCommit`, called with all that waits, also when that is nothing: the time to flush outputs and emit what
     * is still open. The acks after it go without a further call. Returns whether the commit may go on.
     */
    async prepareLast() {
        this.#prepared = false;
        this.#lastCommit = true;
        this.#prepared = await this.#mayCommit(this.#dispatch.waitingAcks(), 'drain');
        return this.#prepared;
    }
    /** Asks `beforeCommit`, if there is one. */
    async #mayCommit(messages, reason) {
        try {
            await this.#dispatch.invoke(() => this.#options.beforeCommit?.(messages, { reason }));
            this.withheld = false;
        }
        catch (error) {
            this.withheld = true;
            this.#owner.report(error, { during: 'before-commit' });
        }
        return !this.withheld;
    }
    async #ackLoop() {
        const dispatch = this.#dispatch;
        this.#acking = true;
        do {
            const batch = dispatch.takeAcks();
            if (batch.messages.length > 0)
                await this.#ack(batch);
        } while (dispatch.acksAreDue && !this.#isPaused);
        this.#acking = false;
        if (dispatch.toAck > 0 && !this.#isPaused)
            dispatch.scheduleAcks();
        this.#owner.changed();
    }
    async #ack(batch) {
        let { messages } = batch;
        // Without a hook nothing is awaited: acks go out in the same turn.
        const asks = this.#options.beforeCommit !== undefined && !this.#prepared;
        if (asks) {
            if (!(await this.#mayCommit(messages, this.reason))) {
                this.#tryAgain(messages);
                return;
            }
            // The hook may have taken longer than the drain; lanes and leases may have gone meanwhile.
            if (this.#ended)
                return;
            messages = this.#dispatch.stillOpen(batch);
            if (messages.length === 0)
                return;
        }
        try {
            const result = await this.#consumer.ack(messages);
            if (result?.confirmed === batch.messages) {
                this.#failures = 0;
                this.#dispatch.settleBatch(batch, this.acked);
            }
            else
                this.apply(result, messages);
            this.#ackedSinceFlush = true;
            this.#flushIfFull();
            this.#owner.changed();
        }
        catch (thrown) {
            const error = this.#owner.report(thrown, { during: 'ack' });
            this.#tryAgain(messages);
            if (isFatal(error))
                this.#owner.fatal(error);
        }
    }
    /** Puts acks back and waits before the next call. */
    #tryAgain(messages) {
        for (const message of messages)
            if (this.#dispatch.isOpen(message))
                this.#dispatch.takeAgain(message);
        if (this.#isPaused)
            return;
        this.#failures += 1;
        this.#pause = this.#options.clock.setTimeout(() => this.resume(), callBackoffMs(this.#failures, this.#options.clock));
    }
    /** Applies a broker's answer. Messages of the batch that it does not mention are a fault of the adapter's, and not acked. */
    apply(result, batch) {
        const dispatch = this.#dispatch;
        if (!Array.isArray(result?.confirmed) || !Array.isArray(result.recorded) || !Array.isArray(result.failed)) {
            throw new StreamError('INTERNAL', 'ack was answered with something that is no AckResult', { adapter: this.#consumer.adapter });
        }
        this.#failures = 0;
        // What was not acked cannot be confirmed, whatever the answer names: it may not even have been started.
        for (const message of result.confirmed)
            if (dispatch.wasAcked(message))
                dispatch.settleIfOpen(message, this.acked);
        // On a cursor it may as well be behind unfinished work, and not sent at all.
        const sent = this.acked === Settled.SENT && this.#consumer.capabilities.settlement === 'lease';
        for (const message of result.recorded) {
            if (!dispatch.wasAcked(message))
                continue;
            if (sent)
                dispatch.settleIfOpen(message, Settled.SENT);
            else
                dispatch.record(message);
        }
        const again = new Set();
        let reported;
        for (const entry of result.failed) {
            const message = entry?.message;
            if (!dispatch.wasAcked(message))
                continue;
            const error = StreamError.from(entry.error, { adapter: this.#consumer.adapter });
            // One failed call of an adapter's is one error, however many messages it carried.
            if (error !== reported)
                this.#owner.report(error, { during: 'ack', message });
            reported = error;
            if (error.code !== 'LEASE_LOST' && error.retryable)
                again.add(message);
            else
                this.#ackFailed(message, error.code === 'LEASE_LOST');
        }
        for (const message of batch) {
            if (!dispatch.isOpen(message) || dispatch.settledOf(message) === Settled.RECORDED || again.has(message))
                continue;
            const error = new StreamError('INTERNAL', `ack did not answer for message ${message.id}`, { adapter: this.#consumer.adapter });
            this.#owner.report(error, { during: 'ack', message });
            this.#ackFailed(message, false);
        }
        if (again.size > 0)
            this.#tryAgain([...again]);
    }
    /** What `confirmed` is worth: with a broker that does not answer it only says that the ack was sent. */
    get acked() {
        return this.#consumer.capabilities.ackConfirmed ? Settled.CONFIRMED : Settled.SENT;
    }
    #ackFailed(message, lost) {
        if (this.#dispatch.stateOf(message) === State.SUCCEEDED)
            this.#redeliveries.rememberFinished(message);
        if (lost)
            this.#dispatch.settleIfOpen(message, Settled.LOST);
        else if (this.#consumer.capabilities.settlement === 'lease')
            this.#dispatch.settleIfOpen(message, Settled.LAPSING);
        // A cursor stays before it; a later commit may still cover it.
        else {
            this.unacked.add(message);
            this.#dispatch.record(message);
        }
    }
    /** Settles what is recorded, where the system can. */
    async flush(signal) {
        if (this.#ended)
            return;
        if (!this.#consumer.capabilities.flush || this.#consumer.flush === undefined)
            return;
        this.apply(await this.#consumer.flush({ signal }), []);
        // Whoever flushed: two may be under way, and either answer may make the room that a fetch waits for.
        this.#owner.changed();
    }
    /** A flush whose answer was lost may have confirmed them, and no other names them again; a second ack does. */
    #ackRecordedAgain() {
        const recorded = [];
        this.#dispatch.eachHeld((message, _, settled) => {
            if (settled === Settled.RECORDED && !this.unacked.has(message))
                recorded.push(message);
        });
        for (const message of recorded)
            this.#dispatch.takeAgain(message);
        this.sendAcks();
    }
    /** No more may be fetched before something is confirmed: what waits for the adapter's own time is confirmed now. */
    #flushIfFull() {
        const { recorded, open } = this.#dispatch;
        if (this.#flushing || recorded === 0 || open < this.maxUnconfirmed || !this.#consumer.capabilities.flush)
            return;
        this.#flushing = true;
        this.#ackedSinceFlush = false;
        const { clock } = this.#options;
        this.flush(this.#running.signal).then(() => {
            this.#flushing = false;
            // Something acked meanwhile may be what was missing. Without, another one would confirm as little.
            if (this.#ackedSinceFlush && !this.#stopped)
                this.#flushIfFull();
        }, (error) => {
            this.#owner.report(error, { during: 'flush' });
            this.#failures += 1;
            if (this.#stopped)
                return;
            this.#ackRecordedAgain();
            this.#flushPause = clock.setTimeout(() => {
                this.#flushing = false;
                if (!this.#stopped)
                    this.#flushIfFull();
            }, callBackoffMs(this.#failures, clock));
        });
    }
    /**
     * Unhandled messages go back, as the system has it: by a release, by nothing (the cursor stays before them), or, where it
     * can do neither, by the end of their lease. In order of delivery.
     */
    giveBack(messages) {
        if (messages.length === 0)
            return;
        const { settlement, release } = this.#consumer.capabilities;
        if (settlement === 'lease' && release !== false && !this.#releasesEnded)
            this.release(messages, 0);
        else
            for (const message of messages)
                this.#dispatch.settleIfOpen(message, settlement === 'cursor' ? Settled.RELEASED : Settled.LAPSING);
    }
    /** Calls the consumer's release; `after` runs when it was answered, and hears whether all of them are the broker's again, or were. */
    release(messages, delayMs, after) {
        this.#releasing += 1;
        this.returning += messages.length;
        // Everything is caught inside; whoever needs its end watches `releasing`.
        void this.#release(messages, delayMs).then((released) => {
            this.#releasing -= 1;
            this.returning -= messages.length;
            after?.(released);
            this.#owner.changed();
        });
    }
    async #release(messages, delayMs) {
        const failed = new Set();
        let kept = false;
        const bound = new Deadline(this.#options.clock, RELEASE_BY_MS);
        this.#releaseBounds.add(bound);
        try {
            const answer = Promise.resolve(this.#consumer.release?.(messages, { delayMs }));
            if ((await bound.bound(answer)) === 'timed-out') {
                throw new StreamError('TIMEOUT', `release was not answered within ${RELEASE_BY_MS} ms, or before the close ended`, {
                    adapter: this.#consumer.adapter,
                });
            }
            const result = await answer;
            const asked = new Set(messages);
            for (const { message, error } of result?.failed ?? []) {
                if (!asked.has(message))
                    continue;
                this.#owner.report(error, { during: 'release', message });
                const lost = error.code === 'LEASE_LOST';
                this.#dispatch.settleIfOpen(message, lost ? Settled.LOST : Settled.LAPSING);
                failed.add(message);
                if (!lost)
                    kept = true;
            }
        }
        catch (error) {
            this.#owner.report(error, { during: 'release' });
            for (const message of messages)
                this.#dispatch.settleIfOpen(message, Settled.LAPSING);
            return false;
        }
        finally {
            bound.cancel();
            this.#releaseBounds.delete(bound);
        }
        for (const message of messages)
            if (!failed.has(message))
                this.#dispatch.settleIfOpen(message, Settled.RELEASED);
        return !kept;
    }
}
