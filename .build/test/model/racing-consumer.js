import { StreamError } from '../../src/index.js';
import { never, unavailable } from './world.js';
/**
 * A consumer on its way over a network: each request arrives, and each answer comes back, when the scheduler says so, or never.
 * It gives the broker's consumer other capabilities where the plan wants them, suffers what the plan has in store, and checks
 * what the drainer asks for.
 */
export class RacingConsumer {
    adapter = 'racing';
    source = 'racing://model';
    capabilities;
    #inner;
    #plan;
    #world;
    #ledger;
    #broker;
    #used = new Map();
    #never = new AbortController().signal;
    #listener;
    /** What the drainer was told it owns. */
    assigned = new Map();
    /** The bound of the window at this moment. */
    window = () => Infinity;
    /** Fetches asked for more than there was room: the drainer's own, at the moment of the call. */
    fetching = false;
    #acking = 0;
    #poll;
    #staged = [];
    closeCalled = false;
    /** Also where that close has failed. */
    #toldToClose = false;
    closed = false;
    #closing;
    /** Extensions under way or gone wrong: what they were for may lapse. */
    notExtended = new Set();
    constructor(inner, plan, world, ledger, broker) {
        this.#inner = inner;
        this.#plan = plan;
        this.#world = world;
        this.#ledger = ledger;
        this.#broker = broker;
        this.capabilities = capabilitiesOf(inner.capabilities, plan);
    }
    #fate(method) {
        const used = this.#used.get(method) ?? 0;
        this.#used.set(method, used + 1);
        const fate = this.#plan.fates[method][used] ?? 'ok';
        // Thrown at once, it never becomes a call.
        if (fate === 'throw')
            this.#ledger.troubles.add(method);
        if (!this.#plan.setup.patient)
            return fate;
        return fate === 'hang' || fate === 'hang-done' || fate === 'refuse' ? 'fail' : fate;
    }
    /** A request, its effect, its answer. */
    async #call(method, fate, messages, effect) {
        this.#world.tell(`${method} (${fate})`, messages);
        await this.#world.later(`${method} arrives`);
        if (fate !== 'ok' && fate !== 'some')
            this.#ledger.troubles.add(method);
        if (fate === 'fail')
            throw unavailable(method);
        if (fate === 'hang')
            return never();
        const result = await effect(fate);
        this.#broker.checkCommitted();
        if (fate === 'hang-done')
            return never();
        await this.#world.later(`${method} is answered`);
        this.#world.tell(`${method} is answered`, messages);
        if (fate === 'lose')
            throw new StreamError('TIMEOUT', `${method}: the answer was lost`);
        return result;
    }
    async fetch({ max, waitMs, signal }) {
        this.#world.check(!this.fetching, () => 'two fetches at once');
        this.#world.check(!this.closeCalled, () => 'fetch after close');
        this.#world.check(max <= this.window(), () => `fetch of ${max} with room for ${this.window()}`);
        this.fetching = true;
        try {
            const fate = this.#fate('fetch');
            if (fate === 'fail' || fate === 'throw') {
                await this.#world.later('fetch fails');
                throw unavailable('fetch');
            }
            if (fate === 'hang')
                return await never();
            const batch = await this.#take(fate === 'overfill' ? max + 3 : max, waitMs, signal);
            if (fate === 'hang-done')
                return await never();
            if (batch.length > 0)
                await this.#world.later('fetch is answered');
            // What is read again from an earlier position must not come before it does.
            const fresh = batch.filter((message) => !this.#broker.isVoid(message));
            this.#ledger.delivered(fresh, this.#toldToClose);
            if (fresh.length > 0)
                this.#world.tell('fetched', fresh);
            const [first] = fresh;
            return fate === 'repeat' && first !== undefined ? [...fresh, first] : fresh;
        }
        finally {
            this.fetching = false;
        }
    }
    async #take(max, waitMs, signal) {
        switch (this.#plan.setup.abort) {
            case 'safe':
                return this.#inner.fetch({ max, waitMs, signal });
            case 'waits':
                return signal.aborted ? [] : this.#inner.fetch({ max, waitMs, signal: this.#never });
            case 'staged':
                return this.#takeStaged(max, waitMs, signal);
        }
    }
    /** Ends at once when aborted; what the poll still brings waits for the next fetch, or for close. */
    async #takeStaged(max, waitMs, signal) {
        if (this.#staged.length > 0)
            return this.#staged.splice(0, max);
        this.#poll ??= this.#inner.fetch({ max, waitMs, signal: this.#never }).finally(() => {
            this.#poll = undefined;
        });
        const poll = this.#poll;
        // Whoever asks next is told, or nobody needs to be.
        poll.catch(() => undefined);
        if (signal.aborted)
            return [];
        let abort;
        const aborted = new Promise((resolve) => {
            abort = () => resolve(undefined);
        });
        signal.addEventListener('abort', abort);
        const batch = await Promise.race([poll, aborted]).finally(() => signal.removeEventListener('abort', abort));
        if (batch !== undefined)
            return batch;
        poll.then((late) => this.#staged.push(...late), () => undefined);
        return [];
    }
    async ack(messages) {
        this.#assertOpen();
        this.#world.check(this.#acking === 0, () => 'two acks at once');
        this.#world.check(!this.#toldToClose, () => 'an ack after the close');
        this.#ledger.ackCalled(messages);
        const fate = this.#fate('ack');
        if (fate === 'throw')
            throw unavailable('ack');
        this.#acking += 1;
        try {
            const result = await this.#call('ack', fate, messages, () => this.#ackSome(messages, fate));
            for (const message of result.confirmed) {
                const delivery = this.#ledger.of(message);
                if (delivery !== undefined)
                    delivery.confirmed = true;
            }
            return result;
        }
        finally {
            this.#acking -= 1;
        }
    }
    async #ackSome(messages, fate) {
        if (fate !== 'some' && fate !== 'refuse')
            return this.#inner.ack(messages);
        const [odd, even] = halves(messages);
        const result = even.length > 0 ? await this.#inner.ack(even) : { confirmed: [], recorded: [], failed: [] };
        const error = fate === 'some' ? unavailable('ack') : new StreamError('INTERNAL', 'refused');
        return { ...result, failed: [...result.failed, ...odd.map((message) => ({ message, error }))] };
    }
    release(messages, options) {
        if (this.closeCalled)
            return Promise.reject(new StreamError('CLOSED', 'the consumer is closed'));
        this.#ledger.releaseCalled(messages);
        return this.#settle('release', messages, (them) => this.#required(this.#inner.release?.(them, options)));
    }
    async extend(messages, options) {
        this.#assertOpen();
        for (const message of messages) {
            this.notExtended.add(message);
            const delivery = this.#ledger.of(message);
            if (delivery !== undefined)
                delivery.extendCalled = true;
        }
        const result = await this.#settle('extend', messages, (them) => this.#required(this.#inner.extend?.(them, options)));
        const failed = new Set(result.failed.map(({ message }) => message));
        for (const message of messages)
            if (!failed.has(message))
                this.notExtended.delete(message);
        return result;
    }
    async deadLetter(messages, reason) {
        return this.#settle('deadLetter', messages, async (them) => {
            for (const { id } of them)
                this.#ledger.done.add(id);
            return this.#required(this.#inner.deadLetter?.(them, reason));
        });
    }
    async #settle(method, messages, effect) {
        const fate = this.#fate(method);
        if (fate === 'throw')
            throw unavailable(method);
        return this.#call(method, fate, messages, async () => {
            if (fate !== 'some')
                return effect(messages);
            this.#ledger.troubles.add(method);
            const [odd, even] = halves(messages);
            const { failed } = even.length > 0 ? await effect(even) : { failed: [] };
            return { failed: [...failed, ...odd.map((message) => ({ message, error: unavailable(method) }))] };
        });
    }
    flush(options) {
        this.#world.check(!this.#toldToClose, () => 'a flush after the close');
        const fate = this.#fate('flush');
        if (fate === 'throw')
            return Promise.reject(unavailable('flush'));
        return this.#call('flush', fate, [], () => this.#required(this.#inner.flush?.(options)));
    }
    close(options) {
        this.#closing ??= this.#close(options).catch((error) => {
            this.#closing = undefined;
            throw error;
        });
        return this.#closing;
    }
    async #close({ signal, running = [] }) {
        this.closeCalled = true;
        this.#toldToClose = true;
        const spared = new Set(running.map(({ id }) => id));
        for (const [id] of this.#ledger.running) {
            // A delivery that was taken away is nobody's to spare.
            const held = [...this.#ledger.deliveries.values()].some(({ message }) => message.id === id && this.#broker.isHeld(message));
            this.#world.check(!held || spared.has(id), () => `close was not told that the handler of ${id} runs`);
        }
        const fate = this.#fate('close');
        if (fate === 'throw') {
            this.closeCalled = false;
            throw unavailable('close');
        }
        this.#world.tell(`close (${fate})`);
        await this.#world.later('close arrives');
        if (fate === 'fail') {
            this.closeCalled = false;
            throw unavailable('close');
        }
        if (fate === 'hang')
            return never();
        const keeps = this.#plan.setup.broker !== 'log' && !this.#plan.setup.closeReleases;
        const all = keeps ? [...this.#ledger.deliveries.values()].map(({ message }) => message) : running;
        const result = await this.#inner.close({ signal, running: all });
        this.#broker.checkCommitted();
        if (fate === 'hang-done')
            return never();
        await this.#world.later('close is answered');
        this.closed = true;
        return result;
    }
    pause(lanes) {
        this.#inner.pause?.(lanes);
    }
    resume(lanes) {
        this.#inner.resume?.(lanes);
    }
    // ── Lanes ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    watch(listener) {
        this.#listener = listener;
        const { revoke } = this.#plan.setup;
        this.#inner.watch?.({
            assigned: (lanes) => {
                this.#world.tell('assigned', namesOf(lanes));
                for (const { lane, assignment } of lanes)
                    this.assigned.set(lane, assignment);
                listener.assigned(lanes);
            },
            revoking: async (revocation) => {
                if (revoke === 'lost') {
                    this.#lose(revocation.lanes);
                    return;
                }
                const asked = this.#revoke(revocation);
                if (revoke === 'awaited')
                    await asked;
                else {
                    await this.#world.later('the rebalance does not wait');
                    this.#lose(revocation.lanes);
                }
                this.#gone(revocation.lanes);
            },
            lost: (lanes) => this.#lose(lanes),
            ended: (lanes) => listener.ended(lanes),
        });
    }
    /** Asks the drainer to let go, and holds it to the deadline. */
    async #revoke(revocation) {
        const { deadlineMs } = revocation;
        const end = this.#world.now + deadlineMs;
        let answered = false;
        this.#world.always(() => this.#world.check(answered || this.#world.now <= end, () => `a rebalance was held beyond its ${deadlineMs} ms`));
        this.#world.tell('revoking', namesOf(revocation.lanes));
        for (const { lane, assignment } of revocation.lanes)
            this.#ledger.leavingLanes.set(lane, assignment);
        const begin = this.#world.now;
        await this.#listener?.revoking(revocation);
        this.#world.tell('revoked', namesOf(revocation.lanes));
        answered = true;
        this.#checkRevoked(revocation, this.#world.now - begin);
    }
    /** What has ended in time is committed, and nothing runs on. */
    #checkRevoked({ lanes, deadlineMs }, tookMs) {
        const inTime = tookMs < deadlineMs / 2 && this.#plan.setup.revoke === 'awaited' && !this.#toldToClose && !this.#ledger.troubles.has('cut-off');
        // With a store, a call goes on after the handler.
        // After a release that failed, what stood behind it may have gone back, and is not acked.
        const troubles = ['ack', 'flush', 'release', 'beforeCommit', 'outage'];
        const settles = !this.#plan.setup.dedup && troubles.every((each) => !this.#ledger.troubles.has(each));
        for (const { message, running, succeeded } of this.#ledger.deliveries.values()) {
            if (!inTime || !lanes.some(({ lane, assignment }) => message.lane === lane && message.assignment === assignment))
                continue;
            this.#world.check(!running || !this.#broker.isHeld(message), () => `${message.id} runs, and its lane was let go`);
            const owed = settles && succeeded && !this.#ledger.isBehindReturn(message);
            this.#world.check(!owed || !this.#broker.isUnacked(message), () => `${message.id} was handled, and its lane let go`);
        }
    }
    #lose(lanes) {
        this.#world.tell('lost', namesOf(lanes));
        this.#gone(lanes);
        for (const { lane, assignment } of lanes)
            this.#ledger.lostLanes.set(lane, Math.max(assignment, this.#ledger.lostLanes.get(lane) ?? -1));
        this.#listener?.lost(lanes);
    }
    #gone(lanes) {
        for (const { lane, assignment } of lanes)
            if (this.assigned.get(lane) === assignment)
                this.assigned.delete(lane);
    }
    /** A close that took too long has been called all the same. */
    #assertOpen() {
        if (this.closeCalled)
            throw new StreamError('CLOSED', 'the consumer is closed');
    }
    #required(result) {
        if (result === undefined)
            throw new Error('the drainer called what is not declared');
        return result;
    }
}
function halves(messages) {
    return [messages.filter((_, index) => index % 2 === 0), messages.filter((_, index) => index % 2 === 1)];
}
function capabilitiesOf(own, { setup }) {
    const safe = setup.abort === 'safe';
    const changed = {
        ...own,
        abort: setup.abort,
        stopLatencyMs: safe ? 0 : setup.maxPollMs,
        ackConfirmed: setup.ackConfirmed,
        pause: own.pause && setup.canPause,
    };
    if (own.settlement === 'cursor') {
        return { ...changed, revoke: setup.revoke, rebalance: setup.revoke === 'lost' ? undefined : own.rebalance };
    }
    return {
        ...changed,
        attempts: setup.attemptsTold,
        closeReleases: setup.closeReleases && own.closeReleases,
        release: setup.releases !== 'none' && own.release,
        lease: own.lease !== false && { ...own.lease, extend: setup.extend && own.lease.extend },
    };
}
function namesOf(lanes) {
    return lanes.map(({ lane, assignment }) => `${lane}@${assignment}`).join(' ');
}
