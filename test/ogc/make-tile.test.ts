import { describe, expect, it } from 'vitest';
import { fewerBySize } from '../../src/ogc/tiles/make-tile.js';

describe('the features of a tile are looked for', () => {
  it.each([
    ['a city of patches, the tile that shows it whole', 1, 200_000, true],
    ['a quarter of it', 0.25, 200_000, true],
    ['a street of it', 0.001, 200_000, false],
    ['none of it', 0, 200_000, false],
    ['nine red lines among the patches of the city', 0.001, 9, true],
    ['a layer of which nobody knows how many there are', 1, undefined, false],
  ])('by size or by place: %s', (_what, share, count, bySize) => {
    expect(fewerBySize(share, count, 2500)).toBe(bySize);
  });
});
