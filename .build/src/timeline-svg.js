import { abbreviate, duration, readReceipt, share, summary, thousands, ticks } from './timeline-model.js';
/**
 * A receipt as one SVG picture, 960 wide: the budget and how much of it was used, the phases on one time axis with the
 * deadlines that struck, the work in flight under the same axis, what became of the messages held, and the first errors.
 * Self-contained (no script, font or address), with title and description, light or dark by `prefers-color-scheme`.
 * Everything that comes from the receipt is escaped.
 *
 * Throws `INVALID_ARGUMENT` for what is not a receipt. Pure.
 */
export function renderTimelineSvg(receipt) {
    return drawTimeline(readReceipt(receipt), { width: 960, padding: 28, standalone: true, id: 'tailrace' });
}
/** @internal For text and for attributes in quotes, in HTML and in XML. */
export function escapeText(text) {
    return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;');
}
const LIGHT = '--bg:#fff;--ink:#1f2328;--muted:#59636e;--grid:#dde2e8;--bar:#3b6fb6;--queue:#a8c3e8;--wait:#4f9d90;--good:#1a7f37;--warn:#8a5d00;--bad:#c4232d;--back:#5d7089;--green:#3f9d66;--amber:#d9a53a;--red:#d4494f;--slate:#93a6bf;--violet:#8f74bd';
const DARK = '--bg:#0d1117;--ink:#e6edf3;--muted:#9aa4af;--grid:#2b323b;--bar:#6ea3ea;--queue:#365a8c;--wait:#45a394;--good:#4cb871;--warn:#d9a53a;--bad:#f47067;--back:#9db0c8;--green:#3d9560;--amber:#c08f2c;--red:#d4585a;--slate:#6d8099;--violet:#8d78b8';
/** @internal The colours that the picture and the page share. */
export const TIMELINE_COLOURS = `:root{color-scheme:light dark;${LIGHT}}@media(prefers-color-scheme:dark){:root{${DARK}}}`;
/** @internal What the picture's classes look like, wherever it stands. */
export const TIMELINE_STYLE = [
    '.tr{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-size:12px;fill:var(--ink);font-variant-numeric:tabular-nums}',
    '.tr .h{font-size:18px;font-weight:600}.tr .t{font-weight:600}.tr .m{fill:var(--muted)}.tr .e{text-anchor:end}.tr .c{text-anchor:middle}',
    '.tr .grid{stroke:var(--grid)}.tr .rest{fill:var(--grid)}.tr .halo{paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}',
    '.tr .mark{stroke:var(--ink);stroke-width:1.25}.tr .mark.idle{stroke:var(--muted);stroke-dasharray:2 4}',
    '.tr .bar{fill:var(--bar)}.tr .queue{fill:var(--queue)}.tr .wait{fill:var(--wait)}.tr .good{fill:var(--green)}.tr .warn{fill:var(--amber)}.tr .bad{fill:var(--red)}.tr .back{fill:var(--slate)}.tr .aside{fill:var(--violet)}',
    // Text needs more contrast than an area.
    '.tr text.good{fill:var(--good)}.tr text.warn{fill:var(--warn)}.tr text.bad{fill:var(--bad)}.tr text.back{fill:var(--back)}',
    '.tr .pill{fill:none;stroke-width:1.25}.tr .pill.good{stroke:var(--good)}.tr .pill.warn{stroke:var(--warn)}.tr .pill.bad{stroke:var(--bad)}.tr .pill.back{stroke:var(--back)}',
].join('');
/** @internal The class of an outcome, a phase's outcome or a tone. */
export const SHADES = {
    clean: 'good',
    forced: 'warn',
    failed: 'bad',
    done: 'bar',
    'timed-out': 'warn',
    settled: 'good',
    returned: 'back',
    aside: 'aside',
    open: 'warn',
    lost: 'bad',
};
const SIZE = 12;
/** How much wider bold text is. */
const BOLD = 1.1;
const LINE = 18;
const LABELS = 118;
const RESULTS = 132;
const GROUPS_SHOWN = 12;
const ERRORS_SHOWN = 3;
/** More points than the area is wide tell nothing. */
const MAX_POINTS = 400;
/** @internal */
export function drawTimeline(view, drawing) {
    const { width, padding, standalone, id } = drawing;
    const canvas = new Canvas(width, padding);
    if (standalone)
        drawHeading(canvas, view);
    drawBudget(canvas, view);
    drawPhases(canvas, view);
    drawMessages(canvas, view);
    if (standalone)
        drawErrors(canvas, view);
    const height = Math.ceil(canvas.y + padding);
    const style = standalone
        ? `<style>${TIMELINE_COLOURS}${TIMELINE_STYLE}</style><rect width="${width}" height="${height}" rx="6" fill="var(--bg)"/>`
        : '';
    return (`<svg xmlns="http://www.w3.org/2000/svg" class="tr" role="img" aria-labelledby="${id}-title ${id}-desc" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
        `<title id="${id}-title">Drain of ${escapeText(view.source)}</title><desc id="${id}-desc">${escapeText(summary(view))}</desc>` +
        `${style}${canvas.shapes.join('')}${canvas.texts.join('')}</svg>\n`);
}
/** What is drawn so far, and how far down. Texts come last, over all lines. */
class Canvas {
    shapes = [];
    texts = [];
    left;
    right;
    /** Too narrow for labels beside the bars: they go above. */
    narrow;
    y;
    constructor(width, padding) {
        this.left = padding;
        this.right = width - padding;
        this.narrow = width < 600;
        this.y = padding;
    }
    text(x, y, text, classes = '', room = Infinity, size = SIZE) {
        const shown = fit(text, room, /\b[th]\b/.test(classes) ? size * BOLD : size);
        this.texts.push(`<text x="${round(x)}" y="${round(y)}"${classes === '' ? '' : ` class="${classes}"`}>${escapeText(shown)}</text>`);
    }
    rect(x, y, width, height, classes, radius = 0) {
        const corner = radius === 0 ? '' : ` rx="${radius}"`;
        this.shapes.push(`<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"${corner} class="${classes}"/>`);
    }
    line(x1, y1, x2, y2, classes) {
        this.shapes.push(`<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${classes}"/>`);
    }
}
function drawHeading(canvas, view) {
    const outcome = fit(view.outcome, 120);
    const pill = measure(outcome, SIZE * BOLD) + 20;
    canvas.text(canvas.left, canvas.y + 16, view.source, 'h', canvas.right - canvas.left - pill - 16, 18);
    canvas.rect(canvas.right - pill, canvas.y, pill, 22, `pill ${SHADES[view.outcome] ?? 'back'}`, 11);
    canvas.text(canvas.right - pill / 2, canvas.y + 15, outcome, `c t ${SHADES[view.outcome] ?? 'back'}`);
    canvas.text(canvas.left, canvas.y + 38, `Drained on ${view.reason} at ${view.startedAt}`, 'm', canvas.right - canvas.left);
    canvas.y += 62;
}
function drawBudget(canvas, view) {
    const { softMs, hardMs, endMs } = view.budget;
    const bounded = endMs !== Infinity && endMs > 0;
    const took = `Took ${duration(view.durationMs)}${bounded ? ` of ${duration(endMs)}, ${share(view.durationMs, endMs)} of the budget` : ', without a deadline'}`;
    canvas.text(canvas.left, canvas.y + SIZE, took, 't');
    canvas.y += 20;
    if (!bounded) {
        canvas.y += 12;
        return;
    }
    const room = canvas.right - canvas.left;
    const used = Math.min(room, Math.max(2, (view.durationMs / endMs) * room));
    canvas.rect(canvas.left, canvas.y, room, 8, 'rest', 2);
    canvas.rect(canvas.left, canvas.y, used, 8, SHADES[view.outcome] ?? 'back', 2);
    const marks = [
        { label: `soft ${duration(softMs)}`, atMs: softMs },
        { label: `hard ${duration(hardMs)}`, atMs: hardMs },
        { label: `end ${duration(endMs)}`, atMs: endMs },
    ].filter((mark) => mark.atMs <= endMs);
    const rows = layLabels(marks.map(({ label, atMs }) => ({ label, at: canvas.left + (atMs / endMs) * room })), canvas.left, canvas.right, 'middle');
    for (const { at, row } of rows)
        canvas.line(at, canvas.y - 2, at, canvas.y + 12 + row * 15, 'mark');
    for (const { x, row, label } of rows)
        canvas.text(x, canvas.y + 24 + row * 15, label, 'm halo');
    canvas.y += 24 + Math.max(0, ...rows.map(({ row }) => row)) * 15 + 26;
}
/** Puts labels at or beside their points, in as many rows as keep them apart, and inside the bounds. */
function layLabels(labels, left, right, anchor) {
    const ends = [];
    return labels.map(({ label: full, at }) => {
        const label = fit(full, right - left - 8);
        const length = measure(label);
        // Beside a line: on its right, or on its left near the end.
        const wanted = anchor === 'middle' ? at - length / 2 : at + length + 5 <= right ? at + 5 : at - length - 5;
        const x = Math.max(left, Math.min(wanted, right - length));
        let row = ends.findIndex((end) => end + 10 <= x);
        if (row < 0)
            row = ends.length;
        ends[row] = x + length;
        return { label, at, x, row };
    });
}
function drawPhases(canvas, view) {
    const left = canvas.narrow ? canvas.left : canvas.left + LABELS;
    const right = canvas.narrow ? canvas.right : canvas.right - RESULTS;
    const x = (ms) => left + Math.min(1, ms / view.axisMs) * (right - left);
    const labels = layLabels(view.marks.map(({ label, atMs }) => ({ label: `${label} ${duration(atMs)}`, at: x(atMs) })), canvas.left, canvas.right, 'start');
    const rows = labels.length === 0 ? 0 : Math.max(...labels.map(({ row }) => row)) + 1;
    const top = canvas.y;
    const first = top + rows * 15 + (rows === 0 ? 0 : 6);
    const step = canvas.narrow ? 34 : 24;
    const base = first + view.phases.length * step;
    const area = view.samples.length < 2 ? 0 : canvas.narrow ? 108 : 96;
    // In the narrow layout the area's legend has a line of its own between the phases and the area.
    const legend = area === 0 || !canvas.narrow ? 0 : 26;
    const bottom = base + (area === 0 ? 4 : 16 + legend + area);
    for (const { atMs, label } of ticks(view.axisMs, Math.floor((right - left) / (canvas.narrow ? 70 : 90)))) {
        canvas.line(x(atMs), first - 4, x(atMs), bottom, 'grid');
        const half = measure(label) / 2;
        canvas.text(Math.max(canvas.left + half, Math.min(x(atMs), canvas.right - half)), bottom + 16, label, 'm c');
    }
    for (const [index, phase] of view.phases.entries())
        drawPhase(canvas, phase, first + index * step, left, right, x);
    if (area > 0) {
        const legendAt = base + 12;
        drawArea(canvas, view, bottom - area, bottom, left, right, x);
        drawAreaLegend(canvas, legendAt, bottom - area);
    }
    for (const [index, { at, row }] of labels.entries()) {
        canvas.line(at, top + row * 15 + 2, at, bottom, view.marks[index]?.fired === false ? 'mark idle' : 'mark');
    }
    for (const { x: start, row, label } of labels)
        canvas.text(start, top + row * 15 + 11, label, 'halo');
    canvas.y = bottom + 44;
}
function drawPhase(canvas, phase, y, left, right, x) {
    const skipped = phase.outcome === 'skipped';
    const ended = phase.outcome === 'done' ? '' : ` ${phase.outcome.replace('-', ' ')}`;
    const result = skipped ? 'skipped' : `${duration(phase.durationMs)}${ended}`;
    const shade = SHADES[phase.outcome] ?? 'back';
    const classes = skipped ? 'm' : phase.outcome === 'done' ? (canvas.narrow ? 'm' : '') : `t ${shade}`;
    if (canvas.narrow) {
        // Beside the name and not at the right, where the deadlines' lines are.
        canvas.text(left, y + 12, phase.name, `halo${skipped ? ' m' : ''}`, LABELS - 18);
        canvas.text(left + LABELS - 10, y + 12, result, `halo ${classes}`.trim(), 160);
    }
    else {
        canvas.text(canvas.left, y + 14, phase.name, skipped ? 'm' : '', LABELS - 12);
        canvas.text(right + 14, y + 14, result, classes, RESULTS - 14);
    }
    if (skipped)
        return;
    const from = Math.min(x(phase.startMs), right - 2);
    canvas.rect(from, y + (canvas.narrow ? 17 : 4), Math.max(2, x(phase.startMs + phase.durationMs) - from), canvas.narrow ? 10 : 14, shade, 2);
}
const LAYERS = [
    ['running', 'bar'],
    ['unstarted', 'queue'],
    ['unconfirmed', 'wait'],
];
function drawArea(canvas, view, top, bottom, left, right, x) {
    const stride = Math.max(1, view.samples.length / MAX_POINTS);
    const points = [];
    for (let index = 0; index < view.samples.length - 1; index += stride)
        points.push(view.samples[Math.floor(index)]);
    points.push(view.samples.at(-1));
    const samples = points.filter((sample) => sample !== undefined);
    const peak = samples.reduce((most, { running, unstarted, unconfirmed }) => Math.max(most, running + unstarted + unconfirmed), 0);
    const floor = new Array(samples.length).fill(0);
    for (const [key, shade] of LAYERS) {
        const lower = samples.map(({ atMs }, index) => `${round(x(atMs))},${round(height(floor[index]))}`);
        for (const [index, sample] of samples.entries())
            floor[index] = floor[index] + sample[key];
        const upper = samples.map(({ atMs }, index) => `${round(x(atMs))},${round(height(floor[index]))}`);
        if (peak > 0)
            canvas.shapes.push(`<polygon class="${shade}" points="${[...upper, ...lower.reverse()].join(' ')}"/>`);
    }
    canvas.line(left, bottom, right, bottom, 'grid');
    if (canvas.narrow) {
        canvas.text(right, top - 6, `peak ${thousands(peak)}`, 'm e halo');
    }
    else {
        canvas.text(right + 14, top + 10, `peak ${thousands(peak)}`, 'm', RESULTS - 14);
        canvas.text(right + 14, bottom, '0', 'm');
    }
    function height(count) {
        return bottom - (peak === 0 ? 0 : count / peak) * (bottom - top);
    }
}
function drawAreaLegend(canvas, y, top) {
    let at = canvas.left;
    for (const [index, [label, shade]] of LAYERS.entries()) {
        const line = canvas.narrow ? y + 12 : top + 10 + index * LINE;
        canvas.rect(at, line - 9, 10, 10, shade, 2);
        canvas.text(at + 16, line, label, 'm halo');
        if (canvas.narrow)
            at += 16 + measure(label) + 8;
    }
}
function drawMessages(canvas, view) {
    const room = canvas.right - canvas.left;
    if (view.held === 0 && view.groups.length === 0) {
        canvas.text(canvas.left, canvas.y, 'It held no messages', 't');
        canvas.y += 4;
        return;
    }
    canvas.text(canvas.left, canvas.y, `${thousands(view.held)} message${view.held === 1 ? '' : 's'} held`, 't');
    canvas.y += 10;
    const shown = view.groups.slice(0, GROUPS_SHOWN);
    const whole = view.groups.reduce((sum, group) => sum + group.count, 0) || 1;
    // The smallest keep a width that can be seen, at the cost of the others.
    const least = 4;
    const gap = 2;
    const spare = room - shown.length * (least + gap) + gap;
    let at = canvas.left;
    for (const group of shown) {
        const length = least + (group.count / whole) * spare;
        canvas.rect(at, canvas.y, length, 16, SHADES[group.tone] ?? 'back', 2);
        at += length + gap;
    }
    canvas.y += 36;
    let x = canvas.left;
    for (const group of shown) {
        const label = fit(`${group.handler}, ${group.settlement}: ${thousands(group.count)} (${share(group.count, view.held)})`, room - 16);
        const length = 16 + measure(label);
        if (x > canvas.left && x + length > canvas.right) {
            x = canvas.left;
            canvas.y += LINE;
        }
        canvas.rect(x, canvas.y - 9, 10, 10, SHADES[group.tone] ?? 'back', 2);
        canvas.text(x + 16, canvas.y, label);
        x += length + 18;
    }
    if (view.groups.length > shown.length) {
        canvas.y += LINE;
        canvas.text(canvas.left, canvas.y, `and ${view.groups.length - shown.length} more kinds`, 'm');
    }
    canvas.y += 4;
}
function drawErrors(canvas, view) {
    if (view.errors.length === 0)
        return;
    canvas.y += 30;
    for (const { phase, code, message } of view.errors.slice(0, ERRORS_SHOWN)) {
        const head = fit(`${phase}: ${code}`, 260);
        canvas.text(canvas.left, canvas.y, head, 't bad');
        const start = canvas.left + measure(head, SIZE * BOLD) + 12;
        canvas.text(start, canvas.y, message, '', canvas.right - start);
        canvas.y += LINE;
    }
    if (view.errors.length > ERRORS_SHOWN) {
        canvas.text(canvas.left, canvas.y, `and ${view.errors.length - ERRORS_SHOWN} more errors`, 'm');
        canvas.y += LINE;
    }
    canvas.y -= LINE - 4;
}
function round(value) {
    return Math.round(value * 10) / 10;
}
/** How wide a text can get, px: on the safe side for any system font. */
function measure(text, size = SIZE) {
    let sum = 0;
    for (const character of text)
        sum += character.charCodeAt(0) >= 0x1100 ? 1.05 : /[A-Zmw@%µ…]/.test(character) ? 0.8 : /[ilj.,:;'| ]/.test(character) ? 0.34 : 0.6;
    return sum * size;
}
function fit(text, room, size = SIZE) {
    if (measure(text, size) <= room)
        return text;
    let length = Math.min([...text].length, Math.floor(room / (0.34 * size)));
    let shown = abbreviate(text, length);
    while (length > 1 && measure(shown, size) > room) {
        length -= 1;
        shown = abbreviate(text, length);
    }
    return shown;
}
