import { type Headers } from '../../src/message.js';
/** A message as a publisher hands it over. It is copied: what becomes of it afterwards is the publisher's business. */
export interface PublishMessage {
    /** Bytes, or text that is encoded as UTF-8. */
    readonly body: Uint8Array | string;
    /** Default: made by the broker. A given one is the publisher's to keep unique: the broker accepts it twice. */
    readonly id?: string;
    /** On a topic it selects the partition, unless `partition` does. */
    readonly key?: string;
    readonly headers?: Headers;
    /** Queues only. The message group: the lane of an ordered queue. Default: the key; without either, the group ''. */
    readonly group?: string;
    /** Queues only. Deliver no sooner than this, ms. Default 0. At most 2^31 - 1. */
    readonly delayMs?: number;
    /** Topics only. Default: by the hash of the key; without a key, one partition after the other. */
    readonly partition?: number;
}
/** Throws `INVALID_ARGUMENT` for a message that no destination takes. */
export declare function checkMessage(message: PublishMessage): void;
/** Throws `INVALID_ARGUMENT` for what only the other kind of destination takes. */
export declare function refuseField(kind: string, field: keyof PublishMessage, message: PublishMessage): void;
/**
 * A frozen copy. Text cannot be changed by who gets it, so headers of text alone are shared by all deliveries; those with
 * bytes are copied again for each, see {@link hasBytes}.
 */
export declare function copyHeaders(headers: Headers | undefined): Headers;
export declare function hasBytes(headers: Headers): boolean;
/**
 * Copies bodies into shared chunks: a buffer of its own for each costs over 1 µs (64 bytes and more, Node 20), this 0.1 µs.
 * A chunk lives as long as any body in it.
 */
export declare class BodyCopier {
    #private;
    copy(body: Uint8Array): Uint8Array;
    /** The same for what was published, which may be text. */
    take(body: Uint8Array | string): Uint8Array;
}
