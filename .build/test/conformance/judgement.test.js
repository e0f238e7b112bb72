import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAcceptable, judge, parseKnownFailures, renderHtml, renderMarkdown, selectCases, } from '../../conformance/index.js';
function result(id, changes = {}) {
    return {
        id,
        group: 'stop',
        level: 'REQUIRED',
        behaviour: 'pass',
        close: 'clean',
        ms: 1,
        detail: '',
        failure: 'It means <this>.',
        story: [{ atMs: 3, text: 'published 1 & "more"' }],
        ...changes,
    };
}
function report(...cases) {
    return { adapter: 'mine', client: 'none', server: 'none 1', node: 'v20', startedAt: '2026-01-01T00:00:00.000Z', cases };
}
const BAD = { behaviour: 'fail', detail: 'expected <1>' };
describe('known failures', () => {
    it('are no failures of the run, and have a reason', () => {
        const known = parseKnownFailures('{"mine": [{"id": "stop/a", "reason": "the server cannot"}]}');
        const judgement = judge(report(result('stop/a', BAD), result('stop/b')), known);
        assert.ok(isAcceptable(judgement));
        for (const text of [
            '[]',
            'null',
            '{"mine": {}}',
            '{"mine": [{"id": "stop/a"}]}',
            '{"mine": [{"id": "stop/a", "reason": " "}]}',
            '{"mine": [null]}',
        ]) {
            assert.throws(() => parseKnownFailures(text), TypeError, text);
        }
    });
    it('fail the run when they pass, and when a release has a REQUIRED one', () => {
        const known = { mine: [{ id: 'stop/a', reason: 'the server cannot' }] };
        assert.deepEqual(judge(report(result('stop/a')), known).passedUnexpectedly, known.mine);
        const failing = report(result('stop/a', BAD));
        assert.ok(isAcceptable(judge(failing, known)));
        assert.ok(!isAcceptable(judge(failing, known, { release: true })));
        assert.ok(isAcceptable(judge(report(result('stop/a', { ...BAD, level: 'RECOMMENDED' })), known, { release: true })));
    });
    it('say nothing of cases that were not run, nor of other adapters', () => {
        assert.ok(isAcceptable(judge(report(result('stop/b')), { mine: [{ id: 'stop/a', reason: 'x' }] })));
        assert.ok(!isAcceptable(judge(report(result('stop/a', BAD)), { other: [{ id: 'stop/a', reason: 'x' }] })));
    });
});
describe('a verdict', () => {
    it('is bad when a REQUIRED case fails, or its consumers leak or hang; slow closes and recommended cases are told', () => {
        for (const bad of [BAD, { close: 'leaked' }, { close: 'hung' }]) {
            assert.ok(!isAcceptable(judge(report(result('stop/a', bad)))), JSON.stringify(bad));
            const { weak } = judge(report(result('stop/a', { ...bad, level: 'RECOMMENDED' })));
            assert.equal(weak.length, 1);
        }
        assert.ok(isAcceptable(judge(report(result('stop/a', { close: 'slow' }), result('stop/b', { behaviour: 'refused' })))));
    });
});
describe('a report', () => {
    const one = report(result('stop/a', BAD), result('stop/b', { behaviour: 'skipped', detail: 'no leases' }));
    const two = { ...report(result('stop/a', { close: 'slow' })), adapter: 'other' };
    it('is a table for each group, with a column for each adapter', () => {
        const text = renderMarkdown([one, two]);
        assert.match(text, /\| case \| mine \| other \|/);
        assert.match(text, /\| a \| \*\*fails\*\* \| ✓ \(close slow\) \|/);
        assert.match(text, /\| b \| · \| {2}\|/);
    });
    it('is one page whose cells tell their story, escaped', () => {
        const page = renderHtml([one, two]);
        assert.match(page, /✗ fails/);
        assert.match(page, /expected &lt;1&gt;/);
        assert.match(page, /It means &lt;this&gt;\./);
        assert.match(page, /published 1 &amp; &quot;more&quot;/);
        assert.doesNotMatch(page, /https?:/, 'it loads nothing');
    });
});
describe('the cases', () => {
    const cases = selectCases();
    it('are at least seventy, each with an id of its own and a sentence for authors', () => {
        assert.ok(cases.length >= 70, `${cases.length}`);
        assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
        for (const { id, failure } of cases) {
            assert.match(id, /^[a-z]+\/[a-z0-9-]+$/);
            assert.match(failure, /\.$/, id);
        }
    });
    it('are chosen by the beginnings of their ids and by level', () => {
        assert.ok(selectCases({ only: ['stop/', 'order/keys'] }).every(({ id }) => id.startsWith('stop/') || id.startsWith('order/keys')));
        assert.ok(selectCases({ level: 'REQUIRED' }).every(({ level }) => level === 'REQUIRED'));
    });
});
