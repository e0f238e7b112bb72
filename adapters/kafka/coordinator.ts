/** What kafkajs fails with when nobody has answered. */
const UNREACHABLE: readonly unknown[] = [
  'KafkaJSBrokerNotFound',
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
];
/** A connection that was broken is told of once more by its next use. */
const FAILURES = 3;

/**
 * Tells a coordinator that is away from one that was replaced. kafkajs goes on asking the one that it has joined by, also when that
 * has left the cluster, until it joins again; nothing makes it, as long as what it reads is led by others.
 */
export class CoordinatorWatch {
  readonly #ask: () => Promise<unknown>;
  #asking = false;
  /** When the group was last found to have a coordinator that answers, while the client's own did not. */
  #foundAt = Infinity;
  #failures = 0;

  /** `ask`: resolves when the group's coordinator, whichever it is by now, has answered. */
  constructor(ask: () => Promise<unknown>) {
    this.#ask = ask;
  }

  /** The client's own has answered. */
  answered(): void {
    this.#foundAt = Infinity;
    this.#failures = 0;
  }

  /** A request that was begun then has failed. Returns whether the group has another coordinator by now. */
  failed(error: unknown, begunAt: number): boolean {
    if (!UNREACHABLE.includes(Object(error).name)) return false;
    if (begunAt > this.#foundAt) this.#failures += 1;
    else if (!this.#asking && this.#foundAt === Infinity) this.#look();
    return this.#failures >= FAILURES;
  }

  #look(): void {
    this.#asking = true;
    const over = (): void => {
      this.#asking = false;
    };
    this.#ask().then(() => {
      this.#foundAt = performance.now();
      over();
    }, over);
  }
}
