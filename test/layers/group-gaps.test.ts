import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GapBit, groupGaps } from '../../src/layers/group-gaps.js';

const SIZE = 10;

/** A rectangle inside one tile, as a bit of gap. */
function bit(tileX: number, tileY: number, x1: number, y1: number, x2: number, y2: number): GapBit {
  const [x, y] = [tileX * SIZE, tileY * SIZE];
  return {
    tileX,
    tileY,
    areaM2: (x2 - x1) * (y2 - y1),
    rings: [
      [
        [
          [x + x1, y + y1],
          [x + x2, y + y1],
          [x + x2, y + y2],
          [x + x1, y + y2],
          [x + x1, y + y1],
        ],
      ],
    ],
  };
}

const block = (columns: number, rows: number, without: readonly string[] = []) =>
  Array.from({ length: columns * rows }, (_, i) => ({
    tileX: i % columns,
    tileY: Math.floor(i / columns),
  })).filter(({ tileX, tileY }) => !without.includes(`${tileX}/${tileY}`));

describe('groupGaps', () => {
  it('joins the bits of one gap across a tile border and keeps apart what only meets in a corner', () => {
    const bits = [
      bit(0, 0, 8, 2, 10, 4),
      bit(1, 0, 0, 2, 3, 4),
      bit(1, 1, 0, 0, 1, 1),
      bit(0, 0, 9, 9, 10, 10),
    ];
    expect(groupGaps(bits, SIZE).map((group) => group.areaM2)).toEqual([10, 1, 1]);
  });

  it('leaves out ground that connects to beyond the layer, also by way of other tiles', () => {
    const around = block(3, 3);
    const inlet = [bit(1, 1, 4, 4, 6, 10), bit(1, 2, 4, 0, 6, 10)];
    expect(groupGaps(inlet, SIZE, around)).toEqual([]);
    const enclosed = [bit(1, 1, 4, 4, 6, 10), bit(1, 2, 4, 0, 6, 9)];
    expect(groupGaps(enclosed, SIZE, around)).toMatchObject([{ areaM2: 12 + 18 }]);
  });

  it('counts whole empty tiles of an enclosed gap, and none that open to the outside', () => {
    expect(groupGaps([], SIZE, block(4, 4, ['1/1', '2/1']))).toMatchObject([
      {
        areaM2: 200,
        emptyTiles: [
          { tileX: 1, tileY: 1 },
          { tileX: 2, tileY: 1 },
        ],
      },
    ]);
    expect(groupGaps([], SIZE, block(4, 4, ['1/1', '1/0']))).toEqual([]);
    expect(groupGaps([], SIZE, block(4, 4, ['1/1', '0/1']))).toEqual([]);
    const withRim = [bit(0, 1, 7, 3, 10, 5)];
    expect(groupGaps(withRim, SIZE, block(4, 4, ['1/1']))).toMatchObject([{ areaM2: 106 }]);
  });

  it('agrees with a flood fill over any pattern of tiles', () => {
    const columns = 7;
    const rows = 6;
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: columns * rows - 1 })), (empty) => {
        const without = empty.map((i) => `${i % columns}/${Math.floor(i / columns)}`);
        const filled = block(columns, rows, without);
        if (filled.length === 0) return;
        const found = groupGaps([], SIZE, filled).map((group) => group.emptyTiles.length);
        expect(found.sort()).toEqual(
          floodFill(new Set(filled.map((t) => `${t.tileX}/${t.tileY}`)), columns, rows).sort(),
        );
      }),
    );
  });
});

/** Sizes of the enclosed empty regions, the slow and simple way. */
function floodFill(filled: ReadonlySet<string>, columns: number, rows: number): number[] {
  const seen = new Set<string>();
  const sizes: number[] = [];
  for (let x = -1; x <= columns; x++) {
    for (let y = -1; y <= rows; y++) {
      const todo = [[x, y] as const];
      let size = 0;
      let open = false;
      for (let at = todo.pop(); at; at = todo.pop()) {
        const [cx, cy] = at;
        if (
          cx < -1 ||
          cy < -1 ||
          cx > columns ||
          cy > rows ||
          filled.has(`${cx}/${cy}`) ||
          seen.has(`${cx}/${cy}`)
        )
          continue;
        seen.add(`${cx}/${cy}`);
        size++;
        open ||= cx < 0 || cy < 0 || cx >= columns || cy >= rows;
        todo.push([cx + 1, cy], [cx - 1, cy], [cx, cy + 1], [cx, cy - 1]);
      }
      if (size > 0 && !open) sizes.push(size);
    }
  }
  return sizes;
}
