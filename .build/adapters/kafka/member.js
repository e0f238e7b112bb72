import { StreamError } from '../../src/errors.js';
/** Whether an error says that the member is no longer one. */
export function isFenced(error) {
    return StreamError.is(error) && error.code === 'LEASE_LOST';
}
