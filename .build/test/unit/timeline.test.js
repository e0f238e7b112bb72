import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { RECEIPT_IDS } from '../../src/receipt.js';
import { renderTimeline } from '../../src/timeline.js';
import { renderTimelineHtml } from '../../src/timeline-html.js';
import { duration, share, thousands, ticks } from '../../src/timeline-model.js';
import { renderTimelineSvg } from '../../src/timeline-svg.js';
import { ALL, CLEAN_LONG, CLEAN_SHORT, EMPTY, FAILED_COMMIT, FORCED, HOSTILE, LONG_NAMES, MILLION } from '../fixtures/receipts.js';
const ESC = String.fromCharCode(27);
/** Columns: two for everything from Hangul on but punctuation, arrows, blocks and the replacement character. */
function columns(line) {
    let sum = 0;
    for (const character of line) {
        const code = character.codePointAt(0); // A character of a string has one.
        sum += code >= 0x1100 && !(code >= 0x2000 && code < 0x2e80) && code !== 0xfffd ? 2 : 1;
    }
    return sum;
}
function assertFits(text, width) {
    assert.ok(text.endsWith('\n') && !text.endsWith('\n\n'));
    for (const line of text.slice(0, -1).split('\n')) {
        assert.ok(columns(line) <= width, `${columns(line)} > ${width}: ${line}`);
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}]/u);
    }
}
/** Checks that tags are closed in order and that only expected ones are there. Returns the names of all that were seen. */
function assertWellFormed(markup, voids = []) {
    const open = [];
    const seen = new Set();
    const outside = markup.replace(/<(\/?)([a-z!][a-z0-9]*)((?:\s+[a-zA-Z][\w:-]*(?:="[^"<]*")?)*)\s*(\/?)>/g, (_all, close, name, _attributes, self) => {
        seen.add(name);
        if (close)
            assert.equal(open.pop(), name);
        else if (!self && !voids.includes(name))
            open.push(name);
        return '';
    });
    assert.deepEqual(open, []);
    assert.doesNotMatch(outside.replace(/\{[^}]*\}/g, ''), /[<]/);
    return seen;
}
/** Texts of a picture with the room that a usual sans-serif gives them. */
function labels(svg) {
    return [...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"(?: class="([^"]*)")?>([^<]*)<\/text>/g)].map((match) => {
        const [, x, y, classes = '', escaped] = match;
        const text = escaped.replace(/&#?\w+;/g, 'x');
        const size = classes.split(' ').includes('h') ? 18 : 12;
        let width = 0;
        for (const character of text)
            width += size * (columns(character) === 2 ? 1 : /[A-Zmw%]/.test(character) ? 0.7 : /[ilj.,:; ]/.test(character) ? 0.32 : 0.56);
        const left = Number(x) - (classes.split(' ').includes('e') ? width : classes.split(' ').includes('c') ? width / 2 : 0);
        return { text, left, right: left + width, y: Number(y) };
    });
}
function assertNoOverlap(svg) {
    const width = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
    const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(svg)?.[1]);
    const all = labels(svg);
    assert.ok(all.length > 5);
    for (const [index, a] of all.entries()) {
        assert.ok(a.left >= -0.5 && a.right <= width + 0.5 && a.y <= height && a.y >= 10, `clipped: ${JSON.stringify(a)}`);
        for (const b of all.slice(index + 1)) {
            const apart = Math.abs(a.y - b.y) >= 11 || a.right <= b.left || b.right <= a.left;
            assert.ok(apart, `overlap: ${JSON.stringify(a)} ${JSON.stringify(b)}`);
        }
    }
    for (const [, x, length] of svg.matchAll(/<rect x="([\d.-]+)" y="[\d.-]+" width="([\d.-]+)"/g)) {
        assert.ok(Number(x) >= 0 && Number(length) > 0 && Number(x) + Number(length) <= width + 0.5);
    }
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
}
const pictures = (html) => html.match(/<svg [\s\S]*?<\/svg>/g) ?? [];
test('no line is wider than asked for, whatever the receipt', () => {
    for (const receipt of Object.values(ALL))
        for (const width of [60, 80, 120, 400])
            assertFits(renderTimeline(receipt, { width }), width);
});
test('80 columns are the default, and colours change nothing but colours', () => {
    for (const receipt of Object.values(ALL)) {
        const plain = renderTimeline(receipt);
        assert.equal(plain, renderTimeline(receipt, { width: 80, color: false }));
        const coloured = renderTimeline(receipt, { color: true });
        assert.ok(coloured.includes(`${ESC}[2m`));
        const lines = stripVTControlCharacters(coloured).split('\n');
        assert.deepEqual(lines.map((line) => line.trimEnd()), plain.split('\n'));
    }
});
test('the header says what ended how, in what time of what budget', () => {
    const [title, reason, took] = renderTimeline(FORCED).split('\n');
    assert.match(title, /^Drain of kafka:\/\/orders\/billing +forced$/);
    assert.equal(reason, 'SIGTERM at 2026-03-01T10:15:00.000Z');
    assert.match(took, /^took 22\.1 s of 25\.0 s ━+─+ soft 16\.8 s, hard 21\.0 s$/);
    assert.match(renderTimeline({ ...FORCED, budget: { softMs: Infinity, hardMs: Infinity, endMs: Infinity } }), /^took 22\.1 s, without a deadline$/m);
});
test('bars stand on one time axis', () => {
    const line = (text, name) => text.split('\n').find((candidate) => candidate.startsWith(name));
    const long = renderTimeline(CLEAN_LONG, { width: 115 });
    // 115 - 15 - 18 columns for 12,180 ms.
    const at = (ms) => 15 + Math.floor((ms / 12_180) * 82);
    assert.equal(line(long, 'in-flight').search(/█/), at(480));
    assert.equal(line(long, 'commit').search(/[█▏▎▍▌▋▊▉]/), at(11_420));
    const bar = /█+/.exec(line(long, 'in-flight'))[0].length;
    assert.ok(Math.abs(bar - (10_320 / 12_180) * 82) <= 1);
    assert.match(line(long, 'release'), /^release +skipped$/);
    const forced = renderTimeline(FORCED);
    assert.match(line(forced, 'in-flight'), /▓{40,} +21\.0 s timed out$/);
    assert.match(forced, /soft deadline 16\.8 s ↑\n +escalated 20\.9 s ↑\n +hard deadline 21\.0 s ↑\n/);
    assert.match(line(renderTimeline(FAILED_COMMIT), 'commit'), /▒{20,} +2\.00 s failed$/);
});
test('work in flight is drawn where there is any', () => {
    assert.match(renderTimeline(FORCED), /^running +[▁▂▃▄▅▆▇█]+ +peak 276$/m);
    assert.match(renderTimeline(FORCED), /^unstarted +[▁▂▃▄▅▆▇█]+ +peak 900$/m);
    assert.doesNotMatch(renderTimeline(FAILED_COMMIT), /^unstarted/m);
    assert.doesNotMatch(renderTimeline(EMPTY), /peak/);
});
test('what became of the messages is counted and listed, and what is left out is counted too', () => {
    const forced = renderTimeline(FORCED);
    assert.match(forced, /^1,156 messages held$/m);
    assert.match(forced, /^ {2}cut-off +released +7 +< 1 % +▏\n {4}orders\/1: 90003 … 90009 \(7\)$/m);
    assert.match(renderTimeline(MILLION), /cut-off +lapsing +999,999 +> 99 %[\s\S]*and 999,993 more$/m);
    assert.match(renderTimeline(CLEAN_SHORT), /4711 · 4712 · 4713 · 4714 · 4715 · 4716 · and 58 more$/m);
    assert.match(renderTimeline(LONG_NAMES), /^ {4}and 30 more$/m);
    assert.match(renderTimeline(EMPTY), /^It held no messages\.$/m);
    assert.match(renderTimeline(FAILED_COMMIT), /^1 error\n {2}commit: UNAVAILABLE\n {4}the group coordinator/m);
});
test('control characters of a receipt never reach the terminal', () => {
    const sgr = new RegExp(`${ESC}\\[(?:0|1|2|3[1-6])m`, 'g');
    for (const text of [renderTimeline(HOSTILE), renderTimeline(HOSTILE, { color: true }).replace(sgr, '')]) {
        assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
        assert.match(text, /�\[31m�\]0;t/);
    }
});
test('the page holds no script, no address and no markup of the receipt', () => {
    const voids = ['meta', 'br', '!doctype'];
    const expected = assertWellFormed(renderTimelineHtml(FORCED), voids);
    for (const [name, receipt] of Object.entries(ALL)) {
        const html = renderTimelineHtml(receipt);
        const seen = assertWellFormed(html, voids);
        for (const tag of seen)
            assert.ok(expected.has(tag) || ['details', 'summary'].includes(tag), `${name} has <${tag}>`);
        assert.doesNotMatch(html, /<script|<img|\son[a-z]+="|javascript:|url\(|@import|src=["']/i);
        assert.doesNotMatch(html.replaceAll('http://www.w3.org/2000/svg', ''), /https?:\/\//);
        assert.doesNotMatch(html.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}]/u);
    }
    assert.match(renderTimelineHtml(HOSTILE), /&lt;script&gt;alert\(&#39;x&#39;\)&lt;\/script&gt;&quot;&#39;&amp;/);
});
test('the page is accessible: language, one heading, described pictures, captions, scoped headers', () => {
    for (const receipt of Object.values(ALL)) {
        const html = renderTimelineHtml(receipt);
        assert.match(html, /<html lang="en">/);
        assert.equal(html.match(/<h1>/g)?.length, 1);
        assert.equal(html.match(/<table>/g)?.length, html.match(/<caption>/g)?.length);
        assert.doesNotMatch(html, /<th>/);
        const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
        assert.equal(new Set(ids).size, ids.length);
        assert.equal(pictures(html).length, 2);
        for (const svg of pictures(html)) {
            const [, title, desc] = /role="img" aria-labelledby="(\S+) (\S+)"/.exec(svg);
            assert.match(svg, new RegExp(`<title id="${title}">.+</title><desc id="${desc}">The drain of .+</desc>`));
        }
    }
});
test('in the pictures no text overlaps another or is clipped, on a desk and on a phone', () => {
    for (const receipt of Object.values(ALL)) {
        for (const svg of [renderTimelineSvg(receipt), ...pictures(renderTimelineHtml(receipt))]) {
            assertWellFormed(svg);
            assertNoOverlap(svg);
        }
    }
});
test('the picture says what the receipt says', () => {
    const svg = renderTimelineSvg(FORCED);
    const texts = labels(svg).map(({ text }) => text);
    for (const expected of [
        'kafka://orders/billing',
        'forced',
        'Took 22.1 s of 25.0 s, 89 % of the budget',
        'soft deadline 16.8 s',
        '21.0 s timed out',
        'peak 1,169',
        '1,156 messages held',
        'succeeded, recorded: 41 (4 %)',
        'in-flight: TIMEOUT',
    ]) {
        assert.ok(texts.includes(expected), `${expected} is not in ${texts.join(' | ')}`);
    }
    assert.match(svg, /prefers-color-scheme:dark/);
    assert.match(svg, /<desc [^>]+>The drain of kafka:\/\/orders\/billing on SIGTERM was forced .* 7 cut-off and released/);
});
test('a million messages make no large file', () => {
    const ids = MILLION.held.groups[0]?.ids ?? [];
    assert.equal(ids.length, RECEIPT_IDS);
    assert.ok(renderTimelineSvg(MILLION).length < 100_000);
    assert.ok(renderTimelineHtml(MILLION).length < 200_000);
    assert.match(renderTimelineHtml(MILLION), /<summary>Ids, 1,000<\/summary>[\s\S]*and 900 more in the receipt/);
});
test('what comes back from JSON is drawn alike, a missing end included', () => {
    for (const receipt of Object.values(ALL)) {
        const copy = JSON.parse(JSON.stringify(receipt));
        assert.equal(renderTimeline(copy), renderTimeline(receipt));
        assert.equal(renderTimelineHtml(copy), renderTimelineHtml(receipt));
    }
    const endless = { ...FORCED, budget: { softMs: Infinity, hardMs: Infinity, endMs: Infinity } };
    assert.equal(renderTimeline(JSON.parse(JSON.stringify(endless))), renderTimeline(endless));
    assert.match(renderTimelineHtml(endless), /Took 22\.1 s, without a deadline/);
});
test('a receipt of a later version is drawn as far as it is known', () => {
    const later = {
        ...CLEAN_SHORT,
        version: 2,
        outcome: 'postponed',
        weather: 'fine',
        phases: [{ name: 'park', startMs: 0, durationMs: 3, outcome: 'deferred' }],
        marks: [{ name: 'frozen', atMs: 2 }],
        held: { count: 3, groups: [{ handler: 'parked', settlement: 'kept', count: 3 }] },
        totals: { delivered: 3, parked: 3 },
    };
    assert.match(renderTimeline(later), /postponed\n[\s\S]*park +[\s\S]*deferred\n[\s\S]*frozen 2\.0 ms[\s\S]*parked +kept +3/);
    for (const svg of [renderTimelineSvg(later), ...pictures(renderTimelineHtml(later))])
        assertNoOverlap(svg);
});
test('what is no receipt is refused by the name of what is wrong', () => {
    const broken = (change, path) => {
        const receipt = { ...FORCED, ...change };
        const expected = {
            name: 'StreamError',
            code: 'INVALID_ARGUMENT',
            message: new RegExp(`^not a receipt: ${path.replace(/[[\].]/g, '\\$&')} is not `),
        };
        for (const render of [renderTimeline, renderTimelineSvg, renderTimelineHtml])
            assert.throws(() => render(receipt), expected);
    };
    for (const value of [undefined, null, 'text', 5, []]) {
        assert.throws(() => renderTimeline(value), { code: 'INVALID_ARGUMENT', message: /^not a receipt: / });
    }
    assert.throws(() => renderTimeline({}), { code: 'INVALID_ARGUMENT' });
    broken({ source: 5 }, 'source');
    broken({ durationMs: '12' }, 'durationMs');
    broken({ durationMs: -1 }, 'durationMs');
    broken({ durationMs: Number.NaN }, 'durationMs');
    broken({ durationMs: Infinity }, 'durationMs');
    broken({ budget: undefined }, 'budget');
    broken({ budget: { softMs: 1, hardMs: '2', endMs: 3 } }, 'budget.hardMs');
    broken({ phases: {} }, 'phases');
    broken({ phases: [null] }, 'phases[0]');
    broken({ phases: new Array(1) }, 'phases[0]');
    broken({ phases: [{ name: 'commit', startMs: 0, durationMs: null, outcome: 'done' }] }, 'phases[0].durationMs');
    broken({ marks: [{ name: 'escalated' }] }, 'marks[0].atMs');
    broken({ samples: [{ atMs: 0, running: 1, unstarted: 2 }] }, 'samples[0].unconfirmed');
    broken({ held: { count: 1 } }, 'held.groups');
    broken({ held: { count: 1, groups: [{ handler: 'failed', settlement: 'lost', count: 1, ids: [7] }] } }, 'held.groups[0].ids[0]');
    broken({ held: { count: 1, groups: [{ handler: 'failed', settlement: 'lost', count: 1, ranges: [{ lane: 'a', first: null }] }] } }, 'held.groups[0].ranges[0].first');
    broken({ totals: null }, 'totals');
    broken({ errors: [{ phase: 'commit', code: 'TIMEOUT' }] }, 'errors[0].message');
});
test('bad options are refused', () => {
    const wrong = (options, message) => assert.throws(() => renderTimeline(EMPTY, options), { code: 'INVALID_ARGUMENT', message });
    wrong({ width: 59 }, /^width: /);
    wrong({ width: 80.5 }, /^width: /);
    wrong({ color: 'yes' }, /^color: /);
    wrong({ colour: true }, /no option 'colour'/);
});
test('any receipt at all is drawn within its bounds', () => {
    const word = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }));
    const ms = fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true }), fc.constant(0));
    const amount = fc.nat({ max: 2_000_000 });
    const receipt = fc.record({
        version: fc.constant(1),
        adapter: word,
        source: word,
        reason: word,
        outcome: fc.oneof(fc.constantFrom('clean', 'forced', 'failed'), word),
        startedAt: word,
        durationMs: ms,
        budget: fc.record({ softMs: ms, hardMs: ms, endMs: ms }),
        phases: fc.array(fc.record({
            name: word,
            startMs: ms,
            durationMs: ms,
            outcome: fc.oneof(fc.constantFrom('done', 'timed-out', 'failed', 'skipped'), word),
        }), { maxLength: 8 }),
        marks: fc.array(fc.record({ name: fc.oneof(fc.constantFrom('soft-deadline', 'hard-deadline', 'escalated'), word), atMs: ms }), {
            maxLength: 6,
        }),
        samples: fc.array(fc.record({ atMs: ms, running: amount, unstarted: amount, unconfirmed: amount }), { maxLength: 30 }),
        held: fc.record({
            count: amount,
            groups: fc.array(fc.record({
                handler: word,
                settlement: word,
                count: amount,
                ranges: fc.array(fc.record({ lane: word, first: word, last: word, count: amount }), { maxLength: 8 }),
                ids: fc.array(word, { maxLength: 8 }),
            }), { maxLength: 15 }),
        }),
        totals: fc.constant({}),
        errors: fc.array(fc.record({ phase: word, code: word, message: word }), { maxLength: 12 }),
    });
    fc.assert(fc.property(receipt, fc.integer({ min: 60, max: 160 }), (any, width) => {
        const given = any;
        const text = renderTimeline(given, { width });
        for (const line of text.split('\n'))
            assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}]/u);
        // Scripts whose width no table of a test knows are left to the eye: the rest must fit.
        if (/^[\u0020-\u007e\u00b5\u2190-\u25ff\u2026\u00b7\ufffd\n]*$/.test(text))
            assertFits(text, width);
        for (const svg of [renderTimelineSvg(given), ...pictures(renderTimelineHtml(given))]) {
            assertWellFormed(svg);
            assert.doesNotMatch(svg.replace(/<(text|title|desc)[\s\S]*?<\/\1>/g, ''), /NaN|Infinity|undefined/);
        }
    }), { numRuns: 150 });
});
test('times, counts and shares in words', () => {
    const times = [
        [0, '0 ms'],
        [0.000_2, '1 µs'],
        [0.012, '12 µs'],
        [0.9996, '1.0 ms'],
        [4.12, '4.1 ms'],
        [9.96, '10 ms'],
        [999.4, '999 ms'],
        [999.6, '1.00 s'],
        [9_999, '10.0 s'],
        [59_999, '1 min 00 s'],
        [125_000, '2 min 05 s'],
        [3_599_900, '1 h 00 min'],
        [7_500_000, '2 h 05 min'],
        [Infinity, 'no end'],
    ];
    for (const [ms, expected] of times)
        assert.equal(duration(ms), expected);
    assert.deepEqual([0, 999, 1_000, 1_234_567].map(thousands), ['0', '999', '1,000', '1,234,567']);
    assert.deepEqual([share(0, 0), share(0, 5), share(1, 1_000), share(1, 3), share(999, 1_000), share(5, 5)], ['0 %', '0 %', '< 1 %', '33 %', '> 99 %', '100 %']);
});
test('ticks are round, few, and reach from 0 to the end', () => {
    assert.deepEqual(ticks(2_480, 6).map(({ label }) => label), ['0', '0.5 s', '1 s', '1.5 s', '2 s']);
    assert.deepEqual(ticks(40, 5).map(({ label }) => label), ['0', '10 ms', '20 ms', '30 ms', '40 ms']);
    assert.deepEqual(ticks(900_000, 4).map(({ label }) => label), ['0', '5 min', '10 min', '15 min']);
    fc.assert(fc.property(fc.double({ min: 0.001, max: 1e9, noNaN: true }), fc.integer({ min: 2, max: 12 }), (endMs, most) => {
        const marks = ticks(endMs, most);
        assert.ok(marks.length >= 1 && marks.length <= most + 1);
        assert.ok(marks.every(({ atMs }) => atMs >= 0 && atMs <= endMs * 1.001));
        assert.equal(new Set(marks.map(({ label }) => label)).size, marks.length);
    }));
});
