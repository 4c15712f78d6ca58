import { describe, expect, it } from 'vitest';
import { readMifCrs } from '../../src/formats/read-mif-crs.js';
import { decimalsOfGrid } from '../../src/formats/read-tab-grid.js';

describe('the CoordSys of a MIF', () => {
  const mif = (coordSys: string): string =>
    `Version 300\nCharset "Neutral"\nDelimiter ","\n${coordSys}\nColumns 1\n  id Char(254)\nData\n\nRegion 1\n`;
  // lines as GDAL 3.6 writes them of the EPSG code
  it.each<[string, string, unknown]>([
    ['4526', 'CoordSys Earth Projection 8, 104, "m", 114, 0, 1, 38500000, 0', { epsg: 4526 }],
    ['4547', 'CoordSys Earth Projection 8, 104, "m", 114, 0, 1, 500000, 0', { epsg: 4547 }],
    [
      'bounds behind it',
      'CoordSys Earth Projection 8, 104, "m", 114, 0, 1, 500000, 0 Bounds (0, 0) (1000000, 5000000)',
      { epsg: 4547 },
    ],
    ['two lines', 'CoordSys Earth Projection 8, 104, "m", 114, 0,\n 1, 500000, 0', { epsg: 4547 }],
    ['4490', 'CoordSys Earth Projection 1, 104', { kind: 'crs', epsg: 4326 }],
    ['2414', 'CoordSys Earth Projection 8, 154, "m", 114, 0, 1, 38500000, 0', { name: 'Beijing 1954' }],
    ['2362', 'CoordSys Earth Projection 8, 1017, "m", 114, 0, 1, 38500000, 0', { name: "Xi'an 1980" }],
    ['4610', 'CoordSys Earth Projection 1, 1017', { name: "Xi'an 1980" }],
    [
      'UTM 49N',
      'CoordSys Earth Projection 8, 104, "m", 111, 0, 0.9996, 500000, 0',
      { kind: 'named', name: expect.stringContaining('0.9996') },
    ],
    [
      'another datum',
      'CoordSys Earth Projection 8, 74, "m", 114, 0, 1, 500000, 0',
      { kind: 'named', name: expect.stringContaining('8, 74') },
    ],
    [
      'feet',
      'CoordSys Earth Projection 8, 104, "ft", 114, 0, 1, 500000, 0',
      { kind: 'named', name: expect.stringContaining('"ft"') },
    ],
    [
      'an affine turn',
      'CoordSys Earth Projection 8, 104, "m", 114, 0, 1, 500000, 0 Affine Units "m", 0, 1, 0, 1, 0, 0',
      { kind: 'named', name: expect.stringContaining('Affine') },
    ],
  ])('%s', (_, line, expected) => {
    expect(readMifCrs(mif(line))).toMatchObject(expected as object);
  });

  it('is none where the file has none or lies on no earth', () => {
    expect(readMifCrs(mif(''))).toBeNull();
    expect(readMifCrs(mif('CoordSys NonEarth Units "m" Bounds (0, 0) (10, 10)'))).toBeNull();
    // a name in the data is no line of the head
    expect(readMifCrs(`${mif('')}CoordSys Earth Projection 1, 104\n`)).toBeNull();
  });
});

it('the grid of a TAB says how many decimals its coordinates carry, in the coarser direction', () => {
  const header = (x: number, y: number, magic = 42_424_242): Uint8Array => {
    const view = new DataView(new ArrayBuffer(1024));
    view.setInt32(0x100, magic, true);
    view.setFloat64(0x170, x, true);
    view.setFloat64(0x178, y, true);
    return new Uint8Array(view.buffer);
  };
  expect(decimalsOfGrid(header(100 / 3, 200 / 3))).toBe(1);
  expect(decimalsOfGrid(header(1e6, 1e6))).toBe(6);
  expect(decimalsOfGrid(header(0.5, 1e3))).toBe(0);
  expect(decimalsOfGrid(header(1e3, 1e3, 1))).toBeUndefined();
  expect(decimalsOfGrid(header(0, 1e3))).toBeUndefined();
  expect(decimalsOfGrid(new Uint8Array(10))).toBeUndefined();
});
