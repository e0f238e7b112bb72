/** How many messages an anomaly names, and how many anomalies of one kind are listed. */
const LISTED = 20;
/** Collects anomalies; of many of one kind it lists the first ones and counts the others. */
export class Findings {
    #startedAt;
    #byKind = new Map();
    /** `startedAt`: what their times count from. */
    constructor(startedAt) {
        this.#startedAt = startedAt;
    }
    add(kind, text, about) {
        const of = this.#byKind.get(kind) ?? { listed: [], more: 0 };
        this.#byKind.set(kind, of);
        if (of.listed.length === LISTED) {
            of.more += 1;
            return;
        }
        of.listed.push({
            kind,
            text,
            messages: (about.messages ?? []).slice(0, LISTED),
            ...(about.at === undefined ? {} : { atMs: Math.round(about.at - this.#startedAt) }),
            ...(about.worker === undefined ? {} : { worker: about.worker.name }),
        });
    }
    get anomalies() {
        return [...this.#byKind].flatMap(([kind, { listed, more }]) => more === 0 ? listed : [...listed, { kind, text: `and ${more} more of this kind`, messages: [] }]);
    }
    /** A delivery in a few words. */
    static describe({ worker, delivery, attempt, lane, position }) {
        const where = position === undefined ? '' : `, ${lane === undefined ? '' : `${lane} `}at ${position}`;
        return `${worker.name}, its delivery ${delivery}${attempt === undefined ? '' : `, attempt ${attempt}`}${where}`;
    }
}
