import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { checkReport, type ReportRequest } from '../../src/checks/check-report.js';
import type { Check } from '../../src/checks/check-types.js';
import { crsTable } from '../../src/core/crs.js';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { officialAreaM2 } from '../../src/geometry/official-area.js';
import { readParcelFile } from '../../src/parcels/read-parcel-file.js';
import { readParcels } from '../../src/parcels/read-parcels.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { checkParts, loadTown, makeCheck } from './made-checks.js';

const geos = new GeosPool({ workers: 2 });
let parts: CheckParts;
let check: Check;

/** Two parcels with more digits than any program needs: a square 1 cm into the red line, and a triangle with a hole. */
const source = [
  {
    id: '0101',
    properties: { DKMC: '=甲', DLBM: '0102', TBMJ: 12.5, ratio: null, nested: [1], parcel: '0101', verdict: 'x' },
    coordinates: [[[-100.0123456, 100.1], [-0.01, 100.1], [-0.01, 200.7654321], [-100.0123456, 200.7654321], [-100.0123456, 100.1]]],
  },
  {
    id: 'B',
    properties: { DKMC: '乙', DLBM: '0101', TBMJ: 3, ratio: 0.5 },
    coordinates: [
      [[600, 600], [900, 600], [600, 900], [600, 600]],
      [[650, 650], [650, 700], [700, 650], [650, 650]],
    ],
  },
]; // biome-ignore format: rings

const collection = {
  type: 'FeatureCollection',
  features: source.map(({ id, properties, coordinates }) => ({
    ...{ type: 'Feature', id, properties },
    geometry: {
      type: 'Polygon',
      coordinates: coordinates.map((ring) => ring.map(([x, y]) => [38_430_000 + x!, 3_898_000 + y!])),
    },
  })),
};

interface Collection {
  crs?: { properties: { name: string } };
  features: {
    id: string;
    geometry: { type: string; coordinates: number[][][] };
    properties: Record<string, unknown>;
  }[];
}

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  await loadTown({ db, geos });
  parts = checkParts(db, geos);
  const body = Buffer.from(JSON.stringify(collection));
  check = await makeCheck(parts, {
    ...{ body, contentType: 'application/json' },
    stage: 'pre-review',
    verify: false,
  });
});
afterAll(() => geos.close());

const report = (request: Partial<ReportRequest> & Pick<ReportRequest, 'format'>) =>
  checkReport(parts, check.id, { language: 'zh', ...request });
const text = async (...args: Parameters<typeof report>): Promise<string> =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode((await report(...args)).bytes);
const geoJson = async (request: Partial<ReportRequest> = {}): Promise<Collection> =>
  JSON.parse(await text({ format: 'geojson', ...request }));

const everyNumber = (value: unknown): string => JSON.stringify(value);

describe('the parcels of a check as GeoJSON', () => {
  it('in the CRS of the source hold the very numbers that were sent, and say their CRS', async () => {
    const { features, crs } = await geoJson({ crs: 'EPSG:4526' });
    expect(crs!.properties.name).toBe('urn:ogc:def:crs:EPSG::4526');
    expect(everyNumber(features.map(({ geometry }) => geometry.coordinates))).toBe(
      everyNumber(collection.features.map(({ geometry }) => geometry.coordinates)),
    );
    expect(features.map(({ id }) => id)).toEqual(['0101', 'B']);
  });

  it('without zone number differ by the false easting alone; a zone far away is refused', async () => {
    const { features } = await geoJson({ crs: '4547' });
    expect(features[0]!.geometry.coordinates[0]![0]).toEqual([430_000 - 100.01235, 3_898_100.1]);
    await expect(geoJson({ crs: 'EPSG:4530' })).rejects.toMatchObject({ code: 'bad-crs' });
    await expect(geoJson({ crs: 'EPSG:2362' })).rejects.toMatchObject({ code: 'bad-crs' });
    await expect(geoJson({ crs: '3857' })).rejects.toMatchObject({ code: 'bad-crs' });
  });

  it('by default are RFC 7946: degrees without a member crs; read again they have the same area to 0.01 m²', async () => {
    const collectionOut = await geoJson();
    expect(collectionOut.crs).toBeUndefined();
    const { parcels } = await readParcels({ body: collectionOut }, geos);
    for (const [i, parcel] of parcels.entries()) {
      const again = officialAreaM2(parcel.plane, crsTable.get(parcel.planeEpsg)!);
      expect(Math.abs(again - check.parcels[i]!.area.ellipsoidM2)).toBeLessThan(0.01);
    }
  });

  it('carry figures, each layer, and what was submitted; nothing twice, nothing lost', async () => {
    const [first, second] = (await geoJson()).features.map(({ properties }) => properties);
    const [parcel] = check.parcels;
    expect(first).toMatchObject({
      ...{ parcel: '0101', parcelName: '=甲', verdict: 'attention', ellipsoidM2: parcel!.area.ellipsoidM2 },
      stbhhx_areaM2: parcel!.overlays.find(({ layer }) => layer === 'stbhhx')!.areaM2,
      ...{ DLBM: '0102', TBMJ: 12.5, ratio: null, nested: [1], verdict_1: 'x' },
    });
    expect(second).toMatchObject({
      parcel: 'B',
      DLBM: '0101',
      TBMJ: 3,
      ratio: 0.5,
      nested: null,
      verdict_1: null,
    });
    // what was submitted keeps its name; in a shapefile ours is the same, and it stands there once
    expect(first).toMatchObject({ DKMC: '=甲' });
    const { bytes } = await report({ format: 'shp', part: 'parcels' });
    const { parcels } = await readParcelFile({ body: bytes, contentType: 'application/zip' }, geos);
    const names = Object.keys(parcels[0]!.properties);
    expect(names.filter((name) => /^(DKMC|DKBH)/.test(name))).toEqual(['DKBH', 'DKMC']);
  });
});

