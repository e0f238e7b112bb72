const FIRST_CAPACITY = 16;

/** A double-ended queue over a ring: push, shift and pop cost O(1), amortised. */
export class Deque<T> {
  #ring: (T | undefined)[] = new Array<T | undefined>(FIRST_CAPACITY);
  #mask: number = FIRST_CAPACITY - 1;
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get last(): T | undefined {
    return this.#length === 0 ? undefined : this.#ring[(this.#head + this.#length - 1) & this.#mask];
  }

  push(item: T): void {
    if (this.#length > this.#mask) this.#grow();
    this.#ring[(this.#head + this.#length) & this.#mask] = item;
    this.#length += 1;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & this.#mask;
    this.#length -= 1;
    return item;
  }

  pop(): T | undefined {
    if (this.#length === 0) return undefined;
    const at = (this.#head + this.#length - 1) & this.#mask;
    const item = this.#ring[at];
    this.#ring[at] = undefined;
    this.#length -= 1;
    return item;
  }

  toArray(): T[] {
    const items: T[] = [];
    // The ring holds an item at each place between head and head + length.
    for (let index = 0; index < this.#length; index += 1) items.push(this.#ring[(this.#head + index) & this.#mask] as T);
    return items;
  }

  #grow(): void {
    const items = this.toArray();
    const capacity = (this.#mask + 1) * 2;
    this.#ring = new Array<T | undefined>(capacity);
    for (let index = 0; index < items.length; index += 1) this.#ring[index] = items[index];
    this.#mask = capacity - 1;
    this.#head = 0;
  }
}
