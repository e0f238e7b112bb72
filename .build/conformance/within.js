import assert from 'node:assert/strict';
/** Rejects when the work is not over within the bound, ms. */
export async function within(what, work, ms) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what} was not over within ${ms} ms` })), ms);
    });
    try {
        return await Promise.race([work, late]);
    }
    finally {
        clearTimeout(timer);
    }
}
