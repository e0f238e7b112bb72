import { duration, members, readReceipt, share, thousands } from './timeline-model.js';
import { drawTimeline, escapeText, SHADES, TIMELINE_COLOURS, TIMELINE_STYLE } from './timeline-svg.js';
/** As many need no unfolding. */
const MEMBERS_INLINE = 3;
const MEMBERS_SHOWN = 100;
const ERRORS_SHOWN = 100;
/** What a settlement means, for readers who do not know the words. */
const MEANINGS = {
    confirmed: 'acked, and the broker said so',
    sent: 'acked; this broker does not answer',
    recorded: 'acked, and not confirmed when the consumer closed: it may come again',
    released: 'given back to the broker',
    'dead-lettered': 'moved to a dead-letter destination',
    lapsing: 'left to its lease: it comes again when that ends',
    lost: 'its lane or lease was taken away first',
};
const STYLE = [
    '*{box-sizing:border-box}',
    'body{margin:0 auto;max-width:1120px;padding:32px 24px 48px;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}',
    'header{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:baseline;justify-content:space-between}',
    'h1{font-size:24px;line-height:1.25;margin:0;overflow-wrap:anywhere;flex:1 1 320px}',
    'h2,caption{font-size:16px;font-weight:600;text-align:left;margin:0;padding:0 0 8px;caption-side:top}',
    '.outcome{border:1.5px solid;border-radius:99px;padding:2px 14px;font-weight:600;overflow-wrap:anywhere}',
    '.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.back{color:var(--back)}',
    '.meta,.note{color:var(--muted);margin:4px 0 0;overflow-wrap:anywhere}',
    'figure,section{margin:32px 0 0}svg{display:block;width:100%;height:auto}.phone{display:none}',
    'table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:7px 16px 7px 0;border-top:1px solid var(--grid)}',
    'th{font-weight:600}thead th{color:var(--muted);font-weight:400;border-top:0;padding-top:0}td.n,th.n{text-align:right;white-space:nowrap}td:last-child,th:last-child{padding-right:0}',
    'td,th{overflow-wrap:anywhere}td:first-child{min-width:7em}th[scope=col]{overflow-wrap:normal}small{color:var(--muted);font-size:13px;display:block}small.who{color:var(--ink)}',
    '.dot{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:8px;background:var(--slate)}.dot.good{background:var(--green)}.dot.warn{background:var(--amber)}.dot.bad{background:var(--red)}.dot.aside{background:var(--violet)}',
    'details{margin-top:4px}summary{cursor:pointer;color:var(--muted);font-size:13px}details ul{margin:4px 0 0;padding-left:18px;font-size:13px}',
    'dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(120px,1fr));gap:12px 16px;margin:0}dt{color:var(--muted);font-size:13px}dd{margin:0;font-weight:600}',
    '.errors{margin:0;padding:0;list-style:none}.errors li{border-top:1px solid var(--grid);padding:8px 0;overflow-wrap:anywhere}',
    '@media(max-width:700px){body{padding:20px 16px 32px}.wide{display:none}.phone{display:block}h1{font-size:20px}table{font-size:14px}th,td{padding-right:10px}}',
    '@media print{details>ul{display:block}}',
].join('');
/**
 * A receipt as one HTML page: the timeline as a picture, then everything in it as tables. Self-contained (no script, no
 * address), readable on a desk and on a phone, light or dark by `prefers-color-scheme`. Everything that comes from the
 * receipt is escaped, so that receipts from anywhere can be shown; the page's own policy forbids scripts and loads.
 *
 * Throws `INVALID_ARGUMENT` for what is not a receipt. Pure.
 */