describe('the pieces of a check', () => {
  it('have the figures of the answer, which add up to the overlay of each layer', async () => {
    const { features } = await geoJson({ part: 'pieces' });
    for (const parcel of check.parcels) {
      for (const { layer, areaM2 } of parcel.overlays) {
        const pieces = features.filter(
          ({ properties: p }) => p.parcel === parcel.id && p.layer === layer && p.kind === 'overlap',
        );
        const cents = pieces.reduce(
          (sum, { properties }) => sum + Math.round(Number(properties.areaM2) * 100),
          0,
        );
        expect([layer, cents / 100]).toEqual([layer, areaM2]);
      }
    }
  });

  it('drawn in the zone have the area they say', async () => {
    const { features } = await geoJson({ part: 'pieces', crs: 'EPSG:4526' });
    expect(features.length).toBeGreaterThan(5);
    for (const { geometry, properties } of features) {
      const { type, coordinates } = geometry;
      const rings = (type === 'Polygon' ? [coordinates] : coordinates) as unknown as MultiPolygonRings;
      const drawn = officialAreaM2(rings, crsTable.get(4526)!);
      expect(Math.abs(drawn - Number(properties.areaM2))).toBeLessThan(0.02);
      expect(properties.layerName).toMatch(/[一-鿿]/);
    }
  });
});

describe('tables of a check as CSV', () => {
  it('parcels: codes keep their zeros, a formula is text, areas have two decimals', async () => {
    const lines = (await text({ format: 'csv' })).split('\r\n');
    expect(lines[0]).toMatch(/^\ufeff地块编号,地块名称,地块用途,结论代码,结论,椭球面积（㎡）/);
    expect(lines[1]).toMatch(/^"\t0101",'=甲,,attention,涉及—需论证\/说明,\d+\.\d\d,/);
    expect(lines[1]).toContain('"\t0102"');
    expect((await report({ format: 'csv' })).losses.map(({ code }) => code)).toEqual(['fields-left-out']);
    const english = (await text({ format: 'csv', language: 'en', wkt: true })).split('\r\n');
    expect(english[0]).toMatch(/^\ufeffParcel,.*,WKT$/);
    expect(english[1]).toContain('MULTIPOLYGON(((38429899.9876544 3898100.1,');
  });

  it('classes and findings: one row for each, with the article it rests on', async () => {
    const classes = (await text({ format: 'csv', part: 'classes' })).trimEnd().split('\r\n');
    expect(classes).toHaveLength(
      1 + check.parcels.flatMap(({ overlays }) => overlays.flatMap(({ byClass }) => byClass)).length,
    );
    const findings = await text({ format: 'csv', part: 'findings' });
    expect(findings).toContain('焦政办规〔2025〕1号');
    const rulesOf = ({ findings: f, passed }: Pick<Check, 'findings' | 'passed'>) => f.length + passed.length;
    const rows = check.parcels.reduce((sum, parcel) => sum + rulesOf(parcel), 0);
    const lines = findings.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + rows + rulesOf(check) + check.unreviewed.length);
    // what is said of all parcels together stands behind those of each, then what was not reviewed
    const whole = lines.slice(1 + rows);
    expect(whole.every((line) => line.startsWith(',（全部地块）,'))).toBe(true);
    const ruleIds = [...check.findings, ...check.passed].map(({ rule }) => rule);
    for (const [i, rule] of ruleIds.entries()) expect(whole[i]).toContain(`,${rule},`);
    expect(whole.slice(ruleIds.length).every((line) => line.includes('not-reviewed,未审查'))).toBe(true);
  });

  it('the checklist: each material once with its parcels and rules, in the order of the answer', async () => {
    const [head, ...lines] = (await text({ format: 'csv', part: 'checklist' })).trimEnd().split('\r\n');
    expect(head).toContain('须提交的材料或须办理的事项,模块,结论代码,结论');
    expect(lines).toHaveLength(check.checklist.length);
    expect(check.checklist.length).toBeGreaterThan(2);
    for (const [i, { text: material, rules, parcels }] of check.checklist.entries()) {
      expect(lines[i]!.startsWith(material.zh)).toBe(true);
      for (const part of [parcels.join('、'), rules.join('、')]) expect(lines[i]).toContain(part);
    }
  });

  it.each<[string, Parameters<typeof report>[0]]>([
    ['TXT of pieces', { format: 'txt', part: 'pieces' }],
    ['TXT in degrees', { format: 'txt', crs: '4490' }],
    ['GeoJSON of findings', { format: 'geojson', part: 'findings' }],
    ['FlatGeobuf of the checklist', { format: 'fgb', part: 'checklist' }],
    ['a CRS without coordinates', { format: 'csv', crs: '4526' }],
    ['WKT outside CSV', { format: 'geojson', wkt: true }],
    ['WKT of a table without ground', { format: 'csv', part: 'classes', wkt: true }],
  ])('%s is refused', (_name, request) =>
    expect(report(request)).rejects.toMatchObject({ code: 'bad-parameter' }),
  );

  it('the same check gives the same bytes', async () => {
    for (const format of ['geojson', 'csv', 'txt'] as const) {
      const [a, b] = [await report({ format }), await report({ format })];
      expect(Buffer.from(a.bytes).equals(Buffer.from(b.bytes))).toBe(true);
    }
  });
});
