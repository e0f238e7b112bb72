import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseHistory } from '../../conformance/chaos/history.js';
import { Story } from './story.js';

const CURSOR = { settlement: 'cursor', ordered: true, lease: false, release: false } as const;

describe('the checker finds', () => {
  test('nothing in a run in which all went well', () => {
    const story = new Story();
    const [a, b] = [story.worker('a'), story.worker('b')];
    a.handles(10, 0);
    b.handles(11, 1);
    a.handles(20, 2);
    const { anomalies, handled, deliveries, duplicates } = story.judge(3);
    assert.deepEqual({ anomalies, handled, deliveries, duplicates }, { anomalies: [], handled: 3, deliveries: 3, duplicates: 0 });
  });

  test('lost: never handled, and the broker has nothing left', () => {
    const story = new Story();
    const a = story.worker('a');
    a.handles(10, 0);
    const delivery = a.fetched(20, 1);
    a.started(21, delivery).failed(22, delivery);
    assert.deepEqual(story.anomalies(3), [
      ['lost', [1]],
      ['lost', [2]],
    ]);
  });

  test('not lost: what the broker still has, or never said it had', () => {
    const story = new Story();
    story.worker('a').handles(10, 0);
    assert.deepEqual(story.anomalies(3, 2), []);
    story.uncertain.add(1).add(2);
    assert.deepEqual(story.anomalies(3), []);
  });

  test('duplicated: handled twice, and nothing explains it', () => {
    const story = new Story();
    const [a, b] = [story.worker('a'), story.worker('b')];
    const delivery = a.fetched(10, 0);
    a.started(11, delivery).succeeded(12, delivery);
    b.handles(20, 0, { attempt: 2 });
    story.fault('kill', b, 30);
    story.fault('stop', a, 40, 50);
    story.fault('slow', undefined, 11, 20);
    assert.deepEqual(story.anomalies(1), [['duplicated', [0]]]);
  });

  for (const kind of ['kill', 'stop', 'cut', 'restart', 'crash'] as const) {
    test(`not duplicated: ${kind} between the first success and its confirmation`, () => {
      const story = new Story();
      const [a, b] = [story.worker('a'), story.worker('b')];
      const delivery = a.fetched(10, 0);
      a.started(11, delivery).succeeded(12, delivery);
      b.handles(20, 0, { attempt: 2 });
      story.fault(kind, kind === 'kill' || kind === 'stop' ? a : undefined, 13, 15);
      const { anomalies, explained, duplicates } = story.judge(1);
      assert.deepEqual(anomalies, []);
      assert.deepEqual([duplicates, explained], [1, [{ message: 0, cause: kind, atMs: 13, first: 'a', again: 'b' }]]);
    });
  }

  test('not duplicated: the lease was lost, the lane was, or the hard deadline came', () => {
    const lapsed = new Story();
    const [a, b] = [lapsed.worker('a'), lapsed.worker('b')];
    const first = a.fetched(10, 0);
    a.started(11, first).succeeded(12, first).flushed(13, first).acking(13, first).refused(14, first, 'LEASE_LOST');
    b.handles(20, 0, { attempt: 2 });
    assert.deepEqual([lapsed.anomalies(1), lapsed.judge(1).explained[0]?.cause], [[], 'lease-lapsed']);

    const known = new Story();
    const [g, h] = [known.worker('g'), known.worker('h')];
    const fourth = g.fetched(10, 0);
    g.started(11, fourth).succeeded(12, fourth, 30).lapsed(45, fourth);
    h.handles(50, 0, { attempt: 2 });
    assert.deepEqual([known.anomalies(1), known.judge(1).explained[0]?.cause], [[], 'lease-lapsed']);

    const moved = new Story({ ...CURSOR, revoke: 'lost' });
    const [c, d] = [moved.worker('c'), moved.worker('d')];
    const second = c.fetched(10, 0, { assignment: 1 });
    c.started(11, second).succeeded(12, second).lanes(13, 'lost', 1);
    d.handles(20, 0, { attempt: 2 });
    assert.deepEqual([moved.anomalies(1), moved.judge(1).explained[0]?.cause], [[], 'lane-lost']);

    const forced = new Story();
    const [e, f] = [forced.worker('e'), forced.worker('f')];
    const third = e.fetched(10, 0);
    const marks = [{ name: 'hard-deadline', atMs: 2 }] as const;
    e.started(11, third).drains(12).succeeded(15, third).receipt(16, { delivered: 1, succeeded: 1 }, { outcome: 'forced', marks });
    f.handles(20, 0, { attempt: 2 });
    assert.deepEqual([forced.anomalies(1), forced.judge(1).explained[0]?.cause], [[], 'hard-deadline']);
  });

  test('duplicated: the lease ended, but after the confirmation, or nobody knew', () => {
    for (const tell of [true, false]) {
      const story = new Story();
      const [a, b] = [story.worker('a'), story.worker('b')];
      const delivery = tell ? a.handles(10, 0) : a.fetched(10, 0);
      if (tell) a.lapsed(45, delivery);
      else a.started(11, delivery).succeeded(12, delivery, 30);
      b.handles(50, 0, { attempt: 2 });
      assert.ok(story.anomalies(1).some(([kind]) => kind === 'duplicated'));
    }
  });

  test('duplicated within one process: it has to know what it holds, unless it knows that the lease was lost', () => {
    for (const [code, expected] of [
      ['UNAVAILABLE', [['duplicated', [0]]]],
      ['LEASE_LOST', []],
    ] as const) {
      const story = new Story();
      const a = story.worker('a');
      const delivery = a.fetched(10, 0);
      a.started(11, delivery).succeeded(12, delivery).flushed(13, delivery).acking(13, delivery).refused(14, delivery, code);
      a.handles(20, 0, { attempt: 2 });
      story.fault('cut', undefined, 13, 15);
      assert.deepEqual(story.anomalies(1), expected);
    }
  });

  test('acked but redelivered: confirmed, and delivered again', () => {
    const story = new Story();
    const [a, b] = [story.worker('a'), story.worker('b')];
    a.handles(10, 0);
    b.fetched(20, 0, { attempt: 2 });
    // A server that is stopped in order keeps what it confirmed, and a kill of the worker changes nothing.
    story.fault('restart', undefined, 16, 18);
    story.fault('kill', a, 17);
    assert.deepEqual(story.anomalies(1), [['acked-but-redelivered', [0]]]);
  });

  test('acked but redelivered: a crash is only asked of servers that keep what they confirmed, and a position has one owner', () => {
    for (const [settlement, from] of [
      ['lease', 16],
      ['cursor', 12],
    ] as const) {
      const story = new Story({ settlement });
      const [a, b] = [story.worker('a'), story.worker('b')];
      a.handles(10, 0);
      b.fetched(20, 0, { attempt: 2 });
      story.fault('crash', undefined, from, 18);
      assert.deepEqual(story.anomalies(1), [['acked-but-redelivered', [0]]], settlement);
    }
  });

  test('not acked but redelivered: an older delivery that was held up, an ack while the server crashed, or no word of the broker', () => {
    const held = new Story();
    const [a, b] = [held.worker('a'), held.worker('b')];
    a.handles(10, 0, { attempt: 2 });
    b.fetched(20, 0, { attempt: 1 });
    held.fault('stop', b, 5, 19);
    assert.deepEqual(held.anomalies(1), []);

    const crashed = new Story();
    const c = crashed.worker('c');
    c.handles(10, 0);
    crashed.fault('crash', undefined, 12, 13);
    c.fetched(20, 0, { attempt: 2 });
    assert.deepEqual(crashed.anomalies(1), []);

    const silent = new Story({ ackConfirmed: false });
    const d = silent.worker('d');
    d.handles(10, 0);
    d.fetched(20, 0, { attempt: 2 });
    assert.deepEqual(silent.anomalies(1), []);
  });

  test('reordered: a handler started before an earlier message of its lane had succeeded', () => {
    const story = new Story(CURSOR);
    const a = story.worker('a');
    const [first, second] = [a.fetched(10, 0), a.fetched(10, 1)];
    a.started(11, second).succeeded(12, second).started(13, first).succeeded(14, first);
    assert.deepEqual(story.anomalies(2), [['reordered', [0, 1]]]);
  });

  test('not reordered: lanes without an order, one after the other, or a lane that another took over', () => {
    const free = new Story();
    const a = free.worker('a');
    const [first, second] = [a.fetched(10, 0), a.fetched(10, 1)];
    a.started(11, second).succeeded(12, second).started(13, first).succeeded(14, first);
    assert.deepEqual(free.anomalies(2), []);

    const taken = new Story({ ...CURSOR, settlement: 'lease' });
    const [b, c] = [taken.worker('b'), taken.worker('c')];
    b.fetched(10, 0);
    taken.fault('kill', b, 15);
    c.handles(20, 1);
    c.handles(30, 0, { attempt: 2 });
    assert.deepEqual(taken.anomalies(2), []);
  });

  test('skipped: a cursor went past a message that was delivered', () => {
    const story = new Story(CURSOR);
    const a = story.worker('a');
    const first = a.fetched(10, 0);
    a.handles(11, 1);
    a.started(20, first).succeeded(21, first);
    assert.ok(story.anomalies(2).some(([kind, messages]) => kind === 'skipped' && messages[0] === 0));

    const gone = new Story(CURSOR);
    const b = gone.worker('b');
    b.handles(10, 1);
    b.fetched(5, 0);
    assert.ok(gone.anomalies(2).some(([kind, messages]) => kind === 'skipped' && messages[0] === 0));
  });

  test('not skipped: holes in the positions, and what another owner had handled', () => {
    const story = new Story(CURSOR);
    const [a, b] = [story.worker('a'), story.worker('b')];
    a.handles(10, 0);
    a.handles(20, 5);
    const again = b.fetched(30, 5, { assignment: 1, attempt: 2 });
    b.started(31, again);
    b.handles(40, 7, { assignment: 1 });
    story.fault('slow', undefined, 19, 31);
    for (const message of [1, 2, 3, 4, 6]) story.uncertain.add(message);
    assert.deepEqual(story.anomalies(8), []);
  });

  test('overlapping: two handlers of one message at once', () => {
    const story = new Story();
    const [a, b] = [story.worker('a'), story.worker('b')];
    const [one, other] = [a.fetched(10, 0), b.fetched(12, 0, { attempt: 2 })];
    a.started(11, one);
    b.started(13, other);
    a.failed(14, one);
    b.succeeded(15, other);
    assert.deepEqual(story.anomalies(1), [['overlapping', [0]]]);
  });

  test('overlapping within one process, even if the lease was over', () => {
    const story = new Story();
    const a = story.worker('a');
    const [one, other] = [a.fetched(10, 0), a.fetched(30, 0, { attempt: 2 })];
    a.started(11, one).started(31, other).failed(32, one).succeeded(33, other);
    story.fault('stop', a, 12, 29);
    assert.deepEqual(story.anomalies(1), [['overlapping', [0]]]);
  });

  test('not overlapping: the first was stopped, or had ended', () => {
    const story = new Story();
    const [a, b] = [story.worker('a'), story.worker('b')];
    const one = a.fetched(10, 0);
    a.started(11, one);
    b.handles(20, 0, { attempt: 2 });
    a.failed(31, one);
    story.fault('stop', a, 12, 30);
    const two = a.fetched(40, 1);
    a.started(41, two).failed(42, two).released(43, two);
    a.handles(44, 1, { attempt: 2 });
    assert.deepEqual(story.anomalies(2), []);
  });
});

