import { entryError, nativeError } from './errors.js';
/** What SQS takes in one call. */
export const PER_CALL = 10;
/**
 * Gathers single messages into calls of ten, a few of them at a time: while all calls are out, what comes waits and fills the
 * next ones. So handlers that ack one by one pay for a tenth of a call each.
 */
export class Batches {
    #send;
    #doing;
    #maxCalls;
    #waiting = [];
    #calls = 0;
    #scheduled = false;
    constructor(send, doing, maxCalls) {
        this.#send = send;
        this.#doing = doing;
        this.#maxCalls = maxCalls;
    }
    /** Resolves with the error of each message that failed; never rejects. */
    async all(messages) {
        const failed = new Map();
        let left = messages.length;
        if (left === 0)
            return failed;
        await new Promise((resolve) => {
            for (const message of messages) {
                const done = (error) => {
                    if (error !== undefined)
                        failed.set(message, error);
                    left -= 1;
                    if (left === 0)
                        resolve();
                };
                this.#waiting.push({ message, done });
            }
            this.#schedule();
        });
        return failed;
    }
    #schedule() {
        if (this.#scheduled || this.#waiting.length === 0 || this.#calls >= this.#maxCalls)
            return;
        this.#scheduled = true;
        // What others ack in the same turn goes along.
        setImmediate(() => {
            this.#scheduled = false;
            while (this.#waiting.length > 0 && this.#calls < this.#maxCalls)
                void this.#call(this.#waiting.splice(0, PER_CALL));
        });
    }
    async #call(batch) {
        this.#calls += 1;
        const errors = await outcome(this.#send, batch.map(({ message }) => message), this.#doing);
        this.#calls -= 1;
        for (const [index, { done }] of batch.entries())
            done(errors[index]);
        this.#schedule();
    }
}
/** One call: an error, or none, for each of these messages. Never rejects. */
export async function outcome(send, messages, doing) {
    const entries = messages.map(({ delivery }, index) => ({ Id: String(index), ReceiptHandle: String(delivery) }));
    try {
        const { Failed = [] } = await send(entries);
        const errors = messages.map(() => undefined);
        for (const failed of Failed)
            errors[Number(failed.Id)] = entryError(failed, doing);
        return errors;
    }
    catch (error) {
        const all = nativeError(error, doing);
        return messages.map(() => all);
    }
}
