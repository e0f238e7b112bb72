import { Watermark } from '../../src/watermark.js';
/** One assignment of one partition: what came of it, what was handed out, and how far that is done. */
export class Lane {
    lane;
    assignment;
    topic;
    partition;
    mark = new Watermark();
    gone = false;
    /** It was sought back: what was asked for elsewhere is stale. Undefined once the client reads from there. */
    readFrom;
    #chunks = [];
    #make;
    /** Records that came and were not handed out. */
    waiting = 0;
    constructor(topic, partition, assignment, make) {
        this.#make = make;
        this.lane = laneName(topic, partition);
        this.assignment = assignment;
        this.topic = topic;
        this.partition = partition;
    }
    arrived(messages) {
        this.#chunks.push({ messages, at: 0 });
        this.waiting += messages.length;
    }
    /** Hands out up to `max`, onto `out`; each gets a delivery number from `delivery` on. */
    take(out, max, delivery) {
        const { lane, assignment, mark } = this;
        const make = this.#make;
        let room = max;
        while (room > 0) {
            const chunk = this.#chunks[0];
            if (chunk === undefined)
                return;
            const { messages } = chunk;
            const end = Math.min(messages.length, chunk.at + room);
            const count = end - chunk.at;
            for (let at = chunk.at; at < end; at += 1) {
                const message = make(messages[at], delivery + out.length, lane, assignment);
                mark.deliver(message);
                out.push(message);
            }
            chunk.at = end;
            room -= count;
            this.waiting -= count;
            if (end === messages.length)
                this.#chunks.shift();
        }
    }
    /** What came and was not handed out will be read again, or is no longer ours. */
    clear() {
        this.#chunks = [];
        this.waiting = 0;
    }
}
export function laneName(topic, partition) {
    return `${topic}/${partition}`;
}