describe('the checker judges drains', () => {
  const marks = [{ name: 'soft-deadline', atMs: 100 }] as const;

  test('late start: a handler started after the soft deadline, and none before it', () => {
    for (const [at, expected] of [
      [1_190, []],
      [1_400, [['late-start', [0]]]],
    ] as const) {
      const story = new Story();
      const a = story.worker('a');
      const delivery = a.fetched(10, 0);
      a.drains(1_000).started(at, delivery).succeeded(1_500, delivery).flushed(1_501, delivery).acking(1_501, delivery);
      a.confirmed(1_502, delivery).receipt(1_600, { delivered: 1, succeeded: 1, confirmed: 1 }, { marks });
      assert.deepEqual(story.anomalies(1), expected);
    }
  });

  test('acked too early: without a success, or before its output was out', () => {
    const story = new Story();
    const a = story.worker('a');
    const [first, second] = [a.fetched(10, 0), a.fetched(10, 1)];
    a.started(11, first).flushed(12, first).acking(12, first).succeeded(13, first);
    a.started(11, second).succeeded(12, second).acking(13, second).flushed(14, second);
    assert.deepEqual(story.anomalies(2), [
      ['acked-too-early', [0]],
      ['acked-too-early', [1]],
    ]);
  });

  test('not acked too early: a newer delivery stands for the one that was handled', () => {
    const story = new Story();
    const a = story.worker('a');
    const [first, newer] = [a.fetched(10, 0), a.fetched(12, 0, { attempt: 2 })];
    a.started(11, first).succeeded(13, first).flushed(14, newer).acking(14, newer).confirmed(15, newer);
    assert.deepEqual(story.anomalies(1), []);
  });

  test('receipt disagrees: with the numbers of the history', () => {
    for (const totals of [
      { delivered: 2, succeeded: 1, confirmed: 1 },
      { delivered: 1, succeeded: 2, confirmed: 1 },
      { delivered: 1, succeeded: 1, confirmed: 0 },
    ]) {
      const story = new Story();
      const a = story.worker('a');
      a.handles(10, 0);
      a.drains(20).receipt(30, totals);
      assert.deepEqual(story.anomalies(1), [['receipt-disagrees', []]]);
    }
  });

  test('receipt disagrees: released, and never came again', () => {
    const story = new Story();
    const a = story.worker('a');
    const delivery = a.fetched(10, 0);
    const groups = [{ handler: 'never-started', settlement: 'released', count: 1, ids: ['id0'] }] as const;
    a.drains(20)
      .released(21, delivery)
      .receipt(30, { delivered: 1, released: 1 }, { held: { count: 1, groups } });
    assert.ok(story.anomalies(1).some(([kind]) => kind === 'receipt-disagrees'));
    assert.deepEqual(story.anomalies(1, 1), []);
    story.worker('b').handles(40, 0, { attempt: 2 });
    assert.deepEqual(story.anomalies(1), []);
  });

  test('receipt disagrees: confirmed and came again, or a claim about a handler that is not so', () => {
    const story = new Story();
    const [a, b] = [story.worker('a'), story.worker('b')];
    a.handles(10, 0);
    const groups = [{ handler: 'never-started', settlement: 'confirmed', count: 1, ids: ['id0'] }] as const;
    a.drains(20).receipt(30, { delivered: 1, succeeded: 1, confirmed: 1 }, { held: { count: 1, groups } });
    b.fetched(40, 0, { attempt: 2 });
    const texts = story.judge(1).anomalies.map(({ text }) => text);
    assert.ok(texts.some((text) => text.includes('its handler did start')));
    assert.ok(texts.some((text) => text.includes('it came again')));
  });
});

test('a history is read up to a line that a kill cut off', () => {
  const line = JSON.stringify({ kind: 'started', at: 1, delivery: 0, call: 1 });
  assert.equal(parseHistory('a', `${line}\n${line.slice(0, 10)}`).events.length, 1);
  assert.throws(() => parseHistory('a', `${line.slice(0, 10)}\n${line}\n`), /history of a, line 1/);
});
