/**
 * Draws one flat ring after another whose number of vertices is only known when it is done. Rings are cut from large
 * blocks as they are drawn: an array of its own for each costs more than all that is done with it.
 */
import type { FlatRing } from '../core/geometry-types.js';

/** Entries of a block, 128 kB: a ring that is kept keeps its block. */
const BLOCK = 16_384;

export class RingPen {
  #block = new Float64Array(BLOCK);
  #from = 0;
  #to = 0;

  /** Begins a ring; what was drawn and not taken is forgotten. */
  begin(): void {
    this.#to = this.#from;
  }

  add(x: number, y: number): void {
    if (this.#to === this.#block.length) this.#turnOver();
    this.#block[this.#to] = x;
    this.#block[this.#to + 1] = y;
    this.#to += 2;
  }

  /** Entries drawn: two a vertex. */
  get length(): number {
    return this.#to - this.#from;
  }

  /** The ring, which nobody draws over. */
  take(): FlatRing {
    const ring = this.#block.subarray(this.#from, this.#to);
    this.#from = this.#to;
    return ring;
  }

  /** The same, with its first vertex once more at the end unless it is there already. */
  takeClosed(): FlatRing {
    const last = this.#to - 2;
    const x = this.#block[this.#from]!;
    const y = this.#block[this.#from + 1]!;
    if (this.#block[last] !== x || this.#block[last + 1] !== y) this.add(x, y);
    return this.take();
  }

  /** Goes on in a new block, with what there is of the ring. */
  #turnOver(): void {
    const drawn = this.#block.subarray(this.#from, this.#to);
    this.#block = new Float64Array(Math.max(BLOCK, 2 * drawn.length));
    this.#block.set(drawn);
    this.#from = 0;
    this.#to = drawn.length;
  }
}
