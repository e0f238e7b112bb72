import { Findings } from './findings.js';
/** How late a handler may still start, ms: the deadline's own timer may be late on a busy machine. */
const LATE_MS = 100;
function lanesOf(ledger) {
    const lanes = new Map();
    for (const deliveries of ledger.byMessage.values()) {
        // There is no message without a delivery in the ledger.
        const { lane, position } = deliveries[0];
        if (lane === undefined || position === undefined)
            continue;
        let startedAt = Infinity;
        let doneAt = Infinity;
        for (const { calls, succeededAt } of deliveries) {
            startedAt = Math.min(startedAt, calls[0]?.from ?? Infinity);
            doneAt = Math.min(doneAt, succeededAt ?? Infinity);
        }
        const place = { deliveries, position, startedAt, doneAt };
        const known = lanes.get(lane);
        if (known === undefined)
            lanes.set(lane, [place]);
        else
            known.push(place);
    }
    for (const places of lanes.values())
        places.sort((a, b) => comparePositions(a.position, b.position));
    return lanes;
}
/** Numbers, or decimal digits too long for one. */
function comparePositions(a, b) {
    if (typeof a === 'number' && typeof b === 'number')
        return a - b;
    const [one, other] = [BigInt(a), BigInt(b)];
    return one < other ? -1 : one > other ? 1 : 0;
}
/** Where lanes are in order, no handler starts before all that is before it in its lane has succeeded. */
export function checkOrder(ledger, findings) {
    for (const [lane, places] of lanesOf(ledger)) {
        let before;
        for (const place of places) {
            if (place.startedAt === Infinity)
                continue;
            if (before !== undefined && place.startedAt < before.doneAt && !wasTaken(ledger, before, place.startedAt)) {
                // As above.
                const [one, other] = [before.deliveries[0], place.deliveries[0]];
                const text = `${lane}: position ${place.position} was started before ${before.position} had succeeded`;
                findings.add('reordered', text, { messages: [one.message, other.message], at: place.startedAt, worker: other.worker });
            }
            if (before === undefined || place.doneAt > before.doneAt)
                before = place;
        }
    }
}
/** What came to a worker that was disturbed may come again behind its successors, where the broker has it so. */
function wasTaken(ledger, { deliveries }, by) {
    return deliveries.some(({ worker, calledAt }) => ledger.fault(worker, calledAt, by, ['kill', 'stop', 'crash', 'restart', 'cut', 'slow']) !== undefined);
}
/** A cursor confirms a position only when all that was delivered before it, under the same assignment, has been handled. */
export function checkCursor(ledger, findings) {
    for (const worker of ledger.workers) {
        const lanes = new Map();
        for (const delivery of worker.deliveries) {
            if (delivery.lane === undefined || delivery.position === undefined)
                continue;
            const key = `${delivery.assignment} ${delivery.lane}`;
            const known = lanes.get(key);
            if (known === undefined)
                lanes.set(key, [delivery]);
            else
                known.push(delivery);
        }
        for (const deliveries of lanes.values()) {
            deliveries.sort((a, b) => comparePositions(a.position ?? 0, b.position ?? 0));
            let unfinished;
            for (const delivery of deliveries) {
                const { confirmedAt } = delivery;
                const skipped = unfinished !== undefined && confirmedAt !== undefined && confirmedAt < doneAt(ledger, unfinished);
                if (skipped && unfinished !== undefined && unfinished.fetchedAt < confirmedAt) {
                    const text = `confirmed at ${delivery.position} of ${delivery.lane}, and ${Findings.describe(unfinished)} before it was not handled`;
                    findings.add('skipped', text, { messages: [unfinished.message], at: confirmedAt, worker });
                    break;
                }
                if (unfinished === undefined || doneAt(ledger, delivery) > doneAt(ledger, unfinished))
                    unfinished = delivery;
            }
        }
    }
}
/** When anyone had handled the message for the first time. */
function doneAt(ledger, { message }) {
    return Math.min(...(ledger.byMessage.get(message) ?? []).map(({ succeededAt }) => succeededAt ?? Infinity));
}
/** Nothing starts after the soft deadline of a drain. */
export function checkStarts(ledger, findings) {
    for (const worker of ledger.workers) {
        const mark = worker.receipt?.marks.find(({ name }) => name === 'soft-deadline' || name === 'escalated');
        if (mark === undefined || worker.drainAt === undefined)
            continue;
        const soft = worker.drainAt + mark.atMs;
        for (const delivery of worker.deliveries) {
            const call = delivery.calls.find(({ from }) => from > soft + LATE_MS);
            if (call === undefined)
                continue;
            const text = `${Findings.describe(delivery)} was started ${Math.round(call.from - soft)} ms after the soft deadline`;
            findings.add('late-start', text, { messages: [delivery.message], at: call.from, worker });
        }
    }
}
