import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import type { Database } from '../../src/database/sql.js';
import type { RawFeature } from '../../src/formats/geojson-stream.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { toPlane } from '../../src/geometry/planes.js';
import type { LayerCertificate, Place } from '../../src/layers/certificate.js';
import { describeLayers } from '../../src/layers/describe-layers.js';
import { importLayer, type LayerImportRequest } from '../../src/layers/import-layer.js';
import { innerOverlapsAmong } from '../../src/layers/read-features.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import {
  AREA_DIGITS,
  areaOf,
  feature,
  grid,
  ORIGIN,
  rectangle,
  ring,
  stream,
  ZONE38,
} from './made-layers.js';

let db: Database;
const geos = new GeosPool({ workers: 1 });

beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => resetTables(db));
afterAll(() => geos.close());

async function certify(
  features: readonly RawFeature[],
  request: Partial<LayerImportRequest> = {},
): Promise<LayerCertificate> {
  const fixed = { layerId: 'dltb', source: stream(features), sourceFileName: 'made.geojson', crs: 4526 };
  return (await importLayer({ db, geos }, { ...fixed, ...request })).certificate;
}

/** A place of the certificate in metres from the test ground's corner. */
function metres(place: Place | null | undefined): [number, number] {
  if (!place) return [Number.NaN, Number.NaN];
  const [x, y] = toPlane([[[place]]], ZONE38)[0]![0]![0]!;
  return [x - ORIGIN[0], y - ORIGIN[1]];
}

const warned = (certificate: LayerCertificate): string[] =>
  certificate.warnings.map((warning) => warning.code);

const declared = (rings: MultiPolygonRings): Partial<LayerImportRequest> => ({
  coverage: { kind: 'polygon', geojson: { type: 'MultiPolygon', coordinates: rings }, crs: 4526 },
});

describe('a clean partition', () => {
  it('has no gaps, no overlaps and no warnings, to the last thousandth', async () => {
    const certificate = await certify(grid(12, 12, 130, (i) => ({ BSM: `B${i}`, DLBM: '0102', KCXS: 0 })));
    expect(certificate.overlaps).toMatchObject({ total: 0, totalM2: 0 });
    expect(certificate.gaps).toMatchObject({ total: 0, totalM2: 0 });
    expect(certificate.overlaps.belowThresholdM2 + certificate.gaps!.belowThresholdM2).toBeLessThan(1e-3);
    expect(certificate.areas.planeM2).toBeCloseTo(areaOf(rectangle(0, 0, 1560, 1560)), AREA_DIGITS);
    expect(warned(certificate)).toEqual([]);
  });
});

describe('overlaps', () => {
  it('are found with their area and place, and stored for the overlay', async () => {
    const features = [
      feature(rectangle(0, 0, 100, 100), { BSM: 'A' }),
      feature(rectangle(90, 20, 100, 30), { BSM: 'B' }),
      feature(rectangle(0, 100, 100, 100), { BSM: 'C' }),
    ];
    const { overlaps } = await certify(features);
    const shared = areaOf(rectangle(90, 20, 10, 30));
    expect(overlaps).toMatchObject({ total: 1, items: [{ featureA: 1, featureB: 2, bsmA: 'A', bsmB: 'B' }] });
    expect(overlaps.items[0]!.areaM2).toBeCloseTo(shared, AREA_DIGITS);
    const [x, y] = metres(overlaps.items[0]!.place);
    expect(x).toBeGreaterThan(90);
    expect(x).toBeLessThan(100);
    expect(y).toBeGreaterThan(20);
    expect(y).toBeLessThan(50);
    const [snapshot] = await describeLayers(db, ['dltb']);
    if (!snapshot || snapshot.status === 'missing') throw new Error('not active');
    expect(snapshot.hasInnerOverlaps).toBe(true);
    const stored = await innerOverlapsAmong(db, snapshot, [1, 2, 3]);
    expect(stored).toMatchObject([{ featureA: 1, featureB: 2 }]);
    expect(stored[0]!.areaM2).toBeCloseTo(shared, AREA_DIGITS);
    expect(await innerOverlapsAmong(db, snapshot, [1, 3])).toEqual([]);
  });

  it('across many tiles are added up per pair', async () => {
    const features = [feature(rectangle(0, 0, 3000, 40)), feature(rectangle(0, 39, 3000, 40))];
    const { overlaps } = await certify(
      [...features, ...grid(1, 400, 1).map((f, i) => ({ ...f, properties: { i } }))].slice(0, 2),
    );
    expect(overlaps.total).toBe(1);
    expect(overlaps.totalM2).toBeCloseTo(areaOf(rectangle(0, 39, 3000, 1)), AREA_DIGITS);
  });

  it('of a hundredth of a square metre are listed, smaller ones only summed', async () => {
    const features = [
      feature(rectangle(0, 0, 10, 10)),
      feature(rectangle(9.998, 0, 10, 10)),
      feature(rectangle(100, 0, 10, 10)),
      feature(rectangle(109.9995, 0, 10, 10)),
    ];
    const { overlaps } = await certify(features);
    expect(overlaps).toMatchObject({ total: 1, items: [{ featureA: 1, featureB: 2 }] });
    expect(overlaps.belowThresholdM2).toBeCloseTo(0.005, 4);
  });
});

