import { copyHeaders, hasBytes } from './payload.js';
/** The headers that dead-lettering adds. */
export const DEAD_LETTER_HEADERS = Object.freeze({
    reason: 'x-dead-letter-reason',
    description: 'x-dead-letter-description',
    source: 'x-dead-letter-source',
    attempts: 'x-dead-letter-attempts',
});
export const State = { READY: 0, DELAYED: 1, BLOCKED: 2, LEASED: 3, ACKED: 4, DEAD: 5 };
/** One message in a queue. As `Due`: when its delay is over. */
export class Entry {
    /** The queue it is in: tokens are good in that one alone. */
    queue;
    id;
    order;
    key;
    group;
    headers;
    hasBytes;
    body;
    publishedAt;
    state = State.READY;
    deliveries = 0;
    attempts = 0;
    /** Its delivery that is good, or was when it was settled; 0: none. */
    token = 0;
    hold = undefined;
    at;
    place = -1;
    constructor(queue, id, order, group, message, body, publishedAt, at) {
        this.queue = queue;
        this.id = id;
        this.order = order;
        this.key = message.key;
        this.group = group;
        this.headers = copyHeaders(message.headers);
        this.hasBytes = hasBytes(this.headers);
        this.body = body;
        this.publishedAt = publishedAt;
        this.at = at;
    }
}
