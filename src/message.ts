/** One value of a header: text, bytes, or several of either under one name. */
export type HeaderValue = string | Uint8Array | readonly (string | Uint8Array)[];
export type Headers = Readonly<Record<string, HeaderValue>>;

/** What a message without headers carries; shared, so that it costs nothing. */
export const NO_HEADERS: Headers = Object.freeze({});

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
  until: number;

  constructor(until: number) {
    this.until = until;
  }
}

export interface MessageInit<Raw = unknown> {
  readonly id: string;
  readonly delivery: string | number;
  readonly body: Uint8Array;
  readonly raw: Raw;
  readonly key?: string | undefined;
  readonly headers?: Headers | undefined;
  readonly lane?: string | undefined;
  readonly assignment?: number | undefined;
  readonly position?: string | number | undefined;
  readonly attempt?: number | undefined;
  readonly publishedAt?: number | undefined;
  readonly lease?: Lease | undefined;
}

/**
 * One delivery of one message. A class with a fixed shape: every instance has the same fields in the same order, which
 * is what keeps the dispatch fast. Adapters create it; users read it. Nothing in it is decoded.
 */
export class Message<Raw = unknown> {
  /** Stable over redeliveries: the same message has the same id each time it comes. Unique within the topic or queue. */
  readonly id: string;
  /** This delivery of it, opaque: differs each time the message comes, also when it returns while its handler runs. */
  readonly delivery: string | number;
  /** The body's bytes, never decoded. */
  readonly body: Uint8Array;
  /** What the producer keyed it by, where the system has keys. */
  readonly key: string | undefined;
  readonly headers: Headers;
  /** The unit the broker orders by: partition, shard, group, session. Undefined where the broker orders nothing. */
  readonly lane: string | undefined;
  /** Which ownership of the lane delivered it: rises each time the lane is assigned; 0 where lanes are not assigned. */
  readonly assignment: number;
  /** Where it stands in its lane: an offset (number) or a sequence number too long for one (string). Holes are normal. */
  readonly position: string | number | undefined;
  /**
   * 1 at the first delivery to anyone, and more at every further one, whether or not the broker counts that one towards its
   * limit; undefined where it does not tell.
   */
  readonly attempt: number | undefined;
  /** When it was published, ms since 1970, by the broker's or producer's clock; undefined where not told. */
  readonly publishedAt: number | undefined;
  /** The hold on it; undefined where the broker grants none (cursors). Replaced when it is extended apart from its batch. */
  lease: Lease | undefined;
  /** The client's own message: the escape hatch. */
  readonly raw: Raw;
  /** @internal Where a drainer keeps its bookkeeping for it; NONE when none holds it. */
  slot: number;
  /** @internal Where its adapter keeps its bookkeeping for it: a watermark its place in the order of delivery. NONE: nowhere. */
  ordinal: number;

  constructor(init: MessageInit<Raw>) {
    this.id = init.id;
    this.delivery = init.delivery;
    this.body = init.body;
    this.key = init.key;
    this.headers = init.headers ?? NO_HEADERS;
    this.lane = init.lane;
    this.assignment = init.assignment ?? 0;
    this.position = init.position;
    this.attempt = init.attempt;
    this.publishedAt = init.publishedAt;
    this.lease = init.lease;
    this.raw = init.raw;
    this.slot = NONE;
    this.ordinal = NONE;
  }

  /** The body as UTF-8 text; a convenience that decodes on each call. */
  text(): string {
    return DECODER.decode(this.body);
  }
}

const DECODER = new TextDecoder();
