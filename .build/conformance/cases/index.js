import { CALLS } from './calls.js';
import { CAPABILITIES } from './capabilities.js';
import { COMMIT } from './commit.js';
import { DELIVERY } from './delivery.js';
import { FAULTS } from './faults.js';
import { FENCING } from './fencing.js';
import { GROUPS } from './groups.js';
import { HANDLING } from './handling.js';
import { ORDER } from './order.js';
import { POISON } from './poison.js';
import { SETTLEMENT } from './settlement.js';
import { STOP } from './stop.js';
/** All cases, in the order of the report. */
export const CASES = Object.freeze([
    ...DELIVERY,
    ...SETTLEMENT,
    ...CAPABILITIES,
    ...POISON,
    ...ORDER,
    ...GROUPS,
    ...FENCING,
    ...STOP,
    ...COMMIT,
    ...FAULTS,
    ...CALLS,
    ...HANDLING,
]);
