import { failure, nativeError, pullStatusError } from './errors.js';
/** How often a batch is sent again because the client changed its connection under it. */
const MAX_SENDS = 3;
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
export class Confirmer {
    #link;
    #inbox;
    #answerMs;
    #waiting = new Map();
    #subscription;
    #subscribedOn;
    #next = 0;
    constructor(link, inbox, answerMs) {
        this.#link = link;
        this.#inbox = inbox;
        this.#answerMs = answerMs;
    }
    /**
     * Publishes `payload` to each message's delivery and resolves when the server has taken all of them. Rejects with TIMEOUT
     * or UNAVAILABLE: then nothing is known of any.
     */
    async send(messages, payload, confirm, doing) {
        for (let sends = 0; sends < MAX_SENDS; sends += 1) {
            const connection = this.#link.current();
            const { epoch } = this.#link;
            await this.#sendOnce(connection, messages, payload, confirm, doing);
            if (this.#link.epoch === epoch)
                return;
        }
        throw failure('UNAVAILABLE', `${doing}: the connection changed while it was sent, ${MAX_SENDS} times`);
    }
    /** Publishes without asking for an answer. */
    publish(messages, payload, doing) {
        const connection = this.#link.current();
        try {
            this.#publishAll(connection, messages, payload, undefined, undefined);
        }
        catch (error) {
            throw nativeError(error, doing);
        }
    }
    #sendOnce(connection, messages, payload, confirm, doing) {
        this.#subscribe(connection);
        this.#next += 1;
        const token = String(this.#next);
        const options = { reply: `${this.#inbox}.${token}` };
        const each = confirm === 'message';
        return new Promise((resolve, reject) => {
            const timer = setTimeout(() => {
                settle();
                reject(failure('TIMEOUT', `${doing}: no answer from the server within ${this.#answerMs} ms`));
            }, this.#answerMs);
            const settle = () => {
                clearTimeout(timer);
                this.#waiting.delete(token);
            };
            this.#waiting.set(token, {
                left: each ? messages.length : 1,
                resolve: () => {
                    settle();
                    resolve();
                },
                reject: (error) => {
                    settle();
                    reject(error);
                },
            });
            try {
                const newest = each ? undefined : newestOf(messages);
                this.#publishAll(connection, messages, payload, each ? options : undefined, newest);
                if (newest !== undefined)
                    this.#publish(connection, newest, payload, options);
            }
            catch (error) {
                settle();
                reject(nativeError(error, doing));
            }
        });
    }
    /** Publishes to all but one. */
    #publishAll(connection, messages, payload, options, except) {
        for (const message of messages)
            if (message !== except)
                this.#publish(connection, message, payload, options);
    }
    #publish(connection, message, payload, options) {
        // The client checks the subject of a publish, but not that of a response, which it has itself: that is much per message.
        if (this.#link.single)
            message.raw.respond(payload, options);
        // A delivery is the subject that acks it.
        else
            connection.publish(message.delivery, payload, options);
    }
    #subscribe(connection) {
        if (this.#subscription !== undefined && this.#subscribedOn === connection)
            return;
        try {
            this.#subscription = connection.subscribe(`${this.#inbox}.*`, { callback: (error, answer) => this.#answered(error, answer) });
        }
        catch (error) {
            throw nativeError(error, 'subscribing to answers');
        }
        this.#subscribedOn = connection;
    }
    #answered(error, answer) {
        if (error !== null) {
            // The subscription is refused (permissions): no answer can come any more, on it or a next one.
            this.#subscription = undefined;
            this.fail(nativeError(error, 'subscribing to answers'));
            return;
        }
        const token = answer.subject.slice(this.#inbox.length + 1);
        const waiting = this.#waiting.get(token);
        if (waiting === undefined)
            return;
        const code = answer.data.length === 0 ? (answer.headers?.code ?? 0) : 0;
        if (code !== 0) {
            const text = code === 503 ? 'nobody takes acks: the consumer is gone, or its server is starting' : (answer.headers?.description ?? '');
            waiting.reject(pullStatusError(code, text, 'settling'));
            return;
        }
        waiting.left -= 1;
        if (waiting.left === 0)
            waiting.resolve();
    }
    /** Answers that are due over a broken connection never come. */
    fail(error) {
        for (const waiting of [...this.#waiting.values()])
            waiting.reject(error);
    }
    close() {
        this.fail(failure('CLOSED', 'the consumer was closed'));
        const subscription = this.#subscription;
        this.#subscription = undefined;
        if (subscription !== undefined && this.#subscribedOn?.isClosed() === false)
            subscription.unsubscribe();
    }
}
function newestOf(messages) {
    let newest = messages[0];
    for (const message of messages) {
        // Positions of this adapter are stream sequences.
        if (newest === undefined || message.position > newest.position)
            newest = message;
    }
    return newest;
}
