/** What waits for a case, until the case lets it go on. */
export class Gate {
    open;
    opened = new Promise((resolve) => {
        this.open = resolve;
    });
}
