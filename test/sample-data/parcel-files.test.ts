import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curatedParcels } from '../../sample-data/curated-parcels.js';
import { generateCity } from '../../sample-data/generate-city.js';
import { goldenParcels } from '../../sample-data/golden-parcels.js';
import { LAB_ORIGIN } from '../../sample-data/laboratory.js';
import { answerOf, type LayerAnswer } from '../../sample-data/parcel-answers.js';
import { parcelFiles, shapeOf } from '../../sample-data/parcel-files.js';
import { zoneCrs } from '../../src/core/crs.js';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { packageRoot } from '../../src/core/package-root.js';
import { toM2 } from '../../src/core/units.js';
import { type EdgeSet, edgesOf, overlapAreaM2 } from '../../src/geometry/area-kernel.js';
import { officialAreaM2, planeAreaM2 } from '../../src/geometry/official-area.js';
import { toPlane } from '../../src/geometry/planes.js';
import { type ReadFeature, readLayer } from './read-layer.js';

const folder = join(packageRoot, 'sample-data', 'parcels');
const crs = zoneCrs(38);

describe('files of parcels/', () => {
  const files = parcelFiles();

  // UPDATE_SAMPLE_PARCELS=1 writes them
  it('are what the tables give', () => {
    if (process.env.UPDATE_SAMPLE_PARCELS) {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    }
    expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());
    for (const [name, text] of Object.entries(files)) {
      expect(readFileSync(join(folder, name), 'utf8') === text, `${name} is not current`).toBe(true);
    }
  });

  it('hold at least twenty parcels with unique ids, all of them in all.geojson', () => {
    const ids = JSON.parse(files['all.geojson']!).features.map((feature: { id: string }) => feature.id);
    expect(ids.length).toBeGreaterThanOrEqual(20);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual([...curatedParcels, ...goldenParcels].map(({ id }) => id));
  });

  it('give the same shape in degrees and in metres', () => {
    const read = (name: string): MultiPolygonRings => {
      const { type, coordinates } = JSON.parse(files[name]!).features[0].geometry;
      return type === 'Polygon' ? [coordinates] : coordinates;
    };
    for (const [metres, degrees, shift] of [
      ['dk-04-epsg4526.geojson', 'dk-04-red-line-half.geojson', 0],
      ['dk-07-epsg4547.geojson', 'dk-07-two-counties.geojson', 38e6],
      ['dk-24-epsg4526.geojson', 'dk-24-two-parts.geojson', 0],
      ['dk-27-epsg4547.geojson', 'dk-27-around-the-window.geojson', 38e6],
    ] as const) {
      const there = toPlane(read(degrees), crs).flat(2);
      read(metres)
        .flat(2)
        .forEach(([x, y], n) => {
          expect(Math.hypot(there[n]![0] - x - shift, there[n]![1] - y)).toBeLessThan(2e-5);
        });
    }
  });
});

const planeByClass = (answer: LayerAnswer): Record<string, number> =>
  Object.fromEntries(answer.byClass.map(({ code, planeM2 }) => [code, planeM2]));

/** Ellipsoid area of a small figure at an easting, from the scale of the projection: area / m², m² ≈ 1 + y²/R². */
function scaledToEllipsoid(planeM2: number, easting: number): number {
  const y = easting - 38_500_000;
  const meanRadiusM = 6_371_000 - 2_000;
  const m = 1 + y ** 2 / (2 * meanRadiusM ** 2) + y ** 4 / (24 * meanRadiusM ** 4);
  return planeM2 / m ** 2;
}

describe.each(curatedParcels)('$id $slug', (parcel) => {
  const { area, layers } = answerOf(parcel);

  it('has by arithmetic on the rectangles the areas that were worked out by hand', () => {
    expect(area.planeM2).toBe(parcel.planeM2);
    expect(planeByClass(layers.dltb)).toEqual(parcel.areas.dltb);
    expect(planeByClass(layers.czkfbj)).toEqual(parcel.areas.czkfbj ?? {});
    expect(layers.czkfbj.outside.planeM2).toBe(parcel.areas.outside ?? 0);
    expect(layers.stbhhx.planeM2).toBe(parcel.areas.stbhhx ?? 0);
    expect(layers.yjjbnt.planeM2).toBe(parcel.areas.yjjbnt ?? 0);
    expect(layers.dltb.undetermined.planeM2).toBe(parcel.areas.undetermined ?? 0);
    expect(planeByClass(layers.xzq)).toEqual(parcel.areas.xzq);
  });

  it('adds up on every layer', () => {
    for (const layer of Object.values(layers)) {
      expect(layer.planeM2 + layer.outside.planeM2 + layer.undetermined.planeM2).toBeCloseTo(area.planeM2, 6);
      const sum = layer.ellipsoidM2 + layer.outside.ellipsoidM2 + layer.undetermined.ellipsoidM2;
      expect(Math.abs(sum - area.ellipsoidM2)).toBeLessThan(0.02);
    }
  });

  it('has the ellipsoid area that the scale of the projection gives', () => {
    const shape = shapeOf(parcel);
    expect(toM2(planeAreaM2(shape))).toBe(parcel.planeM2);
    expect(Math.abs(officialAreaM2(shape, crs) - area.ellipsoidM2)).toBeLessThan(0.02);
    let expected = 0;
    for (const [sign, boxes] of [
      [1, parcel.boxes],
      [-1, parcel.holes ?? []],
    ] as const) {
      for (const [x0, y0, x1, y1] of boxes) {
        expected += sign * scaledToEllipsoid((x1 - x0) * (y1 - y0), LAB_ORIGIN.x + (x0 + x1) / 2);
      }
    }
    // 3 ppm of the 120 ppm between the two: the mean radius is rounded
    expect(Math.abs(area.ellipsoidM2 - expected)).toBeLessThan(0.01 + 3e-6 * area.planeM2);
  });

  it('has a verdict no better than its worst layer', () => {
    const order = ['clear', 'attention', 'undetermined', 'prohibited'];
    const worst = Math.max(...Object.values(parcel.verdicts).map((verdict) => order.indexOf(verdict)));
    expect(order[worst]).toBe(parcel.verdict);
    expect(parcel.verdicts.stbhhx === 'attention').toBe(Boolean(parcel.areas.stbhhx));
    expect(parcel.verdicts.yjjbnt === 'prohibited').toBe(Boolean(parcel.areas.yjjbnt));
    expect(parcel.verdicts.dltb === 'undetermined').toBe(Boolean(parcel.areas.undetermined));
  });
});

