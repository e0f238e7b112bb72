/**
 * Waits for a join that the client is to make, and may not: when one fails, other than by a rebalance, kafkajs goes on in the generation
 * that it had, from where it had read to. Where the group agrees, as a coordinator does that took it over, nothing makes it join again.
 * Where it was expelled before, it goes on without a member id, and so without heartbeats: nobody tells it anything, for ever.
 */
export class JoinWatch {
  readonly #failed: (why: string) => void;
  #deadline: NodeJS.Timeout | undefined;
  /** In which the client went on. */
  #generation: number | undefined;
  readonly #silenceMs: number;
  /** When the first fetch began since the last heartbeat was sent. */
  #silentFrom: number | undefined;

  /** `silenceMs`: how long a client that has a member id never goes on fetching without a heartbeat. */
  constructor(silenceMs: number, failed: (why: string) => void) {
    this.#silenceMs = silenceMs;
    this.#failed = failed;
  }

  /** Within so many ms there is a join, or it has failed. */
  await(ms: number, why: string): void {
    this.end();
    this.#deadline = setTimeout(() => this.#failed(`${why}: no join within ${ms} ms`), ms);
  }

  /** It has come, or nobody waits for it any more. */
  end(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
    this.#generation = undefined;
    this.#silentFrom = undefined;
  }

  /** The client is about to send a heartbeat, whatever becomes of it: it has a member id. */
  beats(): void {
    this.#silentFrom = undefined;
  }

  /** A client without lanes begins a fetch; each but the first comes after a heartbeat, if it is time for one. */
  fetches(): void {
    const now = performance.now();
    this.#silentFrom ??= now;
    if (now - this.#silentFrom >= this.#silenceMs) this.#failed('the client has failed to join again, and goes on without a member id');
  }

  /** The group has answered a heartbeat in this generation: the second is one of a client that goes on, the first may be an older one. */
  answered(generation: number): void {
    if (this.#deadline === undefined) return;
    if (this.#generation === generation) this.#failed('the client has failed to join again, and goes on as before');
    else this.#generation = generation;
  }
}
