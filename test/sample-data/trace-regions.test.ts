import { describe, expect, it } from 'vitest';
import { newTracer, polygonsOf, readStrip, takeFinished } from '../../sample-data/trace-regions.js';
import type { PolygonRings, Ring } from '../../src/core/geometry-types.js';

/** Traces rows of digits, written north up, on a unit lattice; 0 is nothing. */
function trace(rows: readonly string[], stripRows = rows.length) {
  const columnCount = rows[0]!.length;
  const cells = [...rows].reverse().map((row) => [...row].map(Number));
  const tracer = newTracer();
  const found = new Map<number, PolygonRings[]>();
  for (let row = 0; row < cells.length; row += stripRows) {
    const part = cells.slice(row, row + stripRows);
    const last = row + stripRows >= cells.length;
    readStrip(
      tracer,
      Int32Array.from(part.flat()),
      columnCount,
      row,
      last,
      (i, j, along, backwards, into) => {
        into.push(backwards && along === 0 ? i + 1 : i, backwards && along === 1 ? j + 1 : j);
      },
    );
    for (const region of takeFinished(tracer)) {
      found.set(region.label, polygonsOf(region, 0, columnCount + 1));
    }
  }
  return found;
}

const area = (ring: Ring): number =>
  ring.slice(1).reduce((sum, [x, y], n) => sum + (ring[n]![0]! * y! - x! * ring[n]![1]!) / 2, 0);

describe('regions of labelled cells', () => {
  const cases: { name: string; rows: string[]; label: number; areas: number[][] }[] = [
    { name: 'one cell', rows: ['1'], label: 1, areas: [[1]] },
    { name: 'a hole', rows: ['111', '121', '111'], label: 1, areas: [[9, -1]] },
    { name: 'two parts that touch at a corner', rows: ['12', '21'], label: 1, areas: [[1], [1]] },
    {
      name: 'parts that enclose a pocket corner to corner',
      rows: ['010', '101', '010'],
      label: 1,
      areas: [[1], [1], [1], [1]],
    },
    {
      name: 'tips that touch at a corner: outer ring and hole',
      rows: ['1112', '1221', '1111'],
      label: 1,
      areas: [[11, -2]],
    },
    {
      name: 'two holes that touch at a corner',
      rows: ['1111', '1211', '1121', '1111'],
      label: 1,
      areas: [[16, -1, -1]],
    },
    {
      name: 'an island in a hole',
      rows: ['11111', '12221', '12121', '12221', '11111'],
      label: 1,
      areas: [[1], [25, -9]],
    },
  ];
  it.each(cases)('$name', ({ rows, label, areas }) => {
    for (const stripRows of [rows.length, 1, 2]) {
      const polygons = trace(rows, stripRows).get(label)!;
      const got = polygons.map((polygon) => polygon.map(area));
      const sorted = (list: number[][]): string[] => list.map((one) => one.join()).sort();
      // a strip may finish parts one by one, so only whole runs have them all
      if (stripRows === rows.length) expect(sorted(got)).toEqual(sorted(areas));
      for (const ring of polygons.flat()) {
        const nodes = ring.slice(1).map(String);
        expect(new Set(nodes).size).toBe(nodes.length);
      }
    }
  });
});
