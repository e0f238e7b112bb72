import { Message } from '../../src/message.js';
import { Watermark } from '../../src/watermark.js';
import { copyHeaders } from './payload.js';
export const Held = { OPEN: 0, FINISHED: 1, SETTLED: 2, STALE: 3 };
/** One delivery from a lane. */
export class LogDelivery {
    topic;
    partition;
    offset;
    lane;
    state = Held.OPEN;
    /** The message that the watermark tracks. */
    message;
    constructor(topic, offset, lane) {
        this.topic = topic;
        this.partition = lane.partition.index;
        this.offset = offset;
        this.lane = lane;
    }
}
/** Every message in a lane was made by it. */
function deliveryOf(message) {
    return message.raw;
}
/** One ownership of one partition by one member: where it reads, and how far it is done. */
export class Lane {
    name;
    partition;
    assignment;
    /** The place of the next entry to deliver. */
    next;
    /** Not read before this time, ms on the clock. */
    notBefore = 0;
    paused = false;
    /** It is being taken away: nothing more is delivered, acks are still good. */
    revoking = false;
    /** It belongs to someone else, or to nobody. */
    gone = false;
    endTold = false;
    mark = new Watermark();
    constructor(partition, assignment, next) {
        this.name = String(partition.index);
        this.partition = partition;
        this.assignment = assignment;
        this.next = next;
    }
    /** How many entries `deliver` could bring. */
    available(now) {
        if (this.paused || this.revoking || this.notBefore > now)
            return 0;
        return this.backlog;
    }
    /** How many entries have to be delivered yet. */
    get backlog() {
        return this.partition.end - Math.max(this.next, this.partition.start);
    }
    deliver(topic, count, into, token, bodies) {
        let place = Math.max(this.next, this.partition.start);
        for (let index = 1; index <= count; index += 1) {
            const entry = this.partition.at(place);
            const raw = new LogDelivery(topic, entry.offset, this);
            const message = new Message({
                id: entry.id,
                delivery: token + index,
                body: bodies.copy(entry.body),
                raw,
                key: entry.key,
                headers: entry.hasBytes ? copyHeaders(entry.headers) : entry.headers,
                lane: this.name,
                assignment: this.assignment,
                position: entry.offset,
                publishedAt: entry.publishedAt,
            });
            raw.message = message;
            this.mark.deliver(message);
            into.push(message);
            place += 1;
        }
        this.next = place;
    }
    finish(delivery) {
        delivery.state = Held.FINISHED;
        if (delivery.message !== undefined)
            this.mark.finish(delivery.message);
    }
    /** The commit up to this message has succeeded. Returns what it covers. */
    settle(last) {
        // Only messages of this lane are in its watermark.
        const settled = this.mark.settle(last);
        for (const message of settled)
            deliveryOf(message).state = Held.SETTLED;
        return settled;
    }
    /** Acked, and not committed. */
    unsettled() {
        return this.mark.unsettled();
    }
    /** Reads again from this delivery on: it and all later ones are stale. */
    giveBackFrom(delivery, notBefore) {
        this.#readAgain(delivery.offset, notBefore, delivery.message);
    }
    /** Reads on from this offset: all that is held is stale. */
    seek(offset) {
        this.#readAgain(offset, 0);
    }
    #readAgain(offset, notBefore, from) {
        // Only messages of this lane are in its watermark.
        for (const message of this.mark.truncate(from))
            deliveryOf(message).state = Held.STALE;
        this.next = this.partition.placeOf(offset);
        this.notBefore = notBefore;
        this.endTold = false;
    }
}