describe('gaps of a partition', () => {
  it('inside are found with area, place and width', async () => {
    const { gaps, warnings } = await certify(grid(9, 9, 100, undefined, ['4/4', '5/4', '7/2']));
    expect(gaps).toMatchObject({ total: 2 });
    expect(gaps!.items[0]!.areaM2).toBeCloseTo(areaOf(rectangle(400, 400, 200, 100)), AREA_DIGITS);
    expect(gaps!.items[1]!.areaM2).toBeCloseTo(areaOf(rectangle(700, 200, 100, 100)), AREA_DIGITS);
    expect(gaps!.totalM2).toBeCloseTo(gaps!.items[0]!.areaM2 + gaps!.items[1]!.areaM2, 6);
    const [x, y] = metres(gaps!.items[1]!.place);
    expect(Math.hypot(x - 750, y - 250)).toBeLessThan(15);
    expect(gaps!.items[1]!.widthM).toBeCloseTo(100, 0);
    expect(warnings.map((warning) => warning.code)).toContain('gaps');
  });

  it('of a hand width are found, ground open to the outside is none', async () => {
    const slit: RawFeature[] = grid(6, 6, 100, undefined, ['2/2', '5/3', '0/0']);
    slit.push(feature(rectangle(200, 200, 99.9, 100)));
    const { gaps } = await certify(slit);
    expect(gaps).toMatchObject({ total: 1 });
    expect(gaps!.totalM2).toBeCloseTo(areaOf(rectangle(299.9, 200, 0.1, 100)), AREA_DIGITS);
  });

  it('are not hidden by an overlap of the same size in the same place', async () => {
    // all in one tile, and the declared coverage has the squares' corners: the sum of areas shows nothing missing
    const [x, y] = ORIGIN;
    const side = [0, 20, 40];
    const corners = [
      ...side.map((d): [number, number] => [x + d, y]),
      ...side.map((d): [number, number] => [x + 60, y + d]),
      ...side.map((d): [number, number] => [x + 60 - d, y + 60]),
      ...side.map((d): [number, number] => [x, y + 60 - d]),
    ];
    const notched = [[ring(...corners)]];
    const features = grid(3, 3, 20, undefined, ['1/1']);
    features.push(feature(rectangle(22, 20, 20, 20)));
    const { gaps, overlaps } = await certify(features, declared(notched));
    expect(gaps!.totalM2).toBeCloseTo(areaOf(rectangle(20, 20, 2, 20)), AREA_DIGITS);
    expect(overlaps.totalM2).toBeCloseTo(areaOf(rectangle(40, 20, 2, 20)), AREA_DIGITS);
  });

  it('of more than a tile are one gap', async () => {
    const ringOfBlocks = grid(10, 10, 300, undefined, inner(10));
    const { gaps } = await certify(ringOfBlocks);
    expect(gaps).toMatchObject({ total: 1 });
    expect(gaps!.totalM2).toBeCloseTo(areaOf(rectangle(300, 300, 2400, 2400)), AREA_DIGITS);
  });

  it('count against the declared coverage when there is one, to its rim', async () => {
    const certificate = await certify(
      grid(5, 5, 100, undefined, ['0/0']),
      declared(rectangle(0, 0, 500, 520)),
    );
    expect(certificate.gaps).toMatchObject({ total: 2 });
    expect(certificate.gaps!.items[0]!.areaM2).toBeCloseTo(areaOf(rectangle(0, 0, 100, 100)), AREA_DIGITS);
    expect(certificate.gaps!.items[1]!.areaM2).toBeCloseTo(areaOf(rectangle(0, 500, 500, 20)), AREA_DIGITS);
    expect(certificate.coverage).toMatchObject({ kind: 'polygon' });
    expect(certificate.coverage.featuresOutsideM2).toBeCloseTo(0, 2);
  });

  it('also where the coverage reaches tiles without any feature', async () => {
    const certificate = await certify(grid(2, 2, 100), declared(rectangle(0, 0, 4000, 200)));
    expect(certificate.gaps!.totalM2).toBeCloseTo(areaOf(rectangle(200, 0, 3800, 200)), AREA_DIGITS);
  });

  it('are not asked of a cover layer', async () => {
    const certificate = await certify(grid(3, 3, 100, undefined, ['1/1']), {
      layerId: 'stbhhx',
      ...declared(rectangle(0, 0, 999, 999)),
    });
    expect(certificate.gaps).toBeNull();
  });
});

