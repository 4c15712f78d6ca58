/** Whatever a request makes in the WebAssembly memory is freed, also when it fails. GEOS runs in this thread here. */
import { describe, expect, it } from 'vitest';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { type Geos, loadGeos } from '../../src/geometry/geos-library.js';
import { runOperation } from '../../src/geometry/geos-operations.js';
import { packGeometries } from '../../src/geometry/geos-packing.js';
import type { GeosOperation } from '../../src/geometry/geos-protocol.js';
import { farCorner, polygon, square, star } from './polygon-families.js';

const [x, y] = farCorner;
const bowTie = polygon([x, y], [x + 10, y + 10], [x + 10, y], [x, y + 10]);
const withHoles: MultiPolygonRings = [
  [...square(x, y, 10)[0]!, ...square(x + 2, y + 2, 1)[0]!, ...square(x + 5, y + 5, 1)[0]!],
];

interface Row {
  operation: GeosOperation;
  geometries: MultiPolygonRings[];
  numbers?: number[];
  times: number;
  fails?: true;
}

/** 10,000 operations. */
const rows: Row[] = [
  { operation: 'intersection', geometries: [withHoles, square(x + 1, y + 1, 3)], times: 500 },
  { operation: 'intersection', geometries: [bowTie, square(x, y, 3)], times: 100, fails: true },
  { operation: 'difference', geometries: [withHoles, square(x + 1, y + 1, 3)], times: 500 },
  { operation: 'union', geometries: [square(x, y, 3), withHoles], times: 500 },
  { operation: 'validity', geometries: [bowTie, withHoles], times: 2000 },
  { operation: 'makeValid', geometries: [bowTie], times: 500 },
  { operation: 'buffer', geometries: [square(x, y, 3)], numbers: [1, 2, 1, 5], times: 1000 },
  { operation: 'distance', geometries: [square(x, y, 3), square(x + 9, y, 3)], times: 2000 },
  { operation: 'inscribedCircle', geometries: [square(x, y, 3)], numbers: [0.1], times: 500 },
  { operation: 'overlapAreas', geometries: [square(x, y, 3), withHoles], numbers: [0, 1, 1, 0], times: 500 },
  {
    operation: 'overlapAreas',
    geometries: [square(x, y, 3), bowTie],
    numbers: [0, 1],
    times: 100,
    fails: true,
  },
  { operation: 'sharedBoundaryLength', geometries: [square(x, y, 3), square(x + 3, y, 3)], times: 1500 },
  { operation: 'splitToPieces', geometries: [star(24, 5)], numbers: [20], times: 300 },
];

/** How many of the repetitions failed. */
function repeat(geos: Geos, { operation, geometries, numbers = [] }: Row, times: number): number {
  let failed = 0;
  for (let i = 0; i < times; i++)
    try {
      runOperation(geos, { id: 1, operation, geometries: packGeometries(geometries), numbers });
    } catch {
      failed++;
    }
  return failed;
}

describe('WebAssembly memory', async () => {
  const geos = await loadGeos(64);
  /** Where the first large free stretch begins: moves as soon as something stays behind. */
  const firstLargeBlock = (): number => {
    const block = geos.memory._malloc(8 * 2 ** 20);
    geos.memory._free(block);
    return block;
  };

  it.each(rows)('$operation ×$times leaves nothing behind', (row) => {
    repeat(geos, row, 20);
    const before = { block: firstLargeBlock(), bytes: geos.memory.HEAPF64.buffer.byteLength };
    expect(repeat(geos, row, row.times)).toBe(row.fails ? row.times : 0);
    expect({ block: firstLargeBlock(), bytes: geos.memory.HEAPF64.buffer.byteLength }).toEqual(before);
  });
});
