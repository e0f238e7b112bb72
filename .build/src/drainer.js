import { Conditions } from './conditions.js';
import { Deadline } from './deadline.js';
import { Deduplicator } from './dedup.js';
import { deferred } from './deferred.js';
import { Dispatch, isPermanent, Settled, State } from './dispatch.js';
import { DrainRun } from './drain-run.js';
import { checkConsumer, resolveDrainerOptions, resolveHandler, } from './drainer-options.js';
import { StreamError } from './errors.js';
import { Lanes } from './lanes.js';
import { LeaseKeeper } from './lease-keeper.js';
import { integer, known, text } from './options.js';
import { describeHeld } from './receipt-builder.js';
import { Redeliveries } from './redeliveries.js';
import { callBackoffMs, isFatal, Settler } from './settler.js';
/** The share of the close allowance after which the consumer is told to hurry; the rest is for it to answer. */
const CLOSE_SIGNAL_SHARE = 0.8;
/** Why the signal of a fetch aborts. */
const STOPPED = new StreamError('ABORTED', 'the drain has begun');
/** An empty answer so soon after the one before counts as hasty, ms. */
const HASTY_MS = 5;
/**
 * Runs a handler over a consumer, and ends without losing anything.
 *
 *     const drainer = new Drainer(consumer, async (message) => { … }, { concurrency: 64 });
 *     process.once('SIGTERM', () => drainer.drain({ reason: 'SIGTERM' }));
 *     const receipt = await drainer.run();
 *
 * A message is acked when its handler has returned, and only then. A drain goes: stop fetching → end what runs →
 * `beforeCommit` → commit → release what is left → close; each step bounded, in this order, always. Handlers are not told of
 * a drain: their signals abort at the soft deadline, and at the hard one they are given up, so that what is finished can
 * still be committed in time.
 *
 * Constructing does no I/O and throws `INVALID_ARGUMENT` for options that are wrong or contradict the consumer.
 */