/** Keys of all but the outermost blocks. */
const inner = (count: number): string[] =>
  Array.from({ length: count * count }, (_, i) => [i % count, Math.floor(i / count)] as const)
    .filter(([c, r]) => c > 0 && r > 0 && c < count - 1 && r < count - 1)
    .map(([c, r]) => `${c}/${r}`);

describe('features', () => {
  it('that are invalid are repaired and listed with both areas', async () => {
    const [x, y] = ORIGIN;
    const bowTie = [[ring([x, y], [x + 20, y + 20], [x + 20, y], [x, y + 20])]];
    const open = { type: 'Polygon', coordinates: [rectangle(100, 0, 10, 10)[0]![0]!.slice(0, 4)] };
    const { repaired, counts } = await certify([
      ...grid(1, 1, 5),
      feature(bowTie, { BSM: 'TIE' }),
      { type: 'Feature', properties: { BSM: 'OPEN' }, geometry: open },
    ]);
    expect(counts).toMatchObject({ featuresIn: 3, featuresOut: 3, repaired: 2 });
    expect(repaired.items.map((item) => [item.featureNo, item.bsm, item.reason])).toEqual([
      [2, 'TIE', 'self-intersection'],
      [3, 'OPEN', 'ring not closed'],
    ]);
    expect(repaired.items[0]!.areaBeforeM2).toBeCloseTo(0, 2);
    expect(repaired.items[0]!.areaAfterM2).toBeCloseTo(areaOf(rectangle(0, 0, 20, 10)), AREA_DIGITS);
    const [px, py] = metres(repaired.items[0]!.place);
    expect(px).toBeCloseTo(10, 3);
    expect(py).toBeCloseTo(10, 3);
  });

  it('of two overlapping parts keep the ground of both', async () => {
    const parts = [...rectangle(0, 0, 10, 10), ...rectangle(5, 0, 10, 10)];
    const { repaired, areas } = await certify([feature(parts)]);
    expect(repaired.total).toBe(1);
    expect(areas.planeM2).toBeCloseTo(areaOf(rectangle(0, 0, 15, 10)), AREA_DIGITS);
  });

  it('with the same BSM, without BSM and without class are counted', async () => {
    const bsm = ['X', 'X', 'Y', null, 'X', 'Y', 'Z'];
    const { bsm: found, unclassified } = await certify(grid(7, 1, 10, (i) => ({ BSM: bsm[i] })));
    expect(found).toEqual({
      missing: 1,
      duplicates: {
        total: 2,
        items: [
          { bsm: 'X', count: 3, firstFeatureNo: 1 },
          { bsm: 'Y', count: 2, firstFeatureNo: 3 },
        ],
      },
    });
    expect(unclassified).toBe(7);
  });

  it('with unknown codes and far attribute areas are flagged', async () => {
    const codes = ['0101', '9999', '9999', '0201K', '08H2A'];
    const areas = [100, 109, 111, 89, null];
    const certificate = await certify(
      grid(5, 1, 10, (i) => ({ BSM: `B${i}`, DLBM: codes[i], TBMJ: areas[i], KCXS: 0 })),
    );
    expect(certificate.unknownClasses).toEqual({
      total: 1,
      items: [{ code: '9999', count: 2, firstFeatureNo: 2 }],
    });
    expect(certificate.areaDifferences).toMatchObject({ total: 2, compared: 4 });
    expect(certificate.areaDifferences.items.map((item) => item.featureNo)).toEqual([3, 4]);
    expect(certificate.areas.attributeM2).toBe(409);
    expect(warned(certificate)).toEqual(expect.arrayContaining(['unknown-classes', 'area-differences']));
  });

  it('whose areas are in hectares are noticed', async () => {
    const certificate = await certify(grid(5, 1, 100, () => ({ TBMJ: 1.0 })));
    expect(warned(certificate)).toContain('attribute-area-unit');
  });
});

