/** Calls under way, for whoever has to wait until they are over. */
export class InFlight {
  readonly #calls: Set<Promise<void>> = new Set();

  /** Returns the very call. How it ends is its caller's to see. */
  track<T>(call: Promise<T>): Promise<T> {
    const calls = this.#calls;
    const settled: Promise<void> = call.then(forget, forget);
    calls.add(settled);
    function forget(): void {
      calls.delete(settled);
    }
    return call;
  }

  /** Resolves when what is under way now is over, however it ends. */
  async settled(): Promise<void> {
    await Promise.all(this.#calls);
  }
}
