/** What the receipt says, against itself, against what was seen from outside, and against the broker. */
export function checkReceipt(receipt, end) {
    checkItself(receipt, end);
    checkLedger(receipt, end);
    checkBroker(receipt, end);
}
const ACKED = new Set(['confirmed', 'sent', 'recorded']);
function checkItself({ held, totals, phases, outcome }, { world, plan, status, closed, buryingAtCommit }) {
    const rule = (holds, text) => world.check(holds, text);
    const inFlight = phases.findLast(({ name }) => name === 'in-flight');
    rule(buryingAtCommit === 0 || inFlight?.outcome !== 'done', () => `the commit did not wait for ${buryingAtCommit} dead letters`);
    rule(held.groups.reduce((sum, { count }) => sum + count, 0) === held.count, () => 'each message held is in one group');
    for (const group of held.groups) {
        const { handler, settlement, count, ranges, ids } = group;
        const listed = ranges?.reduce((sum, range) => sum + range.count, 0) ?? ids?.length ?? 0;
        rule(listed === count, () => `${listed} of ${count} ${handler} ${settlement} are listed`);
        rule(handler === 'succeeded' || !ACKED.has(settlement), () => `${handler}, and ${settlement}`);
        rule(handler !== 'cut-off' || settlement !== 'released' || plan.setup.broker === 'log', () => 'a running message was released');
        rule(outcome !== 'clean' || handler !== 'cut-off', () => 'a clean drain has cut something off');
    }
    const settled = totals.confirmed + totals.sent + totals.recorded + totals.released + totals.deadLettered + totals.lapsing + totals.lost;
    rule(settled <= totals.delivered && settled >= totals.delivered - totals.adopted, () => `settled once each: ${JSON.stringify(totals)}`);
    rule(plan.setup.ackConfirmed ? totals.sent === 0 : totals.confirmed === 0, () => 'confirmed and sent are mixed up');
    rule(phases.every(({ durationMs, startMs }) => durationMs >= 0 && startMs >= 0), () => 'a phase of negative length');
    if (!closed)
        return;
    rule(status.running + status.unstarted + status.retrying === 0, () => `at the end ${JSON.stringify(status)}`);
}
function checkLedger({ totals, held }, { world, ledger, plan, cut: marked }) {
    const cut = marked || held.groups.some(({ handler }) => handler === 'cut-off');
    if (cut || plan.setup.dedup)
        return;
    world.check(totals.succeeded === ledger.okEnds, () => `${totals.succeeded} succeeded, ${ledger.okEnds} did`);
    if (plan.setup.batch === undefined)
        world.check(totals.retries === ledger.retries, () => `${totals.retries} retries, ${ledger.retries} were`);
}
function checkBroker(receipt, end) {
    const { world, ledger, stage, closed, plan } = end;
    const fates = fatesOf(receipt, ledger);
    for (const [id, seen] of fates) {
        if (seen.has('confirmed'))
            world.check(stage.isSettled(id), () => `${id} is confirmed in the receipt, and not at the broker`);
        // Under leases what was given back is not held; a cursor has nothing to hold.
        if (plan.setup.broker !== 'log' && seen.has('released') && seen.size === 2) {
            const held = [...ledger.deliveries.values()].filter(({ message, afterClose }) => !afterClose && message.id === id && stage.isHeld(message));
            world.check(held.length === 0, () => `${id} is released in the receipt, and held at the broker`);
        }
        if (plan.setup.onExhausted === 'stop-lane' &&
            plan.setup.releases !== 'none' &&
            !['release', 'outage'].some((each) => ledger.troubles.has(each))) {
            const released = receipt.phases.findLast(({ name }) => name === 'release');
            const lapses = seen.size === 2 && seen.has('failed') && seen.has('lapsing');
            world.check(!lapses || released?.outcome !== 'done', () => `${id} has failed, and is not given back`);
        }
        if (seen.has('dead-lettered'))
            world.check(ledger.done.has(id), () => `${id} is dead-lettered in the receipt, and was not put away`);
    }
    const { troubles } = ledger;
    const commit = receipt.phases.findLast(({ name }) => name === 'commit');
    const settles = ['ack', 'flush', 'beforeCommit'].every((each) => !troubles.has(each));
    // Everything that was handled by then is committed, but for what was taken away.
    if (commit?.outcome === 'done' && settles && plan.setup.ackConfirmed) {
        for (const { message, succeeded } of ledger.deliveries.values()) {
            // A lease that ends at this very moment is over for the drainer, and not yet for the broker.
            const over = (message.lease?.until ?? Infinity) <= world.now || (plan.setup.broker === 'log' && ledger.isBehindReturn(message));
            if (succeeded && !over && !fates.get(message.id)?.has('cut-off')) {
                world.check(!stage.isUnacked(message), () => `${message.id} was handled, and is not acked`);
            }
        }
    }
    if (!closed)
        return;
    const stranded = stage.stranded();
    if (receipt.outcome === 'clean' && (plan.setup.closeReleases || plan.setup.broker === 'log')) {
        world.check(stranded.length === 0, () => `stranded at the broker after a clean drain: ${stranded.join(', ')}`);
    }
}
/** Per id, what the receipt says of it: both facts of each of its deliveries. */
function fatesOf({ held }, ledger) {
    const fates = new Map();
    const add = (id, { handler, settlement }) => {
        const fate = fates.get(id) ?? new Set();
        fates.set(id, fate.add(handler).add(settlement));
    };
    for (const group of held.groups) {
        for (const id of group.ids ?? [])
            add(id, group);
        for (const { lane, first, last } of group.ranges ?? []) {
            for (const { id, position } of ledger.lanes.get(lane) ?? []) {
                if (position >= Number(first) && position <= Number(last))
                    add(id, group);
            }
        }
    }
    return fates;
}
