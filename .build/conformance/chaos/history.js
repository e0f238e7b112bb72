/** Whether a stop at this moment meets all that makes one hard. */
export function isFull({ started, unstarted, failing }) {
    return started > 0 && unstarted > 0 && failing > 0;
}
/** ms on the system's monotonic clock. Read each time: an offset to a clock of the process's own is off by what passes between two reads. */
export function now() {
    return Number(process.hrtime.bigint()) / 1e6;
}
/** An event as a line. */
export function lineOf(event) {
    return `${JSON.stringify(event)}\n`;
}
/** Reads what a worker wrote; a last line without its end was cut off by SIGKILL and tells nothing. Throws for any other text. */
export function parseHistory(worker, text) {
    const lines = text.split('\n');
    lines.pop();
    return {
        worker,
        events: lines.map((line, at) => {
            try {
                // What workers write is this module's own.
                return JSON.parse(line);
            }
            catch (error) {
                throw new Error(`history of ${worker}, line ${at + 1}: ${line.slice(0, 200)}`, { cause: error });
            }
        }),
    };
}
