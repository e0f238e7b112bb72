import { escapeText } from '../../src/timeline-svg.js';
import { storyOf } from '../suite.js';
import { groupsOf, resultOf } from './markdown.js';
const STYLE = `
:root{color-scheme:light dark;--line:#8884;--good:#1a7f37;--bad:#cf222e;--quiet:#888;--back:Canvas;--chip:#8882}
@media (prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#ff7b72}}
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;background:var(--back)}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem;text-transform:capitalize}
.wrap{overflow-x:auto}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
thead th{white-space:nowrap;font-weight:600}tbody th{font-weight:400;min-width:8rem;position:sticky;left:0;background:var(--back)}
td{white-space:nowrap}td:has(details[open]){white-space:normal;min-width:18rem}
summary{cursor:pointer;list-style-position:inside}
.pass,.refused{color:var(--good)}.fail{color:var(--bad);font-weight:600}.skipped{color:var(--quiet)}
.close{color:var(--bad)}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:12px;background:var(--chip);padding:.5rem;border-radius:.3rem}
.level{color:var(--quiet);font-size:.8em}fieldset{border:0;padding:0;margin:1rem 0;display:flex;gap:.4rem 1.2rem;flex-wrap:wrap}
input[type=search]{font:inherit;padding:.2rem .5rem;min-width:12rem}
[hidden]{display:none!important}
`;
/** Shows rows by the words and the kinds that are chosen; without scripts everything is shown. */
const SCRIPT = `
const rows=[...document.querySelectorAll('tr[data-id]')],words=document.querySelector('#words'),kinds=[...document.querySelectorAll('input[name=kind]')];
function show(){const text=words.value.toLowerCase(),on=new Set(kinds.filter(k=>k.checked).map(k=>k.value));
for(const row of rows)row.hidden=!row.dataset.id.includes(text)||!row.dataset.kinds.split(' ').some(k=>on.has(k));
for(const part of document.querySelectorAll('section'))part.hidden=![...part.querySelectorAll('tr[data-id]')].some(r=>!r.hidden)}
for(const input of [words,...kinds])input.addEventListener('input',show);
`;
/** A page of its own, without anything to load: adapters by cases; each cell opens what was done and seen. */
export function renderHtml(reports) {
    const sections = [...groupsOf(reports)].map(([group, ids]) => section(group, ids, reports)).join('\n');
    const kinds = Object.entries(WORDS).map(([kind, words]) => `<label><input type="checkbox" name="kind" value="${kind}" checked> <span class="${kind}">${words}</span></label>`);
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>tailrace conformance</title><style>${STYLE}</style></head>
<body><h1>Conformance</h1>
${summary(reports)}
<fieldset><label>Find <input type="search" id="words" placeholder="stop/…"></label>${kinds.join('')}</fieldset>
${sections}
<script>${SCRIPT}</script></body></html>
`;
}
const FACTS = ['adapter', 'client', 'server', 'node', 'started', 'passed', 'refused', 'failed', 'not asked'];
function summary(reports) {
    const rows = reports.map(({ adapter, client, server, node, startedAt, cases }) => {
        const count = (behaviour) => String(cases.filter((each) => each.behaviour === behaviour).length);
        const facts = [client, server, node, startedAt, count('pass'), count('refused'), count('fail'), count('skipped')];
        const failed = count('fail') === '0' ? '' : ' class="fail"';
        return `<tr${failed}><th scope="row">${escapeText(adapter)}</th>${facts.map((fact) => `<td>${escapeText(fact)}</td>`).join('')}</tr>`;
    });
    const head = FACTS.map((fact) => `<th scope="col">${fact}</th>`).join('');
    return `<div class="wrap"><table><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
function section(group, ids, reports) {
    const head = reports.map(({ adapter }) => `<th scope="col">${escapeText(adapter)}</th>`).join('');
    const rows = ids.map((id) => {
        const results = reports.map((report) => resultOf(report, id));
        const kinds = new Set(results.flatMap((result) => (result === undefined ? [] : [result.behaviour])));
        const level = results.find((result) => result !== undefined)?.level ?? '';
        const name = `${escapeText(id.slice(group.length + 1).replaceAll('-', ' '))} <span class="level">${level === 'RECOMMENDED' ? 'recommended' : ''}</span>`;
        return `<tr data-id="${escapeText(id)}" data-kinds="${[...kinds].join(' ')}"><th scope="row" title="${escapeText(id)}">${name}</th>${results.map(cell).join('')}</tr>`;
    });
    return `<section><h2>${escapeText(group)}</h2><div class="wrap"><table><thead><tr><th scope="col">case</th>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div></section>`;
}
const WORDS = Object.freeze({
    pass: '✓ passes',
    refused: '✓ refuses',
    fail: '✗ fails',
    skipped: '– not asked',
});
function cell(result) {
    if (result === undefined)
        return '<td></td>';
    const { behaviour, close, ms, detail, failure } = result;
    const odd = close === 'clean' || behaviour === 'skipped' ? '' : ` <span class="close">close ${close}</span>`;
    const parts = [
        behaviour === 'fail' ? `<p>${escapeText(failure)}</p>` : '',
        detail === '' ? '' : `<pre>${escapeText(detail)}</pre>`,
        result.story.length === 0 ? '' : `<pre>${escapeText(storyOf(result))}</pre><p class="level">${ms} ms</p>`,
    ];
    return `<td><details><summary class="${behaviour}">${WORDS[behaviour]}${odd}</summary>${parts.join('')}</details></td>`;
}
