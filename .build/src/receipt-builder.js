import { Settled, State } from './dispatch.js';
import { RECEIPT_IDS } from './receipt.js';
class Group {
    handler;
    settlement;
    count = 0;
    ranges = [];
    ids = [];
    constructor(handler, settlement) {
        this.handler = handler;
        this.settlement = settlement;
    }
    toJSON() {
        const { handler, settlement, count, ranges, ids } = this;
        const listed = ranges.slice(0, RECEIPT_IDS);
        return { handler, settlement, count, ...(listed.length > 0 ? { ranges: listed } : {}), ...(ids.length > 0 ? { ids } : {}) };
    }
}
/** What became of everything that is held: two facts each, as ranges where messages have lanes and positions, else as ids. */
export function describeHeld(dispatch, cursor) {
    const groups = new Map();
    /** The group that each lane's newest message fell in, and its range: a range ends where another fate begins. */
    const runs = new Map();
    let count = 0;
    let run;
    let runLane;
    let group;
    let fate = -1;
    dispatch.eachHeld((message, state, settled) => {
        count += 1;
        const messageFate = state * 16 + settled;
        if (group === undefined || messageFate !== fate) {
            fate = messageFate;
            group = groupOf(groups, outcomeOf(state), settlementOf(state, settled, cursor));
        }
        group.count += 1;
        const { lane, position } = message;
        // Of the kinds they should be: an adapter in plain JavaScript may have left something else there.
        if (typeof lane !== 'string' || !isPosition(position)) {
            if (group.ids.length < RECEIPT_IDS)
                group.ids.push(String(message.id));
            return;
        }
        if (lane !== runLane) {
            run = runs.get(lane);
            runLane = lane;
        }
        if (run !== undefined && run.group === group) {
            run.range.last = position;
            run.range.count += 1;
            return;
        }
        run = { group, range: { lane, first: position, last: position, count: 1 } };
        runs.set(lane, run);
        group.ranges.push(run.range);
    });
    return { count, groups: [...groups.values()].map((each) => each.toJSON()) };
}
function isPosition(position) {
    return typeof position === 'string' || Number.isFinite(position);
}
function groupOf(groups, handler, settlement) {
    const key = `${handler} ${settlement}`;
    let group = groups.get(key);
    if (group === undefined) {
        group = new Group(handler, settlement);
        groups.set(key, group);
    }
    return group;
}
function outcomeOf(state) {
    if (state === State.SUCCEEDED)
        return 'succeeded';
    if (state === State.FAILED || state === State.SLEEPING)
        return 'failed';
    if (state === State.CUT_OFF || state === State.RUNNING)
        return 'cut-off';
    return 'never-started';
}
function settlementOf(state, settled, cursor) {
    switch (settled) {
        case Settled.CONFIRMED:
            return 'confirmed';
        case Settled.SENT:
            return 'sent';
        case Settled.RECORDED:
            return 'recorded';
        case Settled.RELEASED:
            return 'released';
        case Settled.DEAD_LETTERED:
            return 'dead-lettered';
        case Settled.LAPSING:
            return 'lapsing';
        case Settled.LOST:
            return 'lost';
        default:
            // Not settled by the end: an ack that was never confirmed, or work that was left.
            if (state === State.SUCCEEDED)
                return 'recorded';
            return cursor ? 'released' : 'lapsing';
    }
}