describe('coverage and districts', () => {
  const counties = [
    feature(rectangle(0, 0, 1000, 1000), { XZQDM: '410821', XZQMC: '修武县' }),
    feature(rectangle(1000, 0, 1000, 1000), { XZQDM: '410822', XZQMC: '博爱县' }),
    feature(rectangle(0, 1000, 2000, 500), { XZQDM: '419001', XZQMC: '济源市' }),
  ];

  it('of a cover layer without declaration is none, loudly', async () => {
    const certificate = await certify(grid(1, 1, 100), { layerId: 'stbhhx' });
    expect(certificate.coverage).toEqual({ kind: 'none', areaM2: null, featuresOutsideM2: null });
    expect(warned(certificate)[0]).toBe('no-coverage');
  });

  it('by district codes is the union of the districts, and what lies outside is measured', async () => {
    await certify(counties, { layerId: 'xzq' });
    const certificate = await certify([feature(rectangle(500, 900, 100, 200))], {
      layerId: 'stbhhx',
      coverage: { kind: 'districts', codes: ['4108'] },
    });
    expect(certificate.coverage.kind).toBe('districts');
    expect(certificate.coverage.areaM2).toBeCloseTo(areaOf(rectangle(0, 0, 2000, 1000)), AREA_DIGITS);
    expect(certificate.coverage.featuresOutsideM2).toBeCloseTo(
      areaOf(rectangle(500, 1000, 100, 100)),
      AREA_DIGITS,
    );
    expect(certificate.extent.outsideDistrictsM2).toBeCloseTo(0, 2);
    expect(warned(certificate)).toContain('outside-coverage');
  });

  it('refuses a code that no district has', async () => {
    await certify(counties, { layerId: 'xzq' });
    const work = certify(grid(1, 1, 10), { coverage: { kind: 'districts', codes: ['410821', '3205'] } });
    await expect(work).rejects.toMatchObject({
      code: 'bad-parameter',
      message: expect.stringContaining('3205'),
    });
  });

  it('measures what lies outside the districts', async () => {
    await certify(counties, { layerId: 'xzq' });
    const { extent, warnings } = await certify([feature(rectangle(1900, 100, 300, 10))]);
    expect(extent.outsideDistrictsM2).toBeCloseTo(areaOf(rectangle(2000, 100, 200, 10)), AREA_DIGITS);
    expect(warnings.map((warning) => warning.code)).toContain('outside-districts');
  });

  it('joins declared polygons that overlap each other', async () => {
    const geojson = {
      type: 'FeatureCollection',
      crs: { type: 'name', properties: { name: 'EPSG:4526' } },
      features: [feature(rectangle(0, 0, 200, 100)), feature(rectangle(100, 0, 200, 100))],
    };
    const { coverage } = await certify(grid(1, 1, 50), {
      layerId: 'stbhhx',
      coverage: { kind: 'polygon', geojson },
    });
    expect(coverage.areaM2).toBeCloseTo(areaOf(rectangle(0, 0, 300, 100)), AREA_DIGITS);
  });

  it.each([
    ['no polygon', { type: 'FeatureCollection', features: [] }],
    ['a point', { type: 'Point', coordinates: [113, 35] }],
    [
      'a bow-tie',
      {
        type: 'Polygon',
        coordinates: [
          [
            [113, 35],
            [113.1, 35.1],
            [113.1, 35],
            [113, 35.1],
            [113, 35],
          ],
        ],
      },
    ],
  ])('refuses %s as coverage', async (_, geojson) => {
    const work = certify(grid(1, 1, 50), { layerId: 'stbhhx', coverage: { kind: 'polygon', geojson } });
    await expect(work).rejects.toMatchObject({ code: 'bad-geojson' });
  });
});
