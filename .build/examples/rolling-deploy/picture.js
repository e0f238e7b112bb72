import { BIN_MS } from './check.js';
const WIDTH = 1_000;
const LEFT = 64;
const RIGHT = 150;
const ROW = 14;
const TITLE = 44;
const STEPS = 34;
const RATE = 56;
const GAP = 34;
/** The partitions of each deploy over the same time: where a row is red, nothing of that partition was handled. */
export function picture(results) {
    const longestMs = Math.max(...results.map(({ toMs }) => toMs));
    const x = (ms) => round(LEFT + (ms / longestMs) * (WIDTH - LEFT - RIGHT));
    const slowest = Math.max(1, ...results.flatMap(({ partitions }) => partitions.map(({ longestPauseMs }) => longestPauseMs)));
    let top = 8;
    const panels = [];
    for (const result of results) {
        panels.push(panel(result, top, x, slowest));
        top += TITLE + STEPS + result.partitions.length * ROW + RATE + GAP;
    }
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top + 16}" role="img" font-family="system-ui, sans-serif" font-size="11">
<title>What was handled of each partition over time</title>
<style>
text { fill: #24292f } .dim { fill: #57606a } .row { fill: #54aeff } .pause { fill: #cf222e } .start { fill: #2da44e } .drain { fill: #bf8700 }
.rate { fill: none; stroke: #0969da } .line { stroke: #d0d7de }
@media (prefers-color-scheme: dark) { svg { background: #0d1117 } text { fill: #e6edf3 } .dim { fill: #8d96a0 } .line { stroke: #30363d } }
</style>
${panels.join('\n')}
${axis(top - GAP + 14, longestMs, x)}
</svg>
`;
}
function panel(result, top, x, slowest) {
    const { rebalance, clientVersion, partitions, steps, fromMs, toMs } = result;
    const rowsTop = top + TITLE + STEPS;
    const bottom = rowsTop + partitions.length * ROW;
    const longest = Math.max(...partitions.map(({ longestPauseMs }) => longestPauseMs));
    const still = Math.round(partitions.reduce((sum, { pausedMs }) => sum + pausedMs, 0) / 100) / 10;
    return [
        text(LEFT, top + 14, `${rebalance}: ${clientVersion}`, 'font-size="15" font-weight="600"'),
        text(LEFT, top + 32, `lost ${result.lost}, handled twice ${result.duplicates}, longest pause ${longest} ms, all partitions' pauses together ${still} s`, 'class="dim"'),
        ...drawSteps(steps, top + TITLE, bottom, x),
        ...partitions.map((partition, at) => row(partition, rowsTop + at * ROW, x, toMs, slowest)),
        `<line class="line" stroke-dasharray="3 3" x1="${x(fromMs)}" x2="${x(fromMs)}" y1="${top + TITLE}" y2="${bottom}"/>`,
        ...rate(result, bottom + 8, x),
    ].join('\n');
}
function row({ partition, pauses, longestPauseMs }, y, x, toMs, slowest) {
    const bar = (className, fromMs, untilMs) => `<rect class="${className}" x="${x(fromMs)}" y="${y + 1}" width="${round(x(untilMs) - x(fromMs))}" height="${ROW - 3}"/>`;
    const right = WIDTH - RIGHT + 10;
    return [
        text(LEFT - 6, y + 10, `${partition}`, 'text-anchor="end" class="dim"'),
        bar('row', 0, toMs),
        ...pauses.map(({ atMs, ms }) => bar('pause', Math.max(0, atMs), Math.min(toMs, atMs + ms))),
        `<rect class="pause" x="${right}" y="${y + 1}" width="${round((longestPauseMs / slowest) * 76)}" height="${ROW - 3}"/>`,
        text(right + 4 + round((longestPauseMs / slowest) * 76), y + 10, `${longestPauseMs} ms`, 'class="dim"'),
    ].join('\n');
}
/** Starts above, drains below, so that those at the same time can be told apart. */
function drawSteps(steps, top, bottom, x) {
    return steps.map(({ kind, worker, atMs, endMs }) => {
        const isJoin = kind === 'start' && !worker.endsWith('new');
        const y = top + (kind === 'drain' ? 18 : isJoin ? -6 : 6);
        const label = kind === 'drain' ? 'SIGTERM' : `+ ${worker}`;
        const width = Math.max(2, round(x(endMs) - x(atMs)));
        return [
            `<rect class="${kind}" x="${x(atMs)}" y="${y}" width="${width}" height="4" rx="1"/>`,
            text(x(atMs) + width + 4, y + 6, label, 'font-size="9" class="dim"'),
            ...(kind === 'drain' ? [`<line class="line" x1="${x(atMs)}" x2="${x(atMs)}" y1="${y}" y2="${bottom}"/>`] : []),
        ].join('');
    });
}
function rate({ handledPerBin, fromMs }, top, x) {
    const most = Math.max(1, ...handledPerBin);
    const usual = handledPerBin.slice(0, Math.floor(fromMs / BIN_MS)).reduce((sum, each) => sum + each, 0) / Math.max(1, fromMs / BIN_MS);
    const y = (count) => round(top + RATE - 10 - (count / most) * (RATE - 14));
    const points = handledPerBin.map((count, bin) => `${x((bin + 0.5) * BIN_MS)},${y(count)}`).join(' ');
    return [
        `<line class="line" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(0)}" y2="${y(0)}"/>`,
        `<polyline class="rate" points="${points}"/>`,
        text(LEFT - 6, y(usual) + 4, `${Math.round(((usual / BIN_MS) * 1_000) / 1_000)}k/s`, 'text-anchor="end" class="dim"'),
        text(LEFT - 6, y(0) + 4, '0', 'text-anchor="end" class="dim"'),
    ];
}
function axis(y, longestMs, x) {
    const marks = [];
    for (let ms = 0; ms <= longestMs; ms += 2_000)
        marks.push(text(x(ms), y, `${ms / 1_000} s`, 'text-anchor="middle" class="dim"'));
    return marks.join('\n');
}
function text(x, y, content, attributes) {
    return `<text x="${x}" y="${y}" ${attributes}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}
function round(value) {
    return Math.round(value * 10) / 10;
}
