import { type Message } from '../../src/message.js';
import type { Ledger, Standing } from './ledger.js';
/**
 * The ledger of a consumer with `ack_policy: all`, where an ack takes everything before it along. A message that the server
 * delivered and that never came here (it went to an owner before us that crashed, or was on a connection that broke) would
 * be acked unhandled. So every sign of one (a hole in the consumer's own sequence, a message out of the stream's order, what
 * was pending at the start) makes the cursor doubtful: it commits nothing until the server's count of pending messages says
 * that all of them are here, and then begins anew in the stream's order.
 */
export declare class Cursor implements Ledger {
    #private;
    /** `delivered` is the consumer's sequence so far, `pending` what it has delivered and not got acked. */
    constructor(delivered: number, pending: number);
    get doubtful(): boolean;
    add(message: Message, sequence: number): boolean;
    standing(message: Message): Standing;
    remove(message: Message, why: 'released' | 'lost'): void;
    held(): Message[];
    /** Its work is done. */
    finish(message: Message): void;
    /** What to ack to commit all that is done so far; undefined: nothing new, or not now. */
    get due(): Message | undefined;
    /** The server took the ack of `last`. Returns what that confirmed. */
    commit(last: Message): Message[];
    /** Whether a commit of this side covers it. */
    isCommitted(message: Message): boolean;
    /** Done and not committed. */
    uncommitted(): Message[];
    /**
     * The server has `pending` messages delivered and not acked, asked while no ack and no pull was under way. If all of them
     * are here, the doubt is over.
     */
    settleDoubt(pending: number): void;
}
