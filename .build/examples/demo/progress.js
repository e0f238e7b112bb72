/** One line that is rewritten on a terminal; elsewhere a line each second. */
export class Progress {
    #on;
    #live = process.stdout.isTTY === true;
    #shownAt = 0;
    #open = false;
    constructor(on) {
        this.#on = on;
    }
    /** Something worth a line of its own. */
    say(text) {
        if (!this.#on)
            return;
        this.end();
        console.log(text);
    }
    update(text) {
        const now = performance.now();
        if (!this.#on || now - this.#shownAt < (this.#live ? 100 : 1_000))
            return;
        this.#shownAt = now;
        if (!this.#live) {
            console.log(text());
            return;
        }
        process.stdout.write(`\r\u001b[2K${text()}`);
        this.#open = true;
    }
    end() {
        if (this.#open)
            process.stdout.write('\n');
        this.#open = false;
    }
}
