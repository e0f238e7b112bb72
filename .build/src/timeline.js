import { boolean, integer, known } from './options.js';
import { abbreviate, duration, members, readReceipt, share, thousands, ticks, } from './timeline-model.js';
const SGR = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 };
const OUTCOMES = { clean: 'green', forced: 'yellow', failed: 'red' };
const TONES = { settled: 'green', aside: 'cyan', returned: 'blue', open: 'yellow', lost: 'red' };
/** One character cell in eighths, from the left. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const LABEL = 15;
const RESULT = 18;
const MEMBERS_SHOWN = 6;
const ERRORS_SHOWN = 10;
/**
 * A receipt as text for a terminal: what was drained and how it ended, the phases on one time axis with the deadlines that
 * struck, how the work in flight ran out, what became of the messages held, and the errors. Unicode blocks; ends with a line
 * break. Safe for receipts from anywhere: no control character of theirs gets through.
 *
 * Throws `INVALID_ARGUMENT` for what is not a receipt and for bad options. Pure, does not block for longer than the
 * receipt is large.
 */
export function renderTimeline(receipt, options) {
    const given = known('renderTimeline', options, ['width', 'color']);
    const width = integer('width', given.width, 80, { min: 60, max: 400, unit: 'columns' });
    const color = boolean('color', given.color, false);
    const paint = (text, style) => (color && text !== '' ? `\u001b[${SGR[style]}m${text}\u001b[0m` : text);
    const view = readReceipt(receipt);
    const lines = [
        ...header(view, width, paint),
        '',
        ...phases(view, width, paint),
        ...flow(view, width, paint),
        '',
        ...messages(view, width, paint),
        ...errors(view, width, paint),
    ];
    return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
function header(view, width, paint) {
    // By characters: half of one would reach the terminal as garbage.
    const outcome = [...view.outcome].slice(0, 20).join('');
    const title = fit(`Drain of ${view.source}`, width - columns(outcome) - 2);
    const { softMs, hardMs, endMs } = view.budget;
    const lines = [
        pad(title, width - columns(outcome)).replace(title, () => paint(title, 'bold')) + paint(outcome, OUTCOMES[view.outcome] ?? 'bold'),
        paint(fit(`${view.reason} at ${view.startedAt}`, width), 'dim'),
    ];
    if (endMs === Infinity || endMs === 0) {
        lines.push(`took ${duration(view.durationMs)}, without a deadline`);
        return lines;
    }
    const took = `took ${duration(view.durationMs)} of ${duration(endMs)} `;
    const deadlines = ` soft ${duration(softMs)}, hard ${duration(hardMs)}`;
    const gauge = Math.max(8, Math.min(40, width - columns(took) - columns(deadlines)));
    const cells = new Array(gauge).fill('─');
    for (const ms of [softMs, hardMs])
        if (ms <= endMs)
            cells[cell(ms, endMs, gauge)] = '┼';
    const used = Math.min(gauge, Math.max(1, Math.round((view.durationMs / endMs) * gauge)));
    lines.push(`${took}${paint('━'.repeat(used), OUTCOMES[view.outcome] ?? 'bold')}${paint(cells.slice(used).join(''), 'dim')}${deadlines}`);
    return lines;
}
function phases(view, width, paint) {
    const room = width - LABEL - RESULT;
    const lines = [paint(' '.repeat(LABEL) + axis(view.axisMs, room), 'dim')];
    const blank = new Array(room).fill(' ');
    for (const mark of view.marks)
        blank[cell(mark.atMs, view.axisMs, room)] = mark.fired ? '┊' : '·';
    for (const phase of view.phases) {
        const cells = blank.map((character) => paint(character, 'dim'));
        let result = duration(phase.durationMs);
        if (phase.outcome === 'skipped') {
            result = 'skipped';
        }
        else {
            const from = cell(phase.startMs, view.axisMs, room);
            const style = phase.outcome === 'done' ? 'cyan' : phase.outcome === 'failed' ? 'red' : 'yellow';
            const full = phase.outcome === 'done' ? '█' : phase.outcome === 'failed' ? '▒' : '▓';
            const eighths = Math.max(1, Math.round(((phase.startMs + phase.durationMs) / view.axisMs) * room * 8) - from * 8);
            for (let index = 0; index * 8 < eighths && from + index < room; index += 1) {
                const part = Math.min(8, eighths - index * 8);
                cells[from + index] = paint(part === 8 || phase.outcome !== 'done' ? full : EIGHTHS[part], style);
            }
            if (phase.outcome !== 'done')
                result += ` ${phase.outcome.replace('-', ' ')}`;
        }
        lines.push(pad(fit(phase.name, LABEL - 1), LABEL) + cells.join('') + fit(` ${result}`, RESULT));
    }
    return [...lines, ...markLabels(view.marks, view.axisMs, room).map((line) => paint(' '.repeat(LABEL) + line, 'dim'))];
}
/** Each label under its mark, in as many rows as keep them apart. */
function markLabels(marks, axisMs, room) {
    const rows = [];
    for (const { label, atMs } of marks) {
        const text = fit(`↑ ${label} ${duration(atMs)}`, room);
        const mirrored = fit(`${label} ${duration(atMs)} ↑`, room);
        const at = cell(atMs, axisMs, room);
        const rightwards = at + columns(text) <= room;
        const start = rightwards ? at : Math.max(0, at + 1 - columns(mirrored));
        let row = rows.findIndex((line) => line === '' || columns(line) + 2 <= start);
        if (row < 0)
            row = rows.push('') - 1;
        rows[row] = pad(rows[row], start) + (rightwards ? text : mirrored);
    }
    return rows;
}
/** The samples under the phases' axis, one row for each count that was ever above 0. */
function flow(view, width, paint) {
    const room = width - LABEL - RESULT;
    const rows = [
        ['running', 'running'],
        ['unstarted', 'unstarted'],
        ['unconfirmed', 'unconfirmed'],
    ];
    const lines = [];
    for (const [key, label] of rows) {
        const peak = view.samples.reduce((most, sample) => Math.max(most, sample[key]), 0);
        if (peak === 0)
            continue;
        const line = spark(view, key, peak, room);
        lines.push(pad(label, LABEL) + paint(line, 'blue') + fit(` peak ${thousands(peak)}`, RESULT));
    }
    return lines.length === 0 ? [] : ['', ...lines];
}
/** A column shows the highest of its samples, or what held before it; nothing is drawn after the last one. */
function spark(view, key, peak, room) {
    const most = new Array(room).fill(-1);
    const last = new Array(room).fill(0);
    let end = 0;
    for (const sample of view.samples) {
        end = cell(sample.atMs, view.axisMs, room);
        most[end] = Math.max(most[end], sample[key]);
        last[end] = sample[key];
    }
    let held = 0;
    let line = '';
    for (let at = 0; at <= end; at += 1) {
        const seen = most[at];
        const shown = seen < 0 ? held : seen;
        line += shown === 0 ? ' ' : LEVELS[Math.min(7, Math.floor((shown / peak) * 7.999))];
        if (seen >= 0)
            held = last[at];
    }
    return pad(line, room);
}
function messages(view, width, paint) {
    if (view.held === 0 && view.groups.length === 0)
        return ['It held no messages.'];
    const lines = [paint(`${thousands(view.held)} message${view.held === 1 ? '' : 's'} held`, 'bold')];
    const [handler, settlement, amount] = [
        Math.max(7, ...view.groups.map((group) => Math.min(18, columns(group.handler)))),
        Math.max(10, ...view.groups.map((group) => Math.min(18, columns(group.settlement)))),
        Math.max(5, ...view.groups.map((group) => thousands(group.count).length)),
    ];
    const bar = Math.min(30, width - handler - settlement - amount - 16);
    lines.push(paint(`  ${pad('handler', handler)}  ${pad('settlement', settlement)}  ${'count'.padStart(amount)}`, 'dim'));
    for (const group of view.groups) {
        const eighths = view.held === 0 ? 0 : Math.max(1, Math.round((group.count / view.held) * bar * 8));
        const blocks = '█'.repeat(Math.min(bar, Math.floor(eighths / 8))) + (eighths < bar * 8 ? EIGHTHS[eighths % 8] : '');
        lines.push(`  ${pad(fit(group.handler, handler), handler)}  ${pad(fit(group.settlement, settlement), settlement)}  ${thousands(group.count).padStart(amount)}` +
            `  ${share(group.count, view.held).padStart(6)}  ${paint(blocks, TONES[group.tone])}`);
        for (const line of memberLines(group, width - 4))
            lines.push(paint(`    ${line}`, 'dim'));
    }
    return lines;
}
function memberLines(group, width) {
    const shown = members(group, Math.max(20, Math.floor(width / 3)), MEMBERS_SHOWN);
    if (shown.length === 0)
        return [];
    const ranges = group.ranges.slice(0, shown.length);
    const covered = ranges.reduce((sum, range) => sum + range.count, 0) + shown.length - ranges.length;
    if (covered < group.count)
        shown.push(`and ${thousands(group.count - covered)} more`);
    return wrap(shown, width);
}
function errors(view, width, paint) {
    if (view.errors.length === 0)
        return [];
    const lines = ['', paint(`${view.errors.length} error${view.errors.length === 1 ? '' : 's'}`, 'bold')];
    for (const error of view.errors.slice(0, ERRORS_SHOWN)) {
        lines.push(`  ${paint(fit(`${error.phase}: ${error.code}`, width - 2), 'red')}`);
        for (const line of wrap(error.message.split(' '), width - 4, ' '))
            lines.push(`    ${line}`);
    }
    if (view.errors.length > ERRORS_SHOWN)
        lines.push(`  and ${view.errors.length - ERRORS_SHOWN} more`);
    return lines;
}
function axis(axisMs, room) {
    let line = '';
    for (const { atMs, label } of ticks(axisMs, Math.floor(room / 10))) {
        const text = `╷${label}`;
        const at = cell(atMs, axisMs, room);
        if (at < columns(line) || at + columns(text) > room + RESULT)
            continue;
        line = pad(line, at) + text;
    }
    return line;
}
function cell(atMs, endMs, room) {
    return Math.min(room - 1, Math.floor((atMs / endMs) * room));
}
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const ZERO = /\p{M}/u;
/** Columns that a terminal gives to a text, near enough: East Asian characters and emoji take two, combining marks none. */
function columns(text) {
    let sum = 0;
    for (const character of text)
        sum += WIDE.test(character) ? 2 : ZERO.test(character) ? 0 : 1;
    return sum;
}
function pad(text, width) {
    return text + ' '.repeat(Math.max(0, width - columns(text)));
}
function fit(text, width) {
    let length = width;
    let shown = abbreviate(text, length);
    // Wide characters: shorten until it fits.
    while (columns(shown) > width) {
        length -= 1;
        shown = abbreviate(text, length);
    }
    return shown;
}
function wrap(items, width, separator = ' · ') {
    const lines = [];
    let line = '';
    for (const item of items) {
        const text = fit(item, width);
        if (line === '')
            line = text;
        else if (columns(line) + columns(separator) + columns(text) <= width)
            line += separator + text;
        else {
            lines.push(line);
            line = text;
        }
    }
    if (line !== '')
        lines.push(line);
    return lines;
}
