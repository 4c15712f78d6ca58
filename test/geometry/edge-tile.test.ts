import { describe, expect, it } from 'vitest';
import type { MultiPolygonRings, Ring } from '../../src/core/geometry-types.js';
import { edgesOf, overlapAreaM2, planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { cutToTiles } from '../../src/geometry/cut-to-tiles.js';
import type { EdgeArrays } from '../../src/geometry/edge-arrays.js';
import { decodeEdgeTile, encodeEdgeTile, measureTile, type TilePiece } from '../../src/geometry/edge-tile.js';
import { toFlat } from '../../src/geometry/flat-rings.js';
import { nastyPairs, seeded, star } from './nasty-pairs.js';

const SIZE = 500;
const [TILE_X, TILE_Y] = [-7, 8123];
const [ORIGIN_X, ORIGIN_Y] = [TILE_X * SIZE, TILE_Y * SIZE];

const box = (x0: number, y0: number, x1: number, y1: number): Ring =>
  (
    [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
      [x0, y0],
    ] as const
  ).map(([x, y]) => [ORIGIN_X + x, ORIGIN_Y + y]);

const shapes: { featureNo: number; rings: MultiPolygonRings }[] = [
  { featureNo: 41, rings: [[box(0, 0, 200, 200), box(50, 50, 150, 150)]] },
  { featureNo: 7, rings: [[star(seeded(4), 64, ORIGIN_X + 300, ORIGIN_Y + 300, 150, 0.4)]] },
  { featureNo: 41, rings: [[box(200, 0, 400, 100)], [box(450, 450, 500, 500)]] },
];
const pieces: TilePiece[] = shapes.map(({ featureNo, rings }) => ({ featureNo, rings: toFlat(rings) }));
const encoded = encodeEdgeTile(pieces, TILE_X, TILE_Y, SIZE);

function measure(rings: MultiPolygonRings, parts: readonly Uint8Array[]): Map<number, number> {
  const found = new Map<number, number>();
  measureTile(edgesOf(rings, ORIGIN_X, ORIGIN_Y), decodeEdgeTile(parts), (featureNo, areaM2) => {
    found.set(featureNo, (found.get(featureNo) ?? 0) + areaM2);
  });
  return found;
}

/** Edges as text, exact: left end, right end, direction. */
const listed = ({ xy, order }: EdgeArrays, from = 0, to = order.length): string[] =>
  [...order.subarray(from, to)].map((edge) => {
    const [p, toLeft] = [edge & ~1, (edge & 1) === 1];
    const ends = [
      [xy[p], xy[p + 1]],
      [xy[p + 2], xy[p + 3]],
    ];
    return JSON.stringify([toLeft ? ends.reverse() : ends, toLeft]);
  });

describe('stored tiles', () => {
  it('come back as they were: every edge, box and number to the last bit', () => {
    const tile = decodeEdgeTile([encoded]);
    expect(tile).toMatchObject({ pieceCount: 3, tileX: TILE_X, tileY: TILE_Y, tileSizeM: SIZE });
    expect([...tile.featureNo]).toEqual([41, 7, 41]);
    shapes.forEach(({ rings }, p) => {
      const set = edgesOf(rings, ORIGIN_X, ORIGIN_Y);
      const [from, to] = [tile.start[p]!, tile.start[p + 1]!];
      expect(listed(tile, from, to)).toEqual(listed(set));
      expect([...tile.box.subarray(4 * p, 4 * p + 4)]).toEqual([set.minX, set.minY, set.maxX, set.maxY]);
    });
    expect(tile.byteSize).toBe(encoded.length);
  });

  it('are joined from the parts of several import batches', () => {
    const parts = pieces.map((piece) => encodeEdgeTile([piece], TILE_X, TILE_Y, SIZE));
    const { byteSize, ...rest } = decodeEdgeTile(parts);
    expect(decodeEdgeTile([encoded])).toMatchObject(rest);
    expect(byteSize).toBe(encoded.length - 40);
  });

  it('may lie anywhere in a larger buffer, as drivers hand them out', () => {
    for (let offset = 0; offset < 8; offset++) {
      const pool = new Uint8Array(encoded.length + 16).fill(0xaa);
      pool.set(encoded, offset);
      expect(decodeEdgeTile([pool.subarray(offset, offset + encoded.length)])).toEqual(
        decodeEdgeTile([encoded]),
      );
    }
  });

  it('hold 20 bytes an edge and little more', () => {
    // 82 edges and a closing vertex for each of 5 rings; 40 bytes for the header, 40 for each of 3 pieces
    expect(encoded.length).toBeLessThanOrEqual(20 * 82 + 16 * 5 + 40 + 40 * 3 + 4);
  });

  it('without pieces are possible, without parts are an error', () => {
    expect(decodeEdgeTile([encodeEdgeTile([], 1, 2, SIZE)]).pieceCount).toBe(0);
    expect(() => decodeEdgeTile([])).toThrow(expect.objectContaining({ code: 'statement-lost' }));
  });

  it('are refused when any one byte is damaged', () => {
    const copy = encoded.slice();
    for (let i = 0; i < copy.length; i++) {
      copy[i]! ^= 1 << (i % 8);
      expect(() => decodeEdgeTile([copy]), `byte ${i}`).toThrow(
        expect.objectContaining({ code: 'internal' }),
      );
      copy[i]! ^= 1 << (i % 8);
    }
    expect(decodeEdgeTile([copy]).pieceCount).toBe(3);
  });

  it.each([0, 3, 39, 40, encoded.length - 4, encoded.length - 1])(
    'are refused when cut off after %i bytes',
    (length) => {
      expect(() => decodeEdgeTile([encoded.subarray(0, length)])).toThrow(
        expect.objectContaining({ code: 'internal' }),
      );
    },
  );

  it('are refused when their parts are of different tiles', () => {
    const other = encodeEdgeTile(pieces, TILE_X, TILE_Y + 1, SIZE);
    expect(() => decodeEdgeTile([encoded, other])).toThrow(/different tiles/);
  });

  it('are refused when a piece holds a coordinate that is not finite', () => {
    const bad: Ring = [
      [0, 0],
      [1, 0],
      [Number.NaN, 1],
      [0, 0],
    ];
    expect(() => encodeEdgeTile([{ featureNo: 1, rings: toFlat([[bad]]) }], 0, 0, SIZE)).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
  });
});

describe('measuring a tile', () => {
  it('finds each piece under the parcel, holes left out', () => {
    const found = measure([[box(100, 0, 250, 200)]], [encoded]);
    expect(found.get(41)).toBeCloseTo(100 * 200 - 50 * 100 + 50 * 100, 9);
  });

  it('visits nothing where boxes do not meet', () => {
    expect(measure([[box(420, 0, 440, 50)]], [encoded]).size).toBe(0);
  });

  it('finds no ground where a parcel fills a hole or stands beside a piece', () => {
    const area = measure([[box(50, 50, 150, 150)], [box(400, 0, 450, 100)]], [encoded]).get(41) ?? 0;
    expect(Math.abs(area)).toBeLessThan(1e-9);
  });

  it('takes a piece inside the parcel whole, and a parcel inside a piece whole', () => {
    expect(measure([[box(-10, -10, 510, 510)]], [encoded]).get(7)).toBeCloseTo(
      planarAreaM2(shapes[1]!.rings),
      8,
    );
    expect(measure([[box(210, 10, 250, 90)]], [encoded]).get(41)).toBeCloseTo(40 * 80, 9);
  });

  it('adds up over tiles to the overlap measured at once, for every third pair of the robustness corpus', () => {
    const size = 40;
    for (const { name, a, b } of nastyPairs().filter(
      (pair, i) => i % 3 === 0 && !pair.name.startsWith('far'),
    )) {
      const parcels = new Map(cutToTiles(a, size).map((cut) => [`${cut.tileX} ${cut.tileY}`, cut.rings]));
      let area = 0;
      for (const { tileX, tileY, rings } of cutToTiles(b, size)) {
        const tile = decodeEdgeTile([
          encodeEdgeTile([{ featureNo: 1, rings: toFlat(rings) }], tileX, tileY, size),
        ]);
        const parcel = parcels.get(`${tileX} ${tileY}`) ?? [];
        measureTile(edgesOf(parcel, tileX * size, tileY * size), tile, (_, areaM2) => {
          area += areaM2;
        });
      }
      const whole = overlapAreaM2(edgesOf(a, 0, 0), edgesOf(b, 0, 0));
      const allowed = 1e-9 * Math.max(planarAreaM2(a), planarAreaM2(b)) + 1e-9;
      expect(Math.abs(area - whole), name).toBeLessThanOrEqual(allowed);
    }
  });

  it('finds the pieces of a partition to add up to the parcel', () => {
    const random = seeded(9);
    const lines = [0, ...Array.from({ length: 7 }, () => 500 * random()).sort((p, q) => p - q), 500];
    const cells = lines.slice(1).flatMap((x, i) =>
      lines.slice(1).map((y, k) => ({
        featureNo: 8 * i + k,
        rings: toFlat([[box(lines[i]!, lines[k]!, x, y)]]),
      })),
    );
    const tile = encodeEdgeTile(cells, TILE_X, TILE_Y, SIZE);
    const parcel: MultiPolygonRings = [[star(random, 40, ORIGIN_X + 250, ORIGIN_Y + 250, 240, 0.7)]];
    const total = [...measure(parcel, [tile]).values()].reduce((sum, area) => sum + area, 0);
    expect(Math.abs(total - planarAreaM2(parcel))).toBeLessThan(1e-8);
  });
});
