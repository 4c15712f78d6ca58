/** Draws one flat ring after another in room that is kept, whose number of vertices is only known when it is done. */
import type { FlatRing } from '../core/geometry-types.js';

export class RingPen {
  #xy = new Float64Array(1024);
  /** Entries drawn: two a vertex. */
  length = 0;

  clear(): void {
    this.length = 0;
  }

  add(x: number, y: number): void {
    if (this.length === this.#xy.length) this.#grow();
    this.#xy[this.length] = x;
    this.#xy[this.length + 1] = y;
    this.length += 2;
  }

  /** The ring as an array of its own. */
  copy(): FlatRing {
    return this.#xy.slice(0, this.length);
  }

  /** The same, with its first vertex once more at the end unless it is there already. */
  closed(): FlatRing {
    const last = this.length - 2;
    if (this.#xy[0] !== this.#xy[last] || this.#xy[1] !== this.#xy[last + 1])
      this.add(this.#xy[0]!, this.#xy[1]!);
    return this.copy();
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#xy.length);
    larger.set(this.#xy);
    this.#xy = larger;
  }
}
