import type { StreamError } from '../../src/errors.js';
import { blocked, called } from './confluent-calls.js';
import type { ConfluentConsumerLike } from './confluent-client.js';
import { confluentError } from './errors.js';
import { Sleeper } from './sleeper.js';

export const CONNECT_MS = 10_000;
/** Between two polls when nothing came, ms: without a timeout a poll takes a thread of Node's pool for a moment only. */
export const POLL_MS = 10;

/** Why a connection is refused comes with consuming only, and connecting itself says no more than that it took too long. */
export async function connect(client: ConfluentConsumerLike): Promise<void> {
  const sleeper = new Sleeper();
  let over = false;
  let denied: StreamError | undefined;
  const connecting = blocked((done) => client.connect({ timeout: CONNECT_MS }, done)).finally(() => {
    over = true;
    sleeper.wake();
  });
  const polling = (async () => {
    while (!over) {
      await sleeper.sleep(POLL_MS);
      try {
        await called((done) => client.consume(1, done));
      } catch (thrown) {
        // As long as it is not connected there is nothing to consume. But what it may not do is told once only.
        const error = confluentError('consuming', thrown);
        if (error.code === 'PERMISSION_DENIED') denied = error;
      }
    }
  })();
  await Promise.allSettled([connecting, polling]);
  await connecting;
  if (denied !== undefined) throw denied;
}
