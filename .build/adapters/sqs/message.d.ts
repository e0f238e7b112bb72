import { type Lease, Message } from '../../src/message.js';
import type { SqsMessage } from './client.js';
import type { Settings } from './options.js';
/** Makes messages of one consumer. */
export declare class Messages {
    #private;
    constructor({ bodyEncoding, fifo, keyAttribute }: Settings);
    /** Throws INTERNAL for what cannot be settled, or is not what was sent. */
    make(raw: SqsMessage, lease: Lease): Message<SqsMessage>;
}
