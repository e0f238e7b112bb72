/** The longest that a timer of Node can be set to. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The sleep of one loop, which sleeps once at a time. */
export class Sleeper {
  #wake: (() => void) | undefined;

  /** Resolves after so many ms, if any are given, when the signal is aborted, or when there is something to do. */
  sleep(ms?: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        this.#wake = undefined;
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(wake, Math.min(ms, LONGEST_TIMER_MS));
      signal?.addEventListener('abort', wake);
      this.#wake = wake;
    });
  }

  /** There may be something to do. */
  wake(): void {
    this.#wake?.();
  }
}
