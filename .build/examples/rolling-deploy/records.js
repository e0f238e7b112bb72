import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
/** One handled message: its partition and offset, when it was handled (ms, `now()`), and how long after it was published (ms). */
export const FIELDS = 4;
const ROWS = 4_096;
/** Ms on a clock that all processes of this machine share, and that nobody sets. */
export function now() {
    return Number(process.hrtime.bigint() / 1000n) / 1_000;
}
/** What a worker has handled, as rows of doubles in a file: so cheap that the recording does not slow down what is measured. */
export class RecordWriter {
    #file;
    #rows = new Float64Array(ROWS * FIELDS);
    #at = 0;
    constructor(path) {
        this.#file = openSync(path, 'w');
    }
    add(partition, offset, handledAt, latencyMs) {
        const rows = this.#rows;
        const at = this.#at;
        rows[at] = partition;
        rows[at + 1] = offset;
        rows[at + 2] = handledAt;
        rows[at + 3] = latencyMs;
        this.#at = at + FIELDS;
        if (this.#at === rows.length)
            this.flush();
    }
    flush() {
        const bytes = new Uint8Array(this.#rows.buffer, 0, this.#at * Float64Array.BYTES_PER_ELEMENT);
        for (let written = 0; written < bytes.length;)
            written += writeSync(this.#file, bytes, written);
        this.#at = 0;
    }
    close() {
        this.flush();
        closeSync(this.#file);
    }
}
export function readRecords(path) {
    const bytes = readFileSync(path);
    // A buffer of its own, which begins where a double may.
    return new Float64Array(new Uint8Array(bytes).buffer);
}
