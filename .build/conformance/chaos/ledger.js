/** The histories of all workers, by message. */
export class Ledger {
    workers;
    /** Deliveries of each message in the order in which they came. */
    byMessage = new Map();
    faults;
    constructor(histories, faults) {
        this.faults = faults;
        this.workers = histories.map(readHistory);
        for (const { deliveries } of this.workers) {
            for (const delivery of deliveries) {
                const known = this.byMessage.get(delivery.message);
                if (known === undefined)
                    this.byMessage.set(delivery.message, [delivery]);
                else
                    known.push(delivery);
            }
        }
        for (const deliveries of this.byMessage.values())
            if (deliveries.length > 1)
                deliveries.sort((a, b) => a.fetchedAt - b.fetchedAt);
    }
    /** When the success of this delivery was confirmed; a newer delivery to the same worker may stand for it. */
    confirmedAt(delivery) {
        let first;
        for (const { worker, confirmedAt } of this.byMessage.get(delivery.message) ?? []) {
            if (worker !== delivery.worker || confirmedAt === undefined)
                continue;
            if (first === undefined || confirmedAt < first)
                first = confirmedAt;
        }
        return first;
    }
    /** The first fault of this kind that met the worker in that time. */
    fault(worker, from, to, kinds) {
        return this.faults.find((fault) => kinds.includes(fault.kind) && (fault.worker ?? worker.name) === worker.name && fault.from <= to && fault.to >= from);
    }
    /**
     * Why what `early` did was done again by `late`, and since when (on the histories' clock). Within one process nothing but a
     * lease or lane that it knows to be lost is a reason: what it holds it has to know again when it comes again. A slow link is
     * none: leases are extended over it.
     */
    reason(early, late) {
        const { worker, calledAt, succeededAt } = early;
        if (worker !== late.worker) {
            const own = this.fault(worker, calledAt, late.fetchedAt, ['kill', 'stop']);
            const fault = own ?? this.fault(worker, calledAt, late.fetchedAt, ['crash', 'restart', 'cut']);
            if (fault !== undefined)
                return { cause: fault.kind, at: fault.from };
            const mark = worker.receipt?.marks.find(({ name }) => name === 'hard-deadline' || name === 'escalated');
            if (mark !== undefined)
                return { cause: 'hard-deadline', at: (worker.drainAt ?? 0) + mark.atMs };
            if (succeededAt !== undefined && early.leaseMs !== undefined && early.leaseMs <= 0)
                return { cause: 'lease-lapsed', at: succeededAt };
        }
        if (early.ackFailed?.code === 'LEASE_LOST')
            return { cause: 'lease-lapsed', at: early.ackFailed.at };
        const lost = this.lostLane(early, late.fetchedAt);
        return lost === undefined ? undefined : { cause: 'lane-lost', at: lost };
    }
    /** When the ownership that brought it ended, if it had by then. */
    lostLane({ worker, lane, assignment, fetchedAt }, by) {
        return worker.lostLanes.find((lost) => lost.lane === lane && lost.assignment === assignment && lost.at >= fetchedAt && lost.at <= by)
            ?.at;
    }
}
function readHistory({ worker: name, events }) {
    const deliveries = [];
    const worker = {
        name,
        deliveries,
        capabilities: undefined,
        drainAt: undefined,
        load: undefined,
        receipt: undefined,
        lastAt: 0,
        lostLanes: [],
    };
    const of = (delivery) => {
        const found = deliveries[delivery];
        if (found === undefined)
            throw new Error(`the history of ${name} names delivery ${delivery}, which it never got`);
        return found;
    };
    for (const event of events) {
        worker.lastAt = event.at;
        switch (event.kind) {
            case 'begin':
                worker.capabilities = event.capabilities;
                break;
            case 'fetched':
                for (const message of event.messages)
                    deliveries.push(newDelivery(worker, message, event.calledAt, event.at));
                break;
            case 'started':
                of(event.delivery).calls.push({ from: event.at, to: Infinity });
                break;
            case 'failed':
                endCall(of(event.delivery), event.at);
                break;
            case 'succeeded': {
                const delivery = of(event.delivery);
                endCall(delivery, event.at);
                delivery.succeededAt = event.at;
                delivery.leaseMs = event.leaseMs;
                break;
            }
            case 'flushed':
                for (const delivery of event.deliveries)
                    of(delivery).flushedAt ??= event.at;
                break;
            case 'acking':
                for (const delivery of event.deliveries)
                    of(delivery).ackingAt ??= event.at;
                break;
            case 'acked':
                for (const delivery of event.confirmed)
                    of(delivery).confirmedAt ??= event.at;
                for (const [delivery, code] of event.failed)
                    of(delivery).ackFailed = { code, at: event.at };
                break;
            case 'released':
                for (const delivery of event.deliveries)
                    of(delivery).releasedAt ??= event.at;
                break;
            case 'lanes':
                if (event.event !== 'assigned' && event.event !== 'ended')
                    for (const [lane, assignment] of event.lanes)
                        worker.lostLanes.push({ lane, assignment, at: event.at });
                break;
            case 'signal':
                worker.load = event.load;
                break;
            case 'phase':
                worker.drainAt ??= event.at;
                break;
            case 'receipt':
                worker.receipt = event.receipt;
                break;
            case 'error':
                break;
        }
    }
    for (const { calls } of deliveries)
        for (const call of calls)
            call.to = Math.min(call.to, worker.lastAt);
    return worker;
}
function newDelivery(worker, message, calledAt, fetchedAt) {
    return {
        ...message,
        worker,
        calledAt,
        fetchedAt,
        calls: [],
        succeededAt: undefined,
        leaseMs: undefined,
        flushedAt: undefined,
        ackingAt: undefined,
        confirmedAt: undefined,
        ackFailed: undefined,
        releasedAt: undefined,
    };
}
function endCall({ calls }, at) {
    const last = calls.at(-1);
    if (last !== undefined)
        last.to = at;
}
