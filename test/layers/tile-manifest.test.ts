import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTileManifest, encodeTileManifest, type TileEntry } from '../../src/layers/tile-manifest.js';

const entry = fc.record({
  tileX: fc.integer({ min: -40_000, max: 40_000 }),
  tileY: fc.integer({ min: -40_000, max: 40_000 }),
  partCount: fc.integer({ min: 1, max: 300 }),
  pieceCount: fc.integer({ min: 1, max: 2 ** 31 }),
});
const tiles = fc.uniqueArray(entry, { selector: (tile) => `${tile.tileX}/${tile.tileY}`, maxLength: 50 });
const sorted = (list: readonly TileEntry[]): TileEntry[] =>
  [...list].sort((a, b) => a.tileY - b.tileY || a.tileX - b.tileX);

describe('tile manifest', () => {
  it('gives back what was written, in either role', () => {
    fc.assert(
      fc.property(tiles, tiles, (feature, coverage) => {
        const read = decodeTileManifest(encodeTileManifest({ feature, coverage }));
        expect(read.tiles('feature')).toEqual(sorted(feature));
        expect(read.tiles('coverage')).toEqual(sorted(coverage));
        for (const tile of feature) expect(read.find('feature', tile.tileX, tile.tileY)).toEqual(tile);
      }),
    );
  });

  it('notices every flipped bit and every cut', () => {
    const bytes = encodeTileManifest({
      feature: [{ tileX: 3, tileY: 9, partCount: 1, pieceCount: 7 }],
      coverage: [],
    });
    for (let i = 0; i < bytes.length * 8; i++) {
      const broken = bytes.slice();
      broken[i >> 3]! ^= 1 << (i & 7);
      expect(() => decodeTileManifest(broken)).toThrow(/checksum/);
    }
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeTileManifest(bytes.slice(0, length))).toThrow(/checksum/);
    }
  });
});
