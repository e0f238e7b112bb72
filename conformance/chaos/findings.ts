import type { Delivery, WorkerRecord } from './ledger.js';
import type { Anomaly, AnomalyKind } from './result.js';

/** How many messages an anomaly names, and how many anomalies of one kind are listed. */
const LISTED = 20;

/** Collects anomalies; of many of one kind it lists the first ones and counts the others. */
export class Findings {
  readonly #startedAt: number;
  readonly #byKind: Map<AnomalyKind, { readonly listed: Anomaly[]; more: number }> = new Map();

  /** `startedAt`: what their times count from. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  add(kind: AnomalyKind, text: string, about: { messages?: readonly number[]; at?: number | undefined; worker?: WorkerRecord }): void {
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

  get anomalies(): Anomaly[] {
    return [...this.#byKind].flatMap(([kind, { listed, more }]) =>
      more === 0 ? listed : [...listed, { kind, text: `and ${more} more of this kind`, messages: [] }],
    );
  }

  /** A delivery in a few words. */
  static describe({ worker, delivery, attempt, lane, position }: Delivery): string {
    const where = position === undefined ? '' : `, ${lane === undefined ? '' : `${lane} `}at ${position}`;
    return `${worker.name}, its delivery ${delivery}${attempt === undefined ? '' : `, attempt ${attempt}`}${where}`;
  }
}
