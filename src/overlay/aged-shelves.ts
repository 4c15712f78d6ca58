/**
 * What is kept in process until there is too much of it: values by shelf and number, those that were asked for longest
 * ago go first. Numbers, because strings made for thousands of look-ups of each check cost more than the look-ups.
 */

interface Entry<V> {
  value: V;
  /** Count of calls when it was last asked for. */
  usedAt: number;
}

export type Shelf<V> = Map<number, Entry<V>>;

/** What is thrown out at a time, beyond what is too much: looking for the oldest goes through all entries. */
const SPARE_SHARE = 0.1;

export class AgedShelves<K, V> {
  private readonly shelves = new Map<K, Shelf<V>>();
  private calls = 0;
  /** Sum of the weights of all values. */
  weight = 0;
  size = 0;

  constructor(
    private readonly mostWeight: number,
    private readonly weigh: (value: V) => number,
  ) {}

  /** For look-ups of one call. */
  open(name: K): { shelf: Shelf<V>; call: number } {
    return { shelf: this.shelfOf(name), call: ++this.calls };
  }

  put(name: K, key: number, value: V): void {
    const shelf = this.shelfOf(name);
    if (shelf.has(key)) return;
    shelf.set(key, { value, usedAt: this.calls });
    this.weight += this.weigh(value);
    this.size++;
    if (this.weight > this.mostWeight) this.evict();
  }

  private shelfOf(name: K): Shelf<V> {
    let shelf = this.shelves.get(name);
    if (!shelf) {
      shelf = new Map();
      this.shelves.set(name, shelf);
    }
    return shelf;
  }

  /** The entries that were asked for longest ago, until there is room again. */
  private evict(): void {
    const all: { shelf: Shelf<V>; key: number; entry: Entry<V> }[] = [];
    for (const shelf of this.shelves.values())
      for (const [key, entry] of shelf) all.push({ shelf, key, entry });
    all.sort((a, b) => a.entry.usedAt - b.entry.usedAt);
    const enough = this.mostWeight * (1 - SPARE_SHARE);
    for (const { shelf, key, entry } of all) {
      if (this.weight <= enough) break;
      shelf.delete(key);
      this.weight -= this.weigh(entry.value);
      this.size--;
    }
    for (const [name, shelf] of this.shelves) if (shelf.size === 0) this.shelves.delete(name);
  }
}
