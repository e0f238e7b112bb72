/** Waits until the condition holds, looking again after each turn of the event loop. The bound is only there to fail rather than hang. */
export async function until(condition, what, boundMs = 10_000) {
    const end = performance.now() + boundMs;
    while (!(await condition())) {
        if (performance.now() > end)
            throw new Error(`waited ${boundMs} ms in vain until ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 1));
    }
}
/** A promise that a test settles, to hold a handler where it wants it. */
export class Gate {
    opened;
    open = () => undefined;
    constructor() {
        this.opened = new Promise((resolve) => {
            this.open = resolve;
        });
    }
}
