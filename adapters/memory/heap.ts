/** What stands in a {@link Heap}: it knows its own place, so that taking it out costs O(log n). */
export interface Due {
  /** When it is due, ms on the broker's clock. After a change call `update`. */
  at: number;
  /** Which comes first of two that are due together. */
  readonly order: number;
  /** Its place in the heap, kept by the heap; -1: in none. */
  place: number;
}

/** A binary heap of things that are due at a time, the earliest first. */
export class Heap<T extends Due> {
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    item.place = this.#items.length;
    this.#items.push(item);
    this.#rise(item);
  }

  remove(item: T): void {
    const { place } = item;
    if (place < 0) return;
    const last = this.#items.pop() as T; // A heap that holds an item is not empty.
    item.place = -1;
    if (last === item) return;
    this.#items[place] = last;
    last.place = place;
    this.update(last);
  }

  /** Its time has changed. */
  update(item: T): void {
    this.#rise(item);
    this.#sink(item);
  }

  /** In order of time. */
  toArray(): T[] {
    return [...this.#items].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #rise(item: T): void {
    let { place } = item;
    while (place > 0) {
      const parent = this.#items[(place - 1) >> 1] as T; // Every place but 0 has a parent.
      if (!isBefore(item, parent)) break;
      this.#put(parent, place);
      place = (place - 1) >> 1;
    }
    this.#put(item, place);
  }

  #sink(item: T): void {
    const items = this.#items;
    let { place } = item;
    for (;;) {
      const left = items[place * 2 + 1];
      const right = items[place * 2 + 2];
      if (left === undefined) break;
      const least = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(least, item)) break;
      const next = least.place;
      this.#put(least, place);
      place = next;
    }
    this.#put(item, place);
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
