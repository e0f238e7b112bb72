import { Findings } from './findings.js';
import type { Delivery, Ledger } from './ledger.js';
import type { Explained } from './result.js';

const ms = (value: number): string => `${Math.round(value * 10) / 10} ms`;

/** Two successes of one message, each tied to what excuses it, or found to be without excuse. */
export function checkDuplicates(ledger: Ledger, startedAt: number, findings: Findings): { duplicates: number; explained: Explained[] } {
  let duplicates = 0;
  const explained: Explained[] = [];
  for (const [message, deliveries] of ledger.byMessage) {
    if (deliveries.length < 2) continue;
    const succeeded = deliveries.filter(({ succeededAt }) => succeededAt !== undefined);
    for (const [at, again] of succeeded.entries()) {
      const first = succeeded[at - 1];
      if (first === undefined) continue;
      duplicates += 1;
      const reason = ledger.reason(first, again);
      if (reason !== undefined) {
        const { cause, at: since } = reason;
        explained.push({ message, cause, atMs: Math.round(since - startedAt), first: first.worker.name, again: again.worker.name });
      } else {
        const confirmed = ledger.confirmedAt(first);
        const state = confirmed === undefined ? 'not confirmed' : 'confirmed';
        const text = `handled by ${Findings.describe(first)} (${state}) and again by ${Findings.describe(again)}, and nothing that happened explains it`;
        findings.add('duplicated', text, { messages: [message], at: again.succeededAt, worker: again.worker });
      }
    }
  }
  return { duplicates, explained };
}

/** What the broker confirmed must not come again. */
export function checkRedeliveries(ledger: Ledger, findings: Findings): void {
  for (const [message, deliveries] of ledger.byMessage) {
    if (deliveries.length < 2) continue;
    for (const confirmed of deliveries) {
      const { confirmedAt } = confirmed;
      if (confirmedAt === undefined) continue;
      const late = deliveries.find((other) => other.fetchedAt > confirmedAt && !mayComeAgain(ledger, confirmed, confirmedAt, other));
      if (late === undefined) continue;
      const text = `confirmed to ${Findings.describe(confirmed)}, and ${ms(late.fetchedAt - confirmedAt)} later delivered to ${Findings.describe(late)}`;
      findings.add('acked-but-redelivered', text, { messages: [message], at: late.fetchedAt, worker: late.worker });
      break;
    }
  }
}

function mayComeAgain(ledger: Ledger, confirmed: Delivery, confirmedAt: number, late: Delivery): boolean {
  // It was on its way before: an older delivery that a stopped process or a bad network held up.
  const isOlder = late.attempt === undefined || confirmed.attempt === undefined || late.attempt <= confirmed.attempt;
  if (isOlder && ledger.fault(late.worker, confirmed.calledAt, late.fetchedAt, ['stop', 'cut', 'slow']) !== undefined) return true;
  // The ack met a lease that was over, or an answer that the fault held up; the broker had given the message to another by then.
  if (ledger.fault(confirmed.worker, confirmed.calledAt, confirmedAt, ['stop', 'cut', 'slow', 'restart']) !== undefined) return true;
  // A crash is only asked of a server that forgets nothing which it has confirmed. A cursor's position is confirmed to its owner or not
  // at all; a lease may be over when the answer comes.
  const isLease = confirmed.worker.capabilities?.settlement === 'lease';
  return isLease && ledger.fault(confirmed.worker, confirmed.calledAt, confirmedAt, ['crash']) !== undefined;
}

/** Two handlers of one message at a time. */
export function checkOverlaps(ledger: Ledger, findings: Findings): void {
  for (const [message, deliveries] of ledger.byMessage) {
    if (deliveries.length < 2) continue;
    for (const [at, later] of deliveries.entries()) {
      const earlier = deliveries.slice(0, at).find((other) => overlap(other, later) && !mayOverlap(ledger, other, later));
      if (earlier === undefined) continue;
      const text = `handlers ran at once in ${Findings.describe(earlier)} and in ${Findings.describe(later)}, and nothing that happened explains it`;
      findings.add('overlapping', text, { messages: [message], at: later.calls[0]?.from, worker: later.worker });
    }
  }
}

function overlap(a: Delivery, b: Delivery): boolean {
  return a.calls.some((one) => b.calls.some((other) => one.from < other.to && other.from < one.to));
}

/** Within one process a delivery that comes while its handler runs has to be adopted, whatever made it come; but its lane may have left. */
function mayOverlap(ledger: Ledger, earlier: Delivery, later: Delivery): boolean {
  if (earlier.worker === later.worker) return ledger.lostLane(earlier, later.fetchedAt) !== undefined;
  return ledger.reason(earlier, later) !== undefined;
}

/** Nothing is acked before its handler has succeeded and its output is out. */
export function checkAcks(ledger: Ledger, findings: Findings): void {
  for (const deliveries of ledger.byMessage.values()) {
    for (const delivery of deliveries) {
      const { ackingAt, worker, message } = delivery;
      if (ackingAt === undefined) continue;
      // A newer delivery to the same worker stands for the one that was handled.
      const own = deliveries.length === 1 ? deliveries : deliveries.filter((other) => other.worker === worker);
      const isDone = own.some(({ succeededAt }) => succeededAt !== undefined && succeededAt <= ackingAt);
      const isOut = own.some(({ flushedAt }) => flushedAt !== undefined && flushedAt <= ackingAt);
      if (isDone && isOut) continue;
      const text = `${Findings.describe(delivery)} was acked ${isDone ? 'before beforeCommit had been called with it' : 'without a success'}`;
      findings.add('acked-too-early', text, { messages: [message], at: ackingAt, worker });
    }
  }
}

/** Published, and never handled. What is still pending at the broker is not lost. */
export function checkLosses(
  ledger: Ledger,
  published: number,
  uncertain: ReadonlySet<number>,
  pending: number,
  isCursor: boolean,
  findings: Findings,
): { handled: number; lost: number } {
  let handled = 0;
  const missing: number[] = [];
  for (let message = 0; message < published; message += 1) {
    const deliveries = ledger.byMessage.get(message);
    if (deliveries?.some(({ succeededAt }) => succeededAt !== undefined)) handled += 1;
    else if (!uncertain.has(message)) missing.push(message);
  }
  if (missing.length <= pending) return { handled, lost: 0 };
  for (const message of missing) {
    const last = ledger.byMessage.get(message)?.at(-1);
    const fate = last === undefined ? 'it was never delivered' : `it was last delivered to ${Findings.describe(last)}`;
    // A cursor loses a message by going past it.
    const kind = isCursor && last !== undefined ? 'skipped' : 'lost';
    findings.add(kind, `published, never handled, and the broker has ${pending} left: ${fate}`, {
      messages: [message],
      at: last?.fetchedAt,
    });
  }
  return { handled, lost: missing.length };
}
