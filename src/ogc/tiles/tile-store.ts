/** Tiles made before, within a budget of bytes, least recently used out; the same tile is never made twice at once. */
import type { Tile } from './make-tile.js';

/** What an entry takes beside its bytes: key, object, map slot. */
const OVERHEAD = 400;

export class TileStore {
  readonly #budget: number;
  readonly #tiles = new Map<string, Tile>();
  readonly #making = new Map<string, Promise<Tile>>();
  #bytes = 0;

  constructor(budgetBytes: number) {
    this.#budget = budgetBytes;
  }

  get byteSize(): number {
    return this.#bytes;
  }

  /** `key` names the version of the data, the grid and the place. */
  async get(key: string, make: () => Promise<Tile>): Promise<Tile> {
    const known = this.#tiles.get(key);
    if (known) {
      this.#tiles.delete(key);
      this.#tiles.set(key, known);
      return known;
    }
    const making = this.#making.get(key) ?? this.#make(key, make);
    return making;
  }

  #make(key: string, make: () => Promise<Tile>): Promise<Tile> {
    const made = make()
      .then((tile) => {
        this.#keep(key, tile);
        return tile;
      })
      .finally(() => this.#making.delete(key));
    this.#making.set(key, made);
    return made;
  }

  #keep(key: string, tile: Tile): void {
    this.#tiles.set(key, tile);
    this.#bytes += tile.bytes.byteLength + OVERHEAD;
    for (const [oldest, { bytes }] of this.#tiles) {
      if (this.#bytes <= this.#budget) return;
      this.#tiles.delete(oldest);
      this.#bytes -= bytes.byteLength + OVERHEAD;
    }
  }
}
