import type { ReceiptGroup } from '../../src/index.js';
import { Findings } from './findings.js';
import type { Delivery, Ledger, WorkerRecord } from './ledger.js';

/** What each receipt claims, against what happened, and against what came again. */
export function checkReceipts(ledger: Ledger, pending: number, findings: Findings): void {
  for (const worker of ledger.workers) {
    if (worker.receipt === undefined) continue;
    checkTotals(worker, findings);
    const byId = deliveriesById(worker);
    for (const group of worker.receipt.held.groups) checkGroup(ledger, worker, group, byId, pending, findings);
  }
}

function checkTotals(worker: WorkerRecord, findings: Findings): void {
  const { deliveries, receipt } = worker;
  if (receipt === undefined) return;
  const { totals, outcome } = receipt;
  const seen = {
    delivered: deliveries.length,
    succeeded: deliveries.filter(({ succeededAt }) => succeededAt !== undefined).length,
    confirmed: deliveries.filter(({ confirmedAt }) => confirmedAt !== undefined).length,
  };
  const disagree = (name: string, claimed: number, found: number): void =>
    findings.add('receipt-disagrees', `it says ${name} ${claimed}, the history has ${found}`, { worker, at: worker.drainAt });
  if (totals.delivered !== seen.delivered) disagree('delivered', totals.delivered, seen.delivered);
  // Handlers that were cut off may have succeeded after the receipt was made.
  const mayDiffer = outcome === 'clean' ? 0 : count(receipt.held.groups, ({ handler }) => handler === 'cut-off');
  if (Math.abs(totals.succeeded - seen.succeeded) > mayDiffer) disagree('succeeded', totals.succeeded, seen.succeeded);
  // An adopted delivery settles with the one that it took the place of, or by itself; a close may confirm what was recorded.
  const [least, most] = [seen.confirmed - totals.adopted, seen.confirmed + totals.adopted + totals.lost];
  if (totals.confirmed < least || (totals.confirmed > most && worker.capabilities?.settlement === 'lease')) {
    disagree('confirmed', totals.confirmed, seen.confirmed);
  }
}

function count(groups: readonly ReceiptGroup[], which: (group: ReceiptGroup) => boolean): number {
  return groups.filter(which).reduce((sum, group) => sum + group.count, 0);
}

/** The last delivery of each message to one worker: the one that its receipt speaks of. */
function deliveriesById(worker: WorkerRecord): Map<string, Delivery> {
  const byId = new Map<string, Delivery>();
  for (const delivery of worker.deliveries) byId.set(delivery.id, delivery);
  return byId;
}

function checkGroup(
  ledger: Ledger,
  worker: WorkerRecord,
  group: ReceiptGroup,
  byId: ReadonlyMap<string, Delivery>,
  pending: number,
  findings: Findings,
): void {
  const { handler, settlement } = group;
  const claim = `${handler} and ${settlement}`;
  const disagree = (text: string, delivery?: Delivery): void =>
    findings.add('receipt-disagrees', `${claim}: ${text}`, {
      worker,
      at: worker.drainAt,
      ...(delivery === undefined ? {} : { messages: [delivery.message] }),
    });
  for (const delivery of named(group, worker, byId, (what) => disagree(`it names ${what}, which never came to this worker`))) {
    const own = (ledger.byMessage.get(delivery.message) ?? []).filter((other) => other.worker === worker);
    const succeeded = own.some(({ succeededAt }) => succeededAt !== undefined);
    const started = own.some(({ calls }) => calls.length > 0);
    if (handler === 'succeeded' && !succeeded) disagree('its handler did not succeed', delivery);
    if (handler === 'failed' && !started) disagree('its handler never started', delivery);
    // An earlier delivery to the same worker may have been started, failed and released.
    if (handler === 'never-started' && delivery.calls.length > 0) disagree('its handler did start', delivery);
    if (
      settlement === 'confirmed' &&
      !own.some(({ confirmedAt }) => confirmedAt !== undefined) &&
      worker.capabilities?.settlement === 'lease'
    )
      disagree('the broker never confirmed it', delivery);
    if (settlement === 'released' || settlement === 'lapsing') checkReturn(ledger, delivery, pending, disagree);
    if (settlement === 'confirmed') checkStays(ledger, worker, delivery, disagree);
  }
}

/** What was given back comes again, unless someone else has settled it, or it waits at the broker still. */
function checkReturn(ledger: Ledger, delivery: Delivery, pending: number, disagree: (text: string, delivery: Delivery) => void): void {
  if (pending > 0) return;
  const all = ledger.byMessage.get(delivery.message) ?? [];
  const settled = all.some(({ confirmedAt }) => confirmedAt !== undefined);
  const again = all.some(({ fetchedAt }) => fetchedAt > delivery.fetchedAt);
  if (!settled && !again) disagree('it never came again', delivery);
}

function checkStays(ledger: Ledger, worker: WorkerRecord, delivery: Delivery, disagree: (text: string, delivery: Delivery) => void): void {
  const again = (ledger.byMessage.get(delivery.message) ?? []).find((other) => other.calledAt > worker.lastAt);
  if (again === undefined) return;
  disagree(`it came again to ${Findings.describe(again)}`, delivery);
}

/** The deliveries that a group names by their ids or ranges. */
function named(
  group: ReceiptGroup,
  worker: WorkerRecord,
  byId: ReadonlyMap<string, Delivery>,
  unknown: (what: string) => void,
): Delivery[] {
  const found: Delivery[] = [];
  for (const id of group.ids ?? []) {
    const delivery = byId.get(id);
    if (delivery === undefined) unknown(`the id ${id}`);
    else found.push(delivery);
  }
  for (const { lane, first, last } of group.ranges ?? []) {
    const inLane = worker.deliveries.filter((delivery) => delivery.lane === lane);
    const begin = inLane.findLastIndex(({ position }) => position === first);
    const end = inLane.findLastIndex(({ position }) => position === last);
    if (begin < 0 || end < begin) unknown(`the range ${first} to ${last} of ${lane}`);
    else found.push(...inLane.slice(begin, end + 1));
  }
  return found;
}
