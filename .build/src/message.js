/** What a message without headers carries; shared, so that it costs nothing. */
export const NO_HEADERS = Object.freeze({});
/** @internal In `Message.slot`: not held by a drainer; in `Message.ordinal`: not tracked by a watermark. */
export const NONE = -1;
/**
 * The hold that a broker granted until a point in time. One object is shared by all messages that got it together (a
 * fetched batch, a session, a shard), so that extending it costs one write. Adapters create leases in `fetch` and move
 * `until` in `extend`; the lease keeper reads them.
 */
export class Lease {
    /**
     * When it ends, in ms on the monotonic clock (`performance.now()`), judged from this side: no later than the broker's end,
     * with a margin for what cannot be known (how long the answer to a poll was on its way).
     */
    until;
    constructor(until) {
        this.until = until;
    }
}
/**
 * One delivery of one message. A class with a fixed shape: every instance has the same fields in the same order, which
 * is what keeps the dispatch fast. Adapters create it; users read it. Nothing of the body is decoded.
 */
export class Message {
    /** This delivery of it, opaque: differs each time the message comes, also when it returns while its handler runs. */
    delivery;
    /** The body's bytes, never decoded. */
    body;
    /** The unit the broker orders by: partition, shard, group, session. Undefined where the broker orders nothing. */
    lane;
    /** Which ownership of the lane delivered it: rises each time the lane is assigned; 0 where lanes are not assigned. */
    assignment;
    /**
     * 1 at the first delivery to anyone, and more at every further one, whether or not the broker counts that one towards its
     * limit; undefined where it does not tell.
     */
    attempt;
    /** The hold on it; undefined where the broker grants none (cursors). Replaced when it is extended apart from its batch. */
    lease;
    /** The client's own message: the escape hatch. */
    raw;
    /** @internal Where a drainer keeps its bookkeeping for it; NONE when none holds it. */
    slot;
    /** @internal Where its adapter keeps its bookkeeping for it: a watermark its place in the order of delivery. NONE: nowhere. */
    ordinal;
    // Not #private, which would cost some ns each time a message is made.
    /** @internal */
    derive;
    /** @internal */
    givenId;
    /** @internal */
    givenKey;
    /** @internal */
    givenHeaders;
    /** @internal */
    givenPosition;
    /** @internal */
    givenPublishedAt;
    constructor(init) {
        this.delivery = init.delivery;
        this.body = init.body;
        this.lane = init.lane;
        this.assignment = init.assignment ?? 0;
        this.attempt = init.attempt;
        this.lease = init.lease;
        this.raw = init.raw;
        this.slot = NONE;
        this.ordinal = NONE;
        this.derive = init.derive;
        this.givenId = init.id;
        this.givenKey = init.key;
        this.givenHeaders = init.headers;
        this.givenPosition = init.position;
        this.givenPublishedAt = init.publishedAt;
    }
    /** Stable over redeliveries: the same message has the same id each time it comes. Unique within the topic or queue. */
    get id() {
        this.givenId ??= this.derive?.id(this) ?? '';
        return this.givenId;
    }
    /** What the producer keyed it by, where the system has keys. */
    get key() {
        this.givenKey ??= this.derive?.key?.(this);
        return this.givenKey;
    }
    get headers() {
        this.givenHeaders ??= this.derive?.headers?.(this) ?? NO_HEADERS;
        return this.givenHeaders;
    }
    /** Where it stands in its lane: an offset (number) or a sequence number too long for one (string). Holes are normal. */
    get position() {
        this.givenPosition ??= this.derive?.position?.(this);
        return this.givenPosition;
    }
    /** When it was published, ms since 1970, by the broker's or producer's clock; undefined where not told. */
    get publishedAt() {
        this.givenPublishedAt ??= this.derive?.publishedAt?.(this);
        return this.givenPublishedAt;
    }
    /** The body as UTF-8 text; a convenience that decodes on each call. */
    text() {
        return DECODER.decode(this.body);
    }
}
const DECODER = new TextDecoder();
