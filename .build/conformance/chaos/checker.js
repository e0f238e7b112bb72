import { checkCursor, checkOrder, checkStarts } from './check-order.js';
import { checkReceipts } from './check-receipt.js';
import { checkAcks, checkDuplicates, checkLosses, checkOverlaps, checkRedeliveries } from './check-settlement.js';
import { Findings } from './findings.js';
import { Ledger } from './ledger.js';
/** Judges a run by what its processes wrote down. Pure: the same input has the same result. */
export function check(input) {
    const { published, uncertain, final, capabilities } = input;
    const ledger = new Ledger(input.histories, input.faults);
    const findings = new Findings(input.startedAt);
    const isCursor = capabilities.settlement === 'cursor';
    const { handled, lost } = checkLosses(ledger, published, uncertain, final.pending, isCursor, findings);
    const { duplicates, explained } = checkDuplicates(ledger, input.startedAt, findings);
    if (capabilities.ackConfirmed)
        checkRedeliveries(ledger, findings);
    checkOverlaps(ledger, findings);
    checkAcks(ledger, findings);
    if (capabilities.ordered)
        checkOrder(ledger, findings);
    if (isCursor)
        checkCursor(ledger, findings);
    checkStarts(ledger, findings);
    checkReceipts(ledger, final.pending, findings);
    const deliveries = ledger.workers.reduce((sum, worker) => sum + worker.deliveries.length, 0);
    return { handled, deliveries, lost, duplicates, explained, anomalies: findings.anomalies };
}
