import { type TestContext, test } from 'node:test';

/*
 * Servers and clients that a machine may not be able to have: what they are needed for is skipped there, and says so. On CI all can be
 * had, and one that cannot fails.
 */

const isCi = process.env.CI === 'true';

function why(what: string, error: unknown): string {
  return `${what} IS NOT TESTED: ${error instanceof Error ? error.message : String(error)}`;
}

/** Starts what a file is about. Undefined where it cannot be had: then it has registered a test that says why. */
export async function startOrSkip<T>(what: string, start: () => Promise<T>): Promise<T | undefined> {
  try {
    return await start();
  } catch (error) {
    test(what, isCi ? {} : { skip: why(what, error) }, () => Promise.reject(error));
    return undefined;
  }
}

/** Starts what one test is about. Undefined where it cannot be had: then the test is skipped. */
export async function startOrSkipIn<T>(t: TestContext, what: string, start: () => Promise<T>): Promise<T | undefined> {
  try {
    return await start();
  } catch (error) {
    if (isCi) throw error;
    t.skip(why(what, error));
    return undefined;
  }
}

/** Why it cannot be had, for tests that are told apart by it; undefined where it can. */
export async function whyNot(what: string, start: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await start();
    return undefined;
  } catch (error) {
    if (isCi) throw error;
    return why(what, error);
  }
}
