/** What kafkajs fails with when it could not even ask. */
const UNREACHABLE = ['KafkaJSBrokerNotFound', 'KafkaJSConnectionError', 'KafkaJSConnectionClosedError'];
/** A connection that was broken is told of once more by its next use. */
const FAILURES = 3;
/**
 * Tells a coordinator that is away from one that was replaced. kafkajs goes on asking the one that it has joined by, also when that
 * has left the cluster, until it joins again; nothing makes it, as long as what it reads is led by others.
 */
export class CoordinatorWatch {
    #ask;
    #asking = false;
    /** When the group was last found to have a coordinator that answers, while the client's own did not. */
    #foundAt = Infinity;
    #failures = 0;
    /** `ask`: resolves when the group's coordinator, whichever it is by now, has answered. */
    constructor(ask) {
        this.#ask = ask;
    }
    /** The client's own has answered. */
    answered() {
        this.#foundAt = Infinity;
        this.#failures = 0;
    }
    /** A request that was begun then has failed. Returns whether the group has another coordinator by now. */
    failed(error, begunAt) {
        if (!UNREACHABLE.includes(Object(error).name))
            return false;
        if (begunAt > this.#foundAt)
            this.#failures += 1;
        else if (!this.#asking && this.#foundAt === Infinity)
            this.#look();
        return this.#failures >= FAILURES;
    }
    #look() {
        this.#asking = true;
        const over = () => {
            this.#asking = false;
        };
        this.#ask().then(() => {
            this.#foundAt = performance.now();
            over();
        }, over);
    }
}
