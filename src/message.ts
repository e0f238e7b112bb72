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

/**
 * Fields that an adapter derives from its client's message when they are first read, once for each message: text that would
 * have to be decoded or put together costs more than everything else that is done for a message, and many handlers never read
 * it. One object serves all messages of a consumer.
 */
export interface DerivedFields<Raw = unknown> {
  id(message: Message<Raw>): string;
  key?(message: Message<Raw>): string | undefined;
  headers?(message: Message<Raw>): Headers;
  position?(message: Message<Raw>): string | number | undefined;
  publishedAt?(message: Message<Raw>): number | undefined;
}

/** What a message is made of, besides what identifies it. */
export interface GivenFields<Raw = unknown> {
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

/** What is given is not derived. */
export type MessageInit<Raw = unknown> = GivenFields<Raw> &
  ({ readonly id: string; readonly derive?: undefined } | { readonly id?: string; readonly derive: DerivedFields<Raw> });

/**
 * One delivery of one message. A class with a fixed shape: every instance has the same fields in the same order, which
 * is what keeps the dispatch fast. Adapters create it; users read it. Nothing of the body is decoded.
 */
export class Message<Raw = unknown> {
  /** This delivery of it, opaque: differs each time the message comes, also when it returns while its handler runs. */
  readonly delivery: string | number;
  /** The body's bytes, never decoded. */
  readonly body: Uint8Array;
  /** The unit the broker orders by: partition, shard, group, session. Undefined where the broker orders nothing. */
  readonly lane: string | undefined;
  /** Which ownership of the lane delivered it: rises each time the lane is assigned; 0 where lanes are not assigned. */
  readonly assignment: number;
  /**
   * 1 at the first delivery to anyone, and more at every further one, whether or not the broker counts that one towards its
   * limit; undefined where it does not tell.
   */
  readonly attempt: number | undefined;
  /** The hold on it; undefined where the broker grants none (cursors). Replaced when it is extended apart from its batch. */
  lease: Lease | undefined;
  /** The client's own message: the escape hatch. */
  readonly raw: Raw;
  /** @internal Where a drainer keeps its bookkeeping for it; NONE when none holds it. */
  slot: number;
  /** @internal Where its adapter keeps its bookkeeping for it: of a cursor, its place in its lane's watermark. NONE: nowhere. */
  ordinal: number;
  // Not #private, which would cost some ns each time a message is made.
  /** @internal */
  readonly derive: DerivedFields<Raw> | undefined;
  /** @internal */
  givenId: string | undefined;
  /** @internal */
  givenKey: string | undefined;
  /** @internal */
  givenHeaders: Headers | undefined;
  /** @internal */
  givenPosition: string | number | undefined;
  /** @internal */
  givenPublishedAt: number | undefined;

  constructor(init: MessageInit<Raw>) {
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
  get id(): string {
    this.givenId ??= this.derive?.id(this) ?? '';
    return this.givenId;
  }

  /** What the producer keyed it by, where the system has keys. */
  get key(): string | undefined {
    this.givenKey ??= this.derive?.key?.(this);
    return this.givenKey;
  }

  get headers(): Headers {
    this.givenHeaders ??= this.derive?.headers?.(this) ?? NO_HEADERS;
    return this.givenHeaders;
  }

  /** Where it stands in its lane: an offset (number) or a sequence number too long for one (string). Holes are normal. */
  get position(): string | number | undefined {
    this.givenPosition ??= this.derive?.position?.(this);
    return this.givenPosition;
  }

  /** When it was published, ms since 1970, by the broker's or producer's clock; undefined where not told. */
  get publishedAt(): number | undefined {
    this.givenPublishedAt ??= this.derive?.publishedAt?.(this);
    return this.givenPublishedAt;
  }

  /** The body as UTF-8 text; a convenience that decodes on each call. */
  text(): string {
    return DECODER.decode(this.body);
  }
}

const DECODER = new TextDecoder();