it('the trap of net areas: 100.01 m² at 0.5 are 50.01 deducted and 50.00 net', () => {
  const trap = curatedParcels.find(({ slug }) => slug === 'net-area-leak')!;
  const { layers } = answerOf(trap);
  const gross = layers.dltb.byClass[0]!.ellipsoidM2;
  const rest = Math.round((gross - 100.01) * 100) / 100;
  const restNet = rest - Math.round(rest * 0.2 * 100) / 100;
  expect(layers.dltb.byClass[0]!.netM2).toBeCloseTo(50 + restNet, 6);
});

describe('golden parcels', () => {
  it.each(goldenParcels)('$slug has the areas of the golden vectors', (parcel) => {
    const shape: MultiPolygonRings = [[parcel.ring.map(([x, y]) => [x + 38e6, y] as const)]];
    expect(toM2(planeAreaM2(shape))).toBe(parcel.planeM2);
    expect(toM2(officialAreaM2(shape, crs))).toBe(parcel.ellipsoidM2);
  });
});

describe('the city as generated', () => {
  let dir: string;
  const prepared = new Map<string, { feature: ReadFeature; edges: EdgeSet }[]>();
  const origin = [LAB_ORIGIN.x, LAB_ORIGIN.y] as const;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'onemap-lab-'));
    await generateCity({ patches: 2000, seed: 77, outDir: dir });
    for (const name of ['dltb', 'czkfbj', 'stbhhx', 'yjjbnt', 'xzq']) {
      const features = readLayer(dir, name).map((feature) => ({
        feature,
        edges: edgesOf(toPlane(feature.polygons, crs), ...origin),
      }));
      prepared.set(name, features);
    }
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const hit = (
    name: string,
    shape: EdgeSet,
    codeOf: (row: ReadFeature['properties']) => unknown,
  ): Record<string, number> => {
    const byClass: Record<string, number> = {};
    for (const { feature, edges } of prepared.get(name)!) {
      if (
        edges.maxX < shape.minX ||
        shape.maxX < edges.minX ||
        edges.maxY < shape.minY ||
        shape.maxY < edges.minY
      )
        continue;
      const code = String(codeOf(feature.properties));
      byClass[code] = (byClass[code] ?? 0) + overlapAreaM2(shape, edges);
    }
    for (const code of Object.keys(byClass)) {
      byClass[code] = toM2(byClass[code]!);
      if (byClass[code] === 0) delete byClass[code];
    }
    return byClass;
  };

  it.each(curatedParcels)('gives $id what the table says', (parcel) => {
    const shape = edgesOf(shapeOf(parcel), ...origin);
    expect(hit('dltb', shape, (row) => row.DLBM)).toEqual(parcel.areas.dltb);
    expect(hit('czkfbj', shape, (row) => row.GHFQMC)).toEqual(parcel.areas.czkfbj ?? {});
    expect(hit('xzq', shape, (row) => String(row.XZQDM).slice(0, 6))).toEqual(parcel.areas.xzq);
    expect(hit('stbhhx', shape, () => 'all')).toEqual(
      parcel.areas.stbhhx ? { all: parcel.areas.stbhhx } : {},
    );
    expect(hit('yjjbnt', shape, () => 'all')).toEqual(
      parcel.areas.yjjbnt ? { all: parcel.areas.yjjbnt } : {},
    );
  });

  it('has the patch of 100.01 m² with KCXS 0.5', () => {
    const trap = readLayer(dir, 'dltb').find(({ properties }) => properties.KCXS === 0.5)!;
    expect(trap.properties).toMatchObject({ TBMJ: 100.01, KCMJ: 50.01, TBDLMJ: 50 });
  });

  it('covers the golden quadrilateral wholly', () => {
    const quad = goldenParcels.find(({ slug }) => slug === 'golden-quad')!;
    const shape = edgesOf([[quad.ring.map(([x, y]) => [x + 38e6, y] as const)]], ...origin);
    const total = Object.values(hit('dltb', shape, (row) => row.DLBM)).reduce((sum, area) => sum + area, 0);
    expect(Math.abs(total - quad.planeM2)).toBeLessThan(0.1);
    expect(hit('yjjbnt', shape, () => 'all').all).toBeGreaterThanOrEqual(22_500);
  });
});