export function renderTimelineHtml(receipt) {
    const view = readReceipt(receipt);
    return [
        '<!doctype html>',
        '<html lang="en">',
        '<head>',
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
        `<title>Drain of ${escapeText(view.source)}</title>`,
        `<style>${TIMELINE_COLOURS}${STYLE}${TIMELINE_STYLE}</style>`,
        '</head>',
        '<body>',
        '<header>',
        `<h1>${escapeText(view.source)}</h1>`,
        `<span class="outcome ${SHADES[view.outcome] ?? 'back'}">${escapeText(view.outcome)}</span>`,
        '</header>',
        `<p class="meta">Drained on ${escapeText(view.reason)} at ${escapeText(view.startedAt)}, adapter ${escapeText(view.adapter)}</p>`,
        '<main>',
        '<figure>',
        `<div class="wide">${drawTimeline(view, { width: 1072, padding: 0, standalone: false, id: 'wide' })}</div>`,
        `<div class="phone">${drawTimeline(view, { width: 358, padding: 0, standalone: false, id: 'phone' })}</div>`,
        '</figure>',
        errors(view),
        held(view),
        phases(view),
        totals(view),
        '</main>',
        '</body>',
        '</html>',
        '',
    ].join('\n');
}
function errors(view) {
    if (view.errors.length === 0)
        return '';
    const items = view.errors
        .slice(0, ERRORS_SHOWN)
        .map(({ phase, code, message }) => `<li><strong class="bad">${escapeText(phase)}: ${escapeText(code)}</strong><br>${escapeText(message)}</li>`);
    if (view.errors.length > ERRORS_SHOWN)
        items.push(`<li class="note">and ${thousands(view.errors.length - ERRORS_SHOWN)} more</li>`);
    return `<section><h2>Errors</h2><ul class="errors">${items.join('')}</ul></section>`;
}
function held(view) {
    if (view.groups.length === 0)
        return '';
    const rows = view.groups.map((group) => {
        const meaning = Object.hasOwn(MEANINGS, group.settlement) ? `<small>${MEANINGS[group.settlement]}</small>` : '';
        return (`<tr><td>${escapeText(group.handler)}</td>` +
            `<td><span class="dot ${SHADES[group.tone] ?? 'back'}"></span>${escapeText(group.settlement)}${meaning}${details(group)}</td>` +
            `<td class="n">${thousands(group.count)}</td><td class="n">${escapeText(share(group.count, view.held))}</td></tr>`);
    });
    return table(`What became of the ${thousands(view.held)} message${view.held === 1 ? '' : 's'} held`, [['Handler'], ['Settlement'], ['Count', 'n'], ['Share', 'n']], rows);
}
function details(group) {
    const shown = members(group, 80, MEMBERS_SHOWN);
    if (shown.length === 0)
        return '';
    const listed = group.ranges.length + group.ids.length;
    if (listed <= MEMBERS_INLINE)
        return `<small class="who">${shown.map(escapeText).join('<br>')}</small>`;
    const what = group.ranges.length > 0 ? 'Ranges' : 'Ids';
    const more = listed > shown.length ? `<li>and ${thousands(listed - shown.length)} more in the receipt</li>` : '';
    return `<details><summary>${what}, ${thousands(listed)}</summary><ul>${shown.map((member) => `<li>${escapeText(member)}</li>`).join('')}${more}</ul></details>`;
}
function phases(view) {
    const rows = view.phases.map((phase) => `<tr><th scope="row">${escapeText(phase.name)}</th><td>${escapeText(phase.outcome.replace('-', ' '))}</td>` +
        `<td class="n">${duration(phase.startMs)}</td><td class="n">${duration(phase.durationMs)}</td></tr>`);
    return table('Phases', [['Phase'], ['Outcome'], ['Begin', 'n'], ['Took', 'n']], rows);
}
function totals(view) {
    if (view.totals.length === 0)
        return '';
    const items = view.totals.map(([label, count]) => `<div><dt>${label}</dt><dd>${thousands(count)}</dd></div>`);
    return `<section><h2>Totals since the consumer began</h2><dl>${items.join('')}</dl></section>`;
}
function table(caption, columns, rows) {
    const head = columns
        .map(([label, classes]) => `<th scope="col"${classes === undefined ? '' : ` class="${classes}"`}>${label}</th>`)
        .join('');
    return `<section><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></section>`;
}