export class Drainer {
    #consumer;
    #options;
    #dispatch;
    #settler;
    #redeliveries;
    #lanes;
    #leases;
    #conditions = new Conditions((any) => {
        this.#dispatch.watched = any || this.#run !== undefined;
    });
    /** The fetch loop waits for room. */
    #room;
    #stopFetch = new AbortController();
    #fetchAt;
    #maxAtOnce;
    #leased;
    #staged;
    /** Whether a message's first delivery is known to be one without looking it up. */
    #tellsFirst;
    #window;
    #maxUnconfirmed;
    #state = 'idle';
    #taking = true;
    /** The last fetch has brought less than was asked for, and its consumer may hold more by now. */
    #moreMayWait = false;
    #fetching = Promise.resolve();
    #delivered = 0;
    #deduplicated = 0;
    /** Releases that wait for the end of a poll, as it would only bring again what they give back. */
    #afterPoll;
    /** Messages being dead-lettered. */
    #burying = 0;
    #lastError;
    #fatalError;
    #run;
    #quiescing;
    /** The last one that has ended. */
    #quiesced;
    #closing;
    #consumerClosed = false;
    /** Some drain has given up what still ran. */
    #hasCutOff = false;
    #quiesceOfLastClose;
    #finished = deferred();
    /** Throws `INVALID_ARGUMENT`; does no I/O. */
    constructor(consumer, handler, options) {
        checkConsumer(consumer);
        const resolved = resolveHandler(handler);
        const { capabilities } = consumer;
        this.#consumer = consumer;
        this.#options = resolveDrainerOptions(capabilities, options, resolved.maxBatch);
        this.#maxAtOnce = resolved.maxBatch ?? 1;
        this.#leased = capabilities.settlement === 'lease';
        this.#staged = capabilities.abort === 'staged';
        this.#tellsFirst = !this.#leased || capabilities.attempts === 'exact';
        this.#window = this.#options.window;
        this.#maxUnconfirmed = this.#options.maxUnconfirmed;
        this.#fetchAt = Math.min(this.#options.maxFetch, Math.ceil(this.#window / 2));
        const { clock, concurrency, order, retry } = this.#options;
        this.#dispatch = new Dispatch({
            clock,
            concurrency,
            order,
            handler: this.#deduplicating(resolved),
            maxBatch: resolved.maxBatch,
            attempts: retry.attempts,
            backoffMs: (calls) => this.#backoffMs(calls),
            leaseSpreadMs: capabilities.lease === false ? Infinity : capabilities.lease.ms / 8,
        }, {
            sendAcks: () => this.#settler.sendAcks(),
            exhausted: (message, error, calls, unblock) => this.#exhausted(message, error, calls, unblock),
            succeededLate: (message) => this.#redeliveries.rememberFinished(message),
            changed: () => this.#changed(),
        });
        this.#redeliveries = new Redeliveries(this.#dispatch, capabilities.settlement === 'cursor');
        const owner = {
            report: (error, context) => this.#report(error, context),
            fatal: (error) => this.#fatal(error),
            changed: () => this.#changed(),
        };
        this.#settler = new Settler(consumer, this.#dispatch, this.#options, this.#redeliveries, owner);
        this.#lanes = new Lanes(consumer, this.#dispatch, this.#settler, this.#redeliveries, this.#options, this.#conditions, owner);
        if (capabilities.lease !== false) {
            this.#leases = new LeaseKeeper(clock, consumer, this.#dispatch, {
                leasesLost: (messages, error) => {
                    // Those whose acks are on their way are told by the answer: the broker may have let go of the lease for the ack.
                    const lost = new Set(messages.filter((message) => !this.#dispatch.isAcking(message)));
                    if (lost.size === 0)
                        return;
                    this.#report(error, { during: 'extend' });
                    this.#lanes.lose((message) => lost.has(message), error);
                },
                extensionFailed: (error) => this.#report(error, { during: 'extend' }),
            });
        }
        // Whoever runs the drainer sees its end through run(); a drain that nobody runs has nobody to tell.
        this.#finished.promise.catch(() => undefined);
    }
    /**
     * Starts fetching and handling. Resolves with the receipt when the drainer was drained and closed; rejects, after it has
     * drained itself, with the error that it cannot go on from (queue missing, permission denied, …). A second call returns
     * the same promise.
     */
    run() {
        if (this.#state === 'idle') {
            this.#state = 'running';
            if (this.#consumer.capabilities.revoke !== 'none')
                this.#consumer.watch?.(this.#lanes);
            this.#fetching = this.#fetchLoop(this.#stopFetch.signal);
        }
        return this.#finished.promise.then((receipt) => receipt);
    }
    /**
     * Handlers at a time. Raising it above the window raises the window and `maxUnconfirmed` too; lowering it lets what runs end; 0
     * starts nothing new, in a drain neither: with `unstarted: 'finish'` what has not started then waits for the soft deadline, or
     * for a higher concurrency.
     */
    get concurrency() {
        return this.#dispatch.concurrency;
    }
    set concurrency(value) {
        const concurrency = integer('concurrency', value, 1, { min: 0, max: 1_000_000, unit: 'handlers' });
        this.#dispatch.concurrency = concurrency;
        this.#window = Math.max(this.#window, concurrency * this.#maxAtOnce);
        this.#maxUnconfirmed = Math.max(this.#maxUnconfirmed, this.#window);
        this.#settler.maxUnconfirmed = this.#maxUnconfirmed;
        this.#dispatch.pump();
        this.#changed();
    }
    /** What happens to messages fetched and not started when a drain begins, defaults filled in. */
    get unstarted() {
        return this.#options.unstarted;
    }
    get state() {
        return this.#state;
    }
    status() {
        const { running, queued, sleeping } = this.#dispatch;
        return {
            state: this.#state,
            running,
            unstarted: queued,
            retrying: sleeping,
            unconfirmed: this.#dispatch.unconfirmed,
            totals: this.#totals(),
            stoppedLanes: this.#lanes.stopped,
            lastError: this.#lastError,
            fatalError: this.#fatalError,
        };
    }
    /**
     * Ends everything: `quiesce()`, then `close()`. Resolves with the receipt, whatever happened, by the end of its budget;
     * never rejects for what went wrong, only with `INVALID_ARGUMENT` for options that are wrong, and then drains nothing.
     * Idempotent: concurrent calls share one drain. After a drain whose outcome was
     * `failed`, a further call tries again what was not done, with a new budget.
     *
     * Inside a handler, `beforeCommit` or `deadLetter`, call it without awaiting it: the drain waits for them. A call from their
     * synchronous part begins the drain and returns a promise that rejects with `INVALID_ARGUMENT`, rather than one that waits for
     * itself; one that is awaited further in is cut off by the deadlines.
     */
    drain(options) {
        return this.#begin('drain', options, (reason) => this.#drain(reason));
    }
    /**
     * The first half of a drain: stop fetching, end what runs, commit, release what is left. The consumer stays open, so that
     * other steps can come before `close()`. Shared, bounded and repeatable as `drain()` is. After a quiesce that failed, and once
     * the consumer is being closed, it is that close, and resolves with its receipt.
     */
    quiesce(options) {
        return this.#begin('quiesce', options, async (reason) => {
            if (this.#closing !== undefined && this.#quiescing === undefined)
                return this.#closing;
            return this.#receipt(await this.#quiesceOnce(reason));
        });
    }
    /** The second half: leave the group and close the consumer, after a `quiesce()` if there was none. Idempotent. */
    close(options) {
        return this.#begin('close', options, (reason) => this.#drain(reason, true));
    }
    /**
     * Straight to the hard deadline of the drain under way: what still runs is given up, what is finished is committed, and
     * the consumer is closed. Without a drain it starts one.
     */
    escalate() {
        if (this.#state === 'closed')
            return;
        // Its result is the shared drain's, which the caller of drain() or run() sees.
        void this.#drain('escalate()');
        this.#run?.escalate();
    }
    // ── Fetching ──────────────────────────────────────────────────────────────────────────────────────────────────────
    async #fetchLoop(signal) {
        const { clock, maxPollMs } = this.#options;
        let failures = 0;
        let hasty = 0;
        let emptyAt = -Infinity;
        while (!signal.aborted) {
            const max = this.#demand();
            if (max === 0) {
                this.#room = deferred();
                this.#dispatch.tellBelow = this.#window - this.#fetchAt;
                await this.#room.promise;
                continue;
            }
            this.#lanes.beginFetch();
            try {
                const batch = await this.#consumer.fetch({ max, waitMs: maxPollMs, signal });
                if (!Array.isArray(batch))
                    throw new StreamError('INTERNAL', 'fetch did not resolve to an array', { adapter: this.#consumer.adapter });
                failures = 0;
                this.#moreMayWait = this.#staged && batch.length > 0 && batch.length < max;
                this.#take(batch, max);
                this.#lanes.endFetch();
                if (batch.length > 0) {
                    hasty = 0;
                    continue;
                }
                // A consumer that answers with nothing at once, instead of waiting, must not turn this into a busy loop.
                hasty = clock.now() - emptyAt < Math.min(HASTY_MS, Math.max(1, maxPollMs)) ? hasty + 1 : 0;
                if (hasty > 3)
                    await this.#sleep(Math.min(100, hasty), signal);
                emptyAt = clock.now();
            }
            catch (thrown) {
                if (signal.aborted)
                    break;
                const error = this.#report(thrown, { during: 'fetch' });
                if (isFatal(error)) {
                    this.#fatal(error);
                    break;
                }
                failures += 1;
                await this.#sleep(callBackoffMs(failures, clock), signal);
            }
        }
    }
    #sleep(ms, signal) {
        if (signal.aborted)
            return Promise.resolve();
        const { clock } = this.#options;
        const { promise, resolve } = deferred();
        const timer = clock.setTimeout(resolve, ms);
        const wake = () => resolve();
        signal.addEventListener('abort', wake);
        return promise.finally(() => {
            clock.clearTimeout(timer);
            signal.removeEventListener('abort', wake);
        });
    }
    /** How many messages to ask for now; 0: none yet. Asks early enough that handlers do not starve, and not for one at a time. */
    #demand() {
        const { open, running, queued, sleeping, calls, concurrency, hasReady } = this.#dispatch;
        // What is kept behind a stopped lane does not count: it would starve the others.
        const held = running + queued + sleeping + this.#settler.returning;
        const room = Math.min(this.#window - held, this.#maxUnconfirmed - open, this.#options.maxFetch);
        if (room <= 0)
            return 0;
        if (room >= this.#fetchAt || this.#moreMayWait)
            return room;
        // Nothing can start. Behind busy lanes more may be waiting; then it takes some room to be worth a fetch.
        const starving = calls < concurrency && !hasReady;
        return starving && (queued === 0 || room >= this.#fetchAt >> 2) ? room : 0;
    }
    #take(batch, asked) {
        const { adapter } = this.#consumer;
        if (batch.length > asked) {
            // Nothing is lost for it: all are held, beyond the window.
            this.#report(new StreamError('INTERNAL', `fetch returned ${batch.length} messages, ${asked} were asked for`, { adapter }), {
                during: 'fetch',
            });
        }
        this.#redeliveries.beginFetch();
        this.#delivered += batch.length;
        const refused = [];
        // Usually whole batches are plain: first deliveries that may start.
        const plain = this.#taking && !this.#lanes.mayRefuse && !this.#redeliveries.isWatching && this.#tellsFirst;
        let at = 0;
        while (at < batch.length) {
            // The first redelivery of a batch starts the index: what comes after it has to be noted.
            if (plain && !this.#redeliveries.isWatching)
                at = this.#dispatch.enqueueAll(batch, at, this.#leased);
            if (at < batch.length)
                this.#takeOne(batch[at], refused);
            at += 1;
        }
        const leaseUntil = this.#dispatch.takeNotedLease();
        if (leaseUntil !== Infinity)
            this.#leases?.notice(leaseUntil);
        this.#settler.giveBack(refused);
        this.#dispatch.pump();
    }
    /** A message that may be known, unwelcome, or both. */
    #takeOne(message, refused) {
        if (!isMessage(message)) {
            this.#delivered -= 1;
            const { adapter } = this.#consumer;
            this.#report(new StreamError('INTERNAL', 'fetch returned something that is no message, or one that cannot be written to', { adapter }), {
                during: 'fetch',
            });
            return;
        }
        if (this.#dispatch.isHeld(message)) {
            this.#delivered -= 1;
            const { adapter } = this.#consumer;
            this.#report(new StreamError('INTERNAL', `fetch returned the same delivery of ${message.id} twice`, { adapter }), {
                during: 'fetch',
            });
            return;
        }
        if (this.#lanes.mayRefuse)
            this.#lanes.arrived(message);
        const known = (!this.#tellsFirst || this.#redeliveries.suspects(message)) && !this.#lanes.isVoid(message);
        // The last `beforeCommit` was not told of it: its outputs may not be out.
        if (known && this.#redeliveries.adopt(message, !this.#settler.isLastCommit))
            return;
        if (this.#lanes.mayRefuse)
            this.#lanes.restart();
        if (!this.#taking || this.#lanes.refuses(message)) {
            this.#dispatch.hold(message, State.NEVER_STARTED);
            if (!this.#taking || !this.#lanes.keep(message))
                refused.push(message);
        }
        else {
            this.#dispatch.enqueue(message);
            this.#redeliveries.note(message);
        }
    }
    // ── Failures ──────────────────────────────────────────────────────────────────────────────────────────────────────
    #backoffMs(calls) {
        const { retry, clock } = this.#options;
        const { minDelayMs, maxDelayMs, jitter } = retry;
        const full = Math.min(maxDelayMs, minDelayMs * 2 ** Math.min(calls - 1, 30));
        return full * (1 - jitter * clock.random());
    }
    #exhausted(message, error, calls, unblock) {
        this.#report(error, { during: 'handler', message });
        const { onExhausted, retry } = this.#options;
        // In a drain a message fails with attempts left: they are the next owner's.
        // What fails after the soft deadline was interrupted, and ABORTED says that nobody took it.
        const interrupted = !this.#dispatch.starting || (StreamError.is(error) && error.code === 'ABORTED');
        const spent = !interrupted && (isPermanent(error) || calls >= retry.attempts);
        if (!spent || onExhausted !== 'dead-letter') {
            this.#giveUp(message, spent ? calls : 0, unblock);
            return;
        }
        this.#burying += 1;
        // Everything is caught inside; a drain watches `#burying`.
        void this.#bury(message, error, calls).then((buried) => {
            this.#burying -= 1;
            if (buried)
                unblock();
            else
                this.#giveUp(message, calls, unblock);
            if (this.#dispatch.toAck > 0)
                this.#settler.sendAcks();
            this.#changed();
        });
    }
    /** Puts a failed message away. Returns whether that succeeded. */
    async #bury(message, error, calls) {
        const { deadLetter } = this.#options;
        try {
            if (deadLetter !== undefined) {
                await this.#dispatch.invoke(() => deadLetter(message, { error, calls }));
                // Its lease or lane may be gone by now.
                if (this.#dispatch.isOpen(message))
                    this.#dispatch.takeAgain(message);
                return true;
            }
            const description = error instanceof Error ? error.message : String(error);
            // resolveDrainerOptions has checked that the consumer declares it.
            const result = await this.#consumer.deadLetter?.([message], { reason: 'attempts-exhausted', description });
            const failed = result?.failed[0];
            if (failed !== undefined)
                throw failed.error;
            this.#dispatch.settleIfOpen(message, Settled.DEAD_LETTERED);
            return true;
        }
        catch (thrown) {
            this.#report(thrown, { during: 'dead-letter', message });
            return false;
        }
    }
    /** A failed message goes back to the broker, or its lane stops; what stands behind it follows as the broker's order demands. */
    #giveUp(message, calls, unblock) {
        const { settlement, release } = this.#consumer.capabilities;
        if (!this.#dispatch.isOpen(message)) {
            unblock();
            return;
        }
        const { onExhausted } = this.#options;
        const cursor = settlement === 'cursor';
        if (onExhausted === 'stop-lane' || (cursor && (onExhausted !== 'release' || calls === 0 || release === false))) {
            this.#lanes.stop(message, calls > 0);
            unblock();
            return;
        }
        if (release === false) {
            this.#settler.giveBack([message]);
            unblock();
            return;
        }
        const tail = message.lane !== undefined && (cursor || release.scope === 'tail');
        const behind = tail
            ? this.#dispatch.removeQueued((other) => other.lane === message.lane && other.assignment === message.assignment)
            : [];
        const delayMs = Math.min(release.maxDelayMs, calls === 0 ? 0 : Math.round(this.#backoffMs(calls)));
        const returned = [message, ...behind];
        const first = tail ? this.#lanes.beginReturn(returned) : undefined;
        const goBack = () => this.#settler.release(returned, delayMs, (released) => {
            if (first !== undefined)
                this.#lanes.endReturn(first);
            // Nobody brings it again, and nothing after it may be committed.
            if (cursor && !released)
                this.#lanes.stop(message, true);
            unblock();
        });
        if (this.#afterPoll === undefined)
            goBack();
        else
            this.#afterPoll.push(goBack);
    }
    #deduplicating({ handler, maxBatch }) {
        const { dedup } = this.#options;
        if (dedup === undefined)
            return handler;
        const deduplicator = new Deduplicator(dedup, {
            skipped: (count) => {
                this.#deduplicated += count;
            },
            recordFailed: (error) => this.#report(error, { during: 'dedup' }),
        });
        // What a handler takes is decided by maxBatch: one message without it, a list with it.
        return maxBatch === undefined ? deduplicator.one(handler) : deduplicator.batch(handler);
    }
    #report(thrown, context) {
        const error = StreamError.from(thrown, { adapter: context.during === 'handler' ? undefined : this.#consumer.adapter });
        this.#lastError = error;
        if (context.during !== 'handler')
            this.#run?.note(error);
        try {
            this.#options.onError?.(error, context);
        }
        catch {
            // A hook that fails must not change what happens; its contract says that what it throws is ignored.
        }
        return error;
    }
    /** It cannot go on from this: it drains itself, and run() rejects. */
    #fatal(error) {
        if (this.#fatalError !== undefined || this.#state === 'closed')
            return;
        this.#fatalError = error;
        // Its receipt is seen by whoever drains; its error by whoever runs.
        if (this.#state === 'running')
            void this.#drain(`${error.code}: ${error.message}`);
    }
    #changed() {
        this.#run?.sample(this.#dispatch);
        if (this.#room !== undefined && (this.#stopFetch.signal.aborted || this.#demand() > 0)) {
            this.#room.resolve();
            this.#room = undefined;
            this.#dispatch.tellBelow = -1;
        }
        this.#conditions.check();
    }
    // ── Draining ──────────────────────────────────────────────────────────────────────────────────────────────────────
    #begin(method, options, drain) {
        let reason;
        try {
            reason = reasonOf(options);
        }
        catch (error) {
            return Promise.reject(error);
        }
        const draining = drain(reason);
        if (!this.#dispatch.invoking)
            return draining;
        const refused = Promise.reject(new StreamError('INVALID_ARGUMENT', `${method}() was called inside a handler or hook: awaited there, it would wait for itself. The drain has begun; do not await it here`));
        // Not awaiting it is the right use: that must not end the process.
        refused.catch(() => undefined);
        return refused;
    }
    #drain(reason, closeOnly = false) {
        if (this.#closing !== undefined)
            return this.#closing;
        // Set before it starts: hooks and handlers that it calls may call drain() themselves.
        const { promise, resolve } = deferred();
        this.#closing = promise;
        resolve(this.#closeAfterQuiesce(reason, closeOnly).then((receipt) => {
            if (!this.#consumerClosed)
                this.#closing = undefined;
            return receipt;
        }));
        return promise;
    }
    #quiesceOnce(reason) {
        if (this.#quiescing !== undefined)
            return this.#quiescing;
        const { promise, resolve } = deferred();
        this.#quiescing = promise;
        resolve(this.#quiesce(reason).then((run) => {
            this.#quiesced = run;
            if (run.failed)
                this.#quiescing = undefined;
            return run;
        }));
        return promise;
    }
    async #quiesce(reason) {
        const dispatch = this.#dispatch;
        const run = new DrainRun(this.#options, reason);
        // What an earlier try has given up is not made good by a further one.
        run.forced = this.#hasCutOff;
        this.#run = run;
        if (this.#state !== 'closed')
            this.#state = 'draining';
        dispatch.retain = true;
        dispatch.watched = true;
        run.sample(dispatch, true);
        await run.phase('stop-fetch', () => this.#endFetching(run));
        await run.phase('in-flight', () => this.#endHandlers(run));
        if (this.#options.beforeCommit !== undefined && !this.#settler.hasEnded) {
            await run.phase('before-commit', () => this.#prepareCommit(run));
        }
        await run.phase('commit', () => this.#commit(run));
        await run.phase('release', () => this.#releaseRest(run));
        // After a failure the same messages are tried again by the next drain: until then they stay ours.
        if (!run.failed)
            this.#leases?.stop();
        this.#settler.stop();
        run.leftBehind = run.forced;
        run.cancelDeadlines();
        run.sample(dispatch, true);
        if (this.#state === 'draining')
            this.#state = 'quiesced';
        return run;
    }
    async #endFetching(run) {
        this.#stopFetch.abort(STOPPED);
        this.#changed();
        if (this.#consumer.capabilities.abort !== 'safe')
            this.#afterPoll = [];
        if (this.#options.unstarted === 'release') {
            this.#taking = false;
            const unstarted = this.#dispatch.removeQueued(() => true);
            if (this.#afterPoll === undefined)
                this.#settler.giveBack(unstarted);
            else
                this.#afterPoll.push(() => this.#settler.giveBack(unstarted));
        }
        // Started work gets one more attempt, at once, and no further waits.
        this.#dispatch.retrying = false;
        this.#dispatch.wakeAll();
        const outcome = await run.soft.bound(this.#fetching);
        const waiting = this.#afterPoll;
        this.#afterPoll = undefined;
        for (const release of waiting ?? [])
            release();
        return outcome;
    }
    async #endHandlers(run) {
        const dispatch = this.#dispatch;
        // Paused: nothing would start before the soft deadline.
        if (dispatch.concurrency === 0 && this.#options.unstarted === 'release')
            this.#settler.giveBack(dispatch.removeQueued(() => true));
        const ended = this.#conditions.until(() => dispatch.running + dispatch.queued + dispatch.sleeping + this.#burying === 0);
        if ((await run.soft.bound(ended)) === 'timed-out') {
            run.mark('soft-deadline');
            this.#taking = false;
            dispatch.starting = false;
            this.#settler.giveBack(dispatch.removeQueued(() => true));
            dispatch.abortRunning(new StreamError('TIMEOUT', 'the drain has reached its soft deadline'));
            this.#conditions.check();
            if ((await run.hard.bound(ended)) === 'timed-out') {
                run.mark('hard-deadline');
                dispatch.cutOff();
                this.#hasCutOff = true;
                this.#changed();
                run.forced = true;
                return 'timed-out';
            }
        }
        this.#taking = false;
        return 'done';
    }
    async #prepareCommit(run) {
        this.#settler.stop();
        const prepared = this.#conditions.until(() => !this.#settler.isAcking).then(() => this.#settler.prepareLast());
        const outcome = await run.commitEnd.bound(prepared);
        if (outcome === 'timed-out') {
            this.#settler.withheld = true;
            return 'timed-out';
        }
        return (await prepared) ? 'done' : 'failed';
    }
    async #commit(run) {
        // After a close that was begun no try makes up for what was not acked before it.
        if (this.#settler.hasEnded)
            return this.#settler.hasUnacked ? 'failed' : 'skipped';
        if (this.#settler.withheld)
            return 'skipped';
        this.#settler.reason = 'drain';
        this.#settler.resume();
        const acked = this.#conditions.until(() => this.#settler.isIdle);
        if ((await run.commitEnd.bound(acked)) === 'timed-out')
            return this.#settler.isAcking ? 'timed-out' : 'failed';
        return run.commitEnd.bound(this.#settler.flush(run.commitEnd.signal));
    }
    async #releaseRest(run) {
        if (this.#settler.hasEnded)
            return 'skipped';
        this.#settler.giveBack(this.#lanes.takeKept());
        return run.commitEnd.bound(this.#conditions.until(() => this.#settler.releasing === 0));
    }
    async #closeAfterQuiesce(reason, closeOnly) {
        // After a quiesce that failed, close() closes; only drain() tries all of it again.
        let run = closeOnly && this.#quiescing === undefined && this.#quiesced !== undefined ? this.#quiesced : await this.#quiesceOnce(reason);
        const isRetry = run === this.#quiesceOfLastClose;
        this.#quiesceOfLastClose = run;
        // A further try after a quiesce that went well has only the close to do.
        if (isRetry) {
            const { leftBehind } = run;
            run = new DrainRun(this.#options, reason);
            run.forced = leftBehind;
            run.leftBehind = leftBehind;
            run.cancelDeadlines();
            this.#run = run;
        }
        const current = run;
        await current.phase('close', () => this.#closeConsumer(current, isRetry));
        const receipt = this.#receipt(current);
        this.#state = this.#consumerClosed ? 'closed' : 'quiesced';
        if (this.#consumerClosed)
            this.#dispatch.forgetAll();
        if (this.#fatalError === undefined)
            this.#finished.resolve(receipt);
        else
            this.#finished.reject(this.#fatalError);
        return receipt;
    }
    async #closeConsumer(run, isRetry) {
        this.#leases?.stop();
        const { clock, budget } = this.#options;
        const dispatch = this.#dispatch;
        // What the steps before have left of the whole is the close's as well: a member that is joining can only leave once it has.
        const leftMs = Math.max(budget.closeMs, isRetry || run.isEscalated ? 0 : budget.totalMs - run.elapsedMs);
        const hurry = new Deadline(clock, leftMs * CLOSE_SIGNAL_SHARE);
        const end = new Deadline(clock, leftMs);
        const running = [];
        const recorded = [];
        dispatch.eachHeld((message, state, settled) => {
            if (state === State.CUT_OFF)
                running.push(message);
            if (settled === Settled.RECORDED && !this.#settler.unacked.has(message))
                recorded.push(message);
        });
        try {
            if (this.#settler.withheld) {
                // Their outputs are not out: they have to be handled again, and sooner is better.
                this.#settler.giveBack(dispatch.takeAcks().messages);
                await hurry.bound(this.#conditions.until(() => this.#settler.releasing === 0));
            }
            // Whatever comes of it, nothing is sent after it.
            this.#settler.end();
            // Not every adapter in plain JavaScript returns a promise.
            const closing = Promise.resolve(this.#consumer.close({ signal: hurry.signal, running }));
            if ((await end.bound(closing)) === 'timed-out')
                return 'timed-out';
            this.#consumerClosed = true;
            const { unconfirmed, clean } = await closing;
            const open = new Set(unconfirmed);
            for (const message of recorded)
                if (!open.has(message))
                    dispatch.settleIfOpen(message, this.#settler.acked);
            if (clean)
                return 'done';
            run.note(new StreamError('UNAVAILABLE', 'the consumer could not close in order', { adapter: this.#consumer.adapter }));
            return 'timed-out';
        }
        finally {
            hurry.cancel();
            end.cancel();
            this.#settler.endReleases();
            this.#settleLeftovers();
        }
    }
    /** What nobody settled by the end, in the words that fit: the totals count it as the receipt names it. */
    #settleLeftovers() {
        const dispatch = this.#dispatch;
        const { settlement } = this.#consumer.capabilities;
        const left = settlement === 'cursor' ? Settled.RELEASED : Settled.LAPSING;
        for (const message of dispatch.settleUnfinished(left)) {
            if (dispatch.settledOf(message) === Settled.RECORDED)
                continue;
            this.#settler.unacked.add(message);
            dispatch.record(message);
        }
    }
    // ── The receipt ───────────────────────────────────────────────────────────────────────────────────────────────────
    #totals() {
        const { succeeded, failed, retries, settledCounts } = this.#dispatch;
        const settled = (code) => settledCounts[code];
        return {
            delivered: this.#delivered,
            succeeded,
            failed,
            retries,
            deduplicated: this.#deduplicated,
            adopted: this.#redeliveries.adopted,
            confirmed: settled(Settled.CONFIRMED),
            sent: settled(Settled.SENT),
            recorded: this.#dispatch.recorded,
            released: settled(Settled.RELEASED),
            deadLettered: settled(Settled.DEAD_LETTERED),
            lapsing: settled(Settled.LAPSING),
            lost: settled(Settled.LOST),
        };
    }
    #receipt(run) {
        const { adapter, source, capabilities } = this.#consumer;
        const { budget } = this.#options;
        return {
            version: 1,
            adapter,
            source,
            reason: run.reason,
            outcome: run.failed ? 'failed' : run.forced ? 'forced' : 'clean',
            startedAt: run.startedAt,
            durationMs: run.elapsedMs,
            budget: { softMs: budget.softMs, hardMs: budget.hardMs, endMs: budget.totalMs },
            phases: [...run.phases],
            marks: [...run.marks],
            samples: [...run.samples],
            held: describeHeld(this.#dispatch, capabilities.settlement === 'cursor'),
            totals: this.#totals(),
            errors: [...run.errors],
        };
    }
}
/** An adapter's word is not enough: what cannot be held would take the rest of its batch along. */
function isMessage(value) {
    if (typeof value !== 'object' || value === null || Object.isFrozen(value))
        return false;
    const { slot, lease } = value;
    return typeof slot === 'number' && (lease === undefined || typeof lease?.until === 'number');
}
function reasonOf(options) {
    const { reason } = known('drain', options, ['reason']);
    return reason === undefined ? 'drain()' : text('reason', reason);
}
