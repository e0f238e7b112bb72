import { StreamError } from './errors.js';
const TONES = {
    confirmed: 'settled',
    sent: 'settled',
    'dead-lettered': 'aside',
    released: 'returned',
    recorded: 'open',
    lapsing: 'open',
    lost: 'lost',
};
const TOTALS = [
    ['delivered', 'delivered'],
    ['succeeded', 'succeeded'],
    ['failed', 'failed'],
    ['retries', 'retries'],
    ['deduplicated', 'deduplicated'],
    ['adopted', 'adopted'],
    ['confirmed', 'confirmed'],
    ['sent', 'sent'],
    ['recorded', 'recorded'],
    ['released', 'released'],
    ['deadLettered', 'dead-lettered'],
    ['lapsing', 'lapsing'],
    ['lost', 'lost'],
];
const MARKS = { 'soft-deadline': 'soft deadline', 'hard-deadline': 'hard deadline' };
function wrong(path, allowed) {
    return new StreamError('INVALID_ARGUMENT', `not a receipt: ${path} is not ${allowed}`);
}
function fields(path, value) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw wrong(path, 'an object');
    return value; // An object: its fields are unknown until each is read.
}
/** Control and format characters (ANSI escapes, bidi overrides, lone surrogates) become visible. */
function clean(text) {
    return text.replace(/[\r\n\t]+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
function text(path, value) {
    if (typeof value !== 'string')
        throw wrong(path, 'a text');
    return clean(value);
}
function count(path, value) {
    // Larger ones are no counts and no times, and an axis that long could not be drawn.
    if (typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER))
        throw wrong(path, 'a number from 0 to 2^53 - 1');
    return value;
}
/** JSON has no Infinity and writes null. */
function deadline(path, value) {
    return value === null || value === Infinity ? Infinity : count(path, value);
}
function list(path, value, read) {
    if (!Array.isArray(value))
        throw wrong(path, 'an array');
    // Unlike map, it sees holes.
    return Array.from(value, (item, index) => read(`${path}[${index}]`, item));
}
function position(path, value) {
    return typeof value === 'number' ? String(value) : text(path, value);
}
function readGroup(path, item) {
    const group = fields(path, item);
    const settlement = text(`${path}.settlement`, group.settlement);
    return {
        handler: text(`${path}.handler`, group.handler),
        settlement,
        count: count(`${path}.count`, group.count),
        tone: TONES[settlement] ?? 'open',
        ranges: list(`${path}.ranges`, group.ranges ?? [], (at, entry) => {
            const range = fields(at, entry);
            return {
                lane: text(`${at}.lane`, range.lane),
                first: position(`${at}.first`, range.first),
                last: position(`${at}.last`, range.last),
                count: count(`${at}.count`, range.count),
            };
        }),
        ids: list(`${path}.ids`, group.ids ?? [], text),
    };
}
function readMarks(receipt, budget, axisMs) {
    const names = new Set();
    const marks = list('marks', receipt.marks, (at, entry) => {
        const mark = fields(at, entry);
        const name = text(`${at}.name`, mark.name);
        names.add(name);
        return { label: MARKS[name] ?? name, atMs: count(`${at}.atMs`, mark.atMs), fired: true };
    });
    for (const [name, atMs] of [
        ['soft-deadline', budget.softMs],
        ['hard-deadline', budget.hardMs],
    ]) {
        if (!names.has(name) && atMs <= axisMs)
            marks.push({ label: `${MARKS[name]}, not needed`, atMs, fired: false });
    }
    return marks.sort((a, b) => a.atMs - b.atMs);
}
/** @internal Throws `INVALID_ARGUMENT` that names the first thing that is not as in a receipt. */
export function readReceipt(value) {
    const receipt = fields('it', value);
    const given = fields('budget', receipt.budget);
    const budget = {
        softMs: deadline('budget.softMs', given.softMs),
        hardMs: deadline('budget.hardMs', given.hardMs),
        endMs: deadline('budget.endMs', given.endMs),
    };
    const phases = list('phases', receipt.phases, (at, entry) => {
        const phase = fields(at, entry);
        return {
            name: text(`${at}.name`, phase.name),
            startMs: count(`${at}.startMs`, phase.startMs),
            durationMs: count(`${at}.durationMs`, phase.durationMs),
            outcome: text(`${at}.outcome`, phase.outcome),
        };
    });
    const samples = list('samples', receipt.samples, (at, entry) => {
        const sample = fields(at, entry);
        return {
            atMs: count(`${at}.atMs`, sample.atMs),
            running: count(`${at}.running`, sample.running),
            unstarted: count(`${at}.unstarted`, sample.unstarted),
            unconfirmed: count(`${at}.unconfirmed`, sample.unconfirmed),
        };
    }).sort((a, b) => a.atMs - b.atMs);
    const durationMs = count('durationMs', receipt.durationMs);
    // A drain can take microseconds; an axis of no length cannot be drawn.
    let axisMs = Math.max(durationMs, 0.001);
    for (const phase of phases)
        axisMs = Math.max(axisMs, phase.startMs + phase.durationMs);
    for (const mark of readMarks(receipt, budget, 0))
        axisMs = Math.max(axisMs, mark.atMs);
    axisMs = Math.max(axisMs, samples.at(-1)?.atMs ?? 0);
    const held = fields('held', receipt.held);
    const totals = fields('totals', receipt.totals);
    return {
        adapter: text('adapter', receipt.adapter),
        source: text('source', receipt.source),
        reason: text('reason', receipt.reason),
        outcome: text('outcome', receipt.outcome),
        startedAt: text('startedAt', receipt.startedAt),
        durationMs,
        budget,
        phases,
        marks: readMarks(receipt, budget, axisMs),
        samples,
        held: count('held.count', held.count),
        groups: list('held.groups', held.groups, readGroup).sort((a, b) => b.count - a.count),
        totals: TOTALS.filter(([key]) => totals[key] !== undefined).map(([key, label]) => [label, count(`totals.${key}`, totals[key])]),
        errors: list('errors', receipt.errors, (at, entry) => {
            const error = fields(at, entry);
            return {
                phase: text(`${at}.phase`, error.phase),
                code: text(`${at}.code`, error.code),
                message: text(`${at}.message`, error.message),
            };
        }),
        axisMs,
    };
}
/** @internal `40 ms`, `1.20 s`, `2 min 05 s`. */
export function duration(ms) {
    if (ms === Infinity)
        return 'no end';
    if (ms === 0)
        return '0 ms';
    if (ms < 0.9995)
        return `${Math.max(1, Math.round(ms * 1_000))} µs`;
    if (ms < 9.95)
        return `${ms.toFixed(1)} ms`;
    if (ms < 999.5)
        return `${Math.round(ms)} ms`;
    if (ms < 9_995)
        return `${(ms / 1_000).toFixed(2)} s`;
    if (ms < 59_950)
        return `${(ms / 1_000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1_000);
    const two = (part) => String(part).padStart(2, '0');
    if (seconds < 3_600)
        return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
    const minutes = Math.round(seconds / 60);
    return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}
/** @internal `1,024`. */
export function thousands(value) {
    return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
/** @internal `98 %`, and never 0 or 100 for what is not quite. */
export function share(part, whole) {
    if (whole === 0)
        return '0 %';
    const percent = (part / whole) * 100;
    if (percent > 0 && percent < 1)
        return '< 1 %';
    if (percent < 100 && percent > 99)
        return '> 99 %';
    return `${Math.round(percent)} %`;
}
/** @internal At most `most` round times from 0 on, with labels in one unit. */
export function ticks(endMs, most) {
    const least = endMs / Math.max(1, most - 1);
    let step = 10 ** Math.floor(Math.log10(least));
    if (least > 30_000) {
        step = [60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000].find((ms) => ms >= least) ?? Math.ceil(least / 3_600_000) * 3_600_000;
    }
    else {
        step *= [1, 2, 5].find((factor) => factor * step >= least * 0.999_999) ?? 10;
    }
    const [unit, name] = step >= 60_000 ? [60_000, 'min'] : endMs >= 1_000 ? [1_000, 's'] : endMs >= 1 ? [1, 'ms'] : [0.001, 'µs'];
    const marks = [];
    for (let index = 0; index * step <= endMs * 1.000_001; index += 1) {
        const atMs = index * step;
        marks.push({ atMs, label: index === 0 ? '0' : `${Number((atMs / unit).toPrecision(6))} ${name}` });
    }
    return marks;
}
/** @internal Shortened in the middle, where long names differ least. */
export function abbreviate(value, length) {
    const characters = [...value];
    if (characters.length <= length)
        return value;
    const head = Math.ceil((length - 1) / 2);
    return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (length - 1 - head)).join('')}`;
}
/** @internal The held messages of a group, in words: ranges or ids, `most` of them. */
export function members(group, laneLength, most) {
    const shown = [
        ...group.ranges.slice(0, most).map(({ lane, first, last, count: messages }) => {
            const at = abbreviate(first, 24);
            const where = first === last ? at : `${at} … ${abbreviate(last, 24)}`;
            return `${abbreviate(lane, laneLength) || '(no lane)'}: ${where}${messages > 1 ? ` (${thousands(messages)})` : ''}`;
        }),
        ...group.ids.slice(0, most).map((id) => abbreviate(id, laneLength)),
    ].slice(0, most);
    return shown;
}
/** @internal One sentence for who cannot or need not see the picture. */
export function summary(view) {
    const within = view.budget.endMs === Infinity ? '' : ` of a budget of ${duration(view.budget.endMs)}`;
    const settled = view.groups.map((group) => `${thousands(group.count)} ${group.handler} and ${group.settlement}`);
    const held = view.held === 0 ? 'It held no messages.' : `It held ${thousands(view.held)} messages: ${settled.join(', ')}.`;
    return `The drain of ${view.source} on ${view.reason} was ${view.outcome} and took ${duration(view.durationMs)}${within}. ${held}`;
}
