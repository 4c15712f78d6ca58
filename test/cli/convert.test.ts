import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crsTable } from '../../src/core/crs.js';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { readTxt } from '../../src/formats/read-txt.js';
import { officialAreaM2 } from '../../src/geometry/official-area.js';
import { stage } from './test-terminal.js';

const fixture = (name: string) => new URL(`../cases/formats/txt/${name}.txt`, import.meta.url);

const places = (rings: MultiPolygonRings): string[] =>
  rings
    .map((polygon) =>
      polygon
        .map((ring) => [...new Set(ring.map(([x, y]) => `${x.toFixed(3)} ${y.toFixed(3)}`))].sort().join())
        .join('|'),
    )
    .sort();

describe('convert', () => {
  it.each(['f02-hole', 'f03-parts-and-hole', 'f05-easting-first', 'f09-thirteen-columns'])(
    '%s by way of degrees: TXT → GeoJSON → TXT keeps every coordinate to 0.001 m and the area to 0.01 m²',
    async (name) => {
      const at = stage();
      copyFileSync(fixture(name), join(at.terminal.cwd, 'in.txt'));
      expect(await at.run('convert', 'in.txt', 'a.geojson', '--to-crs', 'EPSG:4490')).toBe(0);
      expect(await at.run('convert', 'a.geojson', 'b.txt', '--to-crs', 'EPSG:4526')).toBe(0);
      const before = readTxt(readFileSync(fixture(name)));
      const after = readTxt(readFileSync(join(at.terminal.cwd, 'b.txt')));
      expect(after.crs).toBe(4526);
      expect(after.parcels.map(({ rings }) => places(rings))).toEqual(
        before.parcels.map(({ rings }) => places(rings)),
      );
      for (const [i, { rings }] of after.parcels.entries()) {
        const area = (of: MultiPolygonRings): number => officialAreaM2(of, crsTable.get(4526)!);
        expect(Math.abs(area(rings) - area(before.parcels[i]!.rings))).toBeLessThan(0.01);
      }
      expect(after.parcels.map(({ name: ofParcel }) => ofParcel)).toEqual(
        before.parcels.map(({ name: ofParcel }) => ofParcel),
      );
    },
  );

  it('says the areas before and after, what was assumed, and what has no place in the format', async () => {
    const at = stage();
    const square = [[38430000, 3898000], [38430100, 3898000], [38430100, 3898100], [38430000, 3898000]]; // biome-ignore format: a ring
    const feature = { type: 'Feature', id: 'A', properties: { QSDWMC: '某村', DLBM: '0102' } };
    const body = { ...feature, geometry: { type: 'Polygon', coordinates: [square] } };
    writeFileSync(join(at.terminal.cwd, 'a.json'), JSON.stringify(body));
    expect(await at.run('convert', 'a.json', 'b.txt', '--lang', 'en')).toBe(0);
    expect(at.out()).toMatch(
      /^1 parcels: EPSG:4526 → EPSG:4526 \(txt\), ellipsoid area (\d+\.\d\d) m² → \1 m²\n$/,
    );
    expect(at.err()).toContain('no place for these attributes, left out: QSDWMC.');
    expect(at.err()).toContain('EPSG:4526');
  });

  it('shapefile in GBK → GeoPackage → GeoJSON keeps attributes and every digit of the coordinates', async () => {
    const at = stage();
    const ring = [[38430000.1234, 3898000.5], [38430100.25, 3898000.5], [38430100.25, 3898100.0625], [38430000.1234, 3898000.5]]; // biome-ignore format: a ring
    const properties = { DKBH: '0101', DKMC: '示例地块，甲', DLBM: '0102', TBMJ: 12.5, N: 7 };
    const geometry = { type: 'Polygon', coordinates: [ring] };
    const body = { type: 'FeatureCollection', features: [{ type: 'Feature', properties, geometry }] };
    writeFileSync(join(at.terminal.cwd, 'a.geojson'), JSON.stringify(body));
    expect(await at.run('convert', 'a.geojson', 'b.shp.zip')).toBe(0);
    expect(await at.run('convert', 'b.shp.zip', 'c.gpkg')).toBe(0);
    expect(await at.run('convert', 'c.gpkg', 'd.geojson')).toBe(0);
    const [feature] = JSON.parse(readFileSync(join(at.terminal.cwd, 'd.geojson'), 'utf8')).features;
    expect(feature.properties).toEqual(properties);
    expect(feature.geometry).toEqual(geometry);
  });

  it('tells where long edges change the ground', async () => {
    const at = stage();
    const long = [[38350000, 3898000], [38360000, 3898000], [38360000, 3903000], [38350000, 3898000]]; // biome-ignore format: a ring
    const body = { type: 'Polygon', coordinates: [long] };
    writeFileSync(join(at.terminal.cwd, 'a.json'), JSON.stringify(body));
    expect(await at.run('convert', 'a.json', 'b.geojson', '--to-crs', '4525', '--lang', 'en')).toBe(0);
    expect(at.err()).toMatch(/areas change by up to \d+\.\d\d m²/);
  });

  it.each<[string, string[], string]>([
    ['an old datum', ['in.txt', 'b.csv', '--to-crs', 'EPSG:2362'], '2362'],
    ['a zone far away', ['in.txt', 'b.csv', '--to-crs', 'EPSG:4530'], '4530'],
    ['degrees in a TXT', ['in.txt', 'b.txt', '--to-crs', '4490'], '4490'],
    ['an ending that says nothing', ['in.txt', 'b.dwg'], '--format'],
    ['an encoding nobody writes', ['in.txt', 'b.zip', '--to-encoding', 'big5'], 'big5'],
  ])('refuses %s, and writes nothing', async (_name, args, said) => {
    const at = stage();
    copyFileSync(fixture('f01-canonical'), join(at.terminal.cwd, 'in.txt'));
    expect(await at.run('convert', ...args)).toBe(3);
    expect(at.err()).toContain(said);
    expect(existsSync(join(at.terminal.cwd, args[1]!))).toBe(false);
  });
});
