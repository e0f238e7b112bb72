import type { StreamError } from '../../src/errors.js';
import type { Message } from '../../src/message.js';
import type { NatsMsg } from './client.js';
import type { Link } from './link.js';
/**
 * Sends acks and their like, and waits for the server's word.
 *
 * With `batch` only the last one asks for an answer. That covers the others because everything on this way keeps its order:
 * the client writes in order to one connection, the server reads a connection in order and puts the acks of a consumer into
 * one queue, which one goroutine works off (nats-server, `consumer.go`: pushAck, processInboundAcks, processAck). It holds
 * for one connection and one leader of the consumer: if the client changed its connection meanwhile, the batch is sent
 * again (acks are idempotent); and consumers with replicas, whose leader can move, use `message`. The one that asks is the
 * newest of the stream, as a server that forgot deliveries in a crash ignores the acks of the newest ones.
 */
export declare class Confirmer {
    #private;
    constructor(link: Link, inbox: string, answerMs: number);
    /**
     * Publishes `payload` to each message's delivery and resolves when the server has taken all of them. Rejects with TIMEOUT
     * or UNAVAILABLE: then nothing is known of any.
     */
    send(messages: readonly Message<NatsMsg>[], payload: Uint8Array, confirm: 'batch' | 'message', doing: string): Promise<void>;
    /** Publishes without asking for an answer. */
    publish(messages: readonly Message<NatsMsg>[], payload: Uint8Array, doing: string): void;
    /** Answers that are due over a broken connection never come. */
    fail(error: StreamError): void;
    close(): void;
}
