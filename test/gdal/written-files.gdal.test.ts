// What is written must mean the same to another program: opened by the GDAL of the system, by which QGIS opens files.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, createWriteStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { readTxt } from '../../src/formats/read-txt.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { stage } from '../cli/test-terminal.js';

const version = spawnSync('ogrinfo', ['--version'], { encoding: 'utf8' }).stdout?.trim();
const required = process.env.GDAL_REQUIRED === '1';

const fixture = new URL('../cases/formats/txt/f03-parts-and-hole.txt', import.meta.url);
const areaM2 = planarAreaM2(readTxt(readFileSync(fixture)).parcels[0]!.rings);

async function convert(out: string, ...args: string[]): Promise<string> {
  const at = stage();
  copyFileSync(fixture, join(at.terminal.cwd, 'in.txt'));
  expect(await at.run('convert', 'in.txt', out, ...args)).toBe(0);
  return join(at.terminal.cwd, out);
}

const ogrinfo = (...args: string[]): string =>
  execFileSync('ogrinfo', ['-ro', ...args], { encoding: 'utf8' });

const number = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? Number.NaN);

const title = version ?? 'skipped: ogrinfo is not installed (Debian: apt-get install gdal-bin)';

describe.skipIf(version === undefined && !required)(
  `files as the system's GDAL reads them (${title})`,
  () => {
    const files: readonly [string, string, string[], number][] = [
      ['GeoPackage', 'a.gpkg', [], 4526],
      ['shapefile in GBK', 'a.shp.zip', [], 4526],
      [
        'shapefile in UTF-8, without zone number',
        'a.shp.zip',
        ['--to-encoding', 'utf-8', '--to-crs', '4547'],
        4547,
      ],
      ['FlatGeobuf', 'a.fgb', [], 4526],
      ['GeoJSON in the zone', 'a.geojson', [], 4526],
    ];

    it.each(files)('%s: fields, Chinese text, CRS and area', async (_name, out, args, epsg) => {
      const path = await convert(out, ...args);
      const told = ogrinfo('-al', path);
      expect(told).toContain('DKBH (String) = 410811003');
      expect(told).toContain('DKMC (String) = 多部件地块');
      expect(told).toContain('DLBM (String) = 0601');
      expect(told).toContain(`ID["EPSG",${epsg}]`);
      const summed = ogrinfo(
        '-q',
        path,
        '-dialect',
        'OGRSQL',
        '-sql',
        'SELECT SUM(OGR_GEOM_AREA) AS a FROM parcels',
      );
      expect(number(summed, /= ([\d.]+)/)).toBeCloseTo(areaM2, 3);
    });

    it('GeoJSON in degrees lies where GDAL puts the parcel itself', async () => {
      const degrees = await convert('a.geojson', '--to-crs', '4490');
      const zone = await convert('b.gpkg');
      const moved = join(zone, '..', 'moved.geojson');
      execFileSync('ogr2ogr', [
        '-t_srs',
        'EPSG:4490',
        '-lco',
        'COORDINATE_PRECISION=10',
        '-lco',
        'RFC7946=NO',
        moved,
        zone,
        'parcels',
      ]);
      const extent = (path: string): number[] =>
        (/Extent: \(([\d.]+), ([\d.]+)\) - \(([\d.]+), ([\d.]+)\)/.exec(ogrinfo('-al', '-so', path)) ?? [])
          .slice(1)
          .map(Number);
      const [ours, theirs] = [extent(degrees), extent(moved)];
      expect(ours).toHaveLength(4);
      // ogrinfo prints 6 decimals
      for (const [i, value] of ours.entries()) expect(Math.abs(value - theirs[i]!)).toBeLessThan(1.5e-6);
    });

    it('CSV: the geometry column is read, codes keep their zeros', async () => {
      const path = await convert('a.csv');
      const told = ogrinfo('-al', '-oo', 'GEOM_POSSIBLE_NAMES=WKT', path);
      expect(told).toContain('DLBM (String) = \t0601');
      expect(told).toContain('MULTIPOLYGON (((38430975.305 3898877.747');
    });

    it('a name that GBK lacks stays in UTF-8', async () => {
      const at = stage();
      const ring = [[113.2, 35.2], [113.201, 35.2], [113.201, 35.201], [113.2, 35.2]]; // biome-ignore format: a ring
      const geometry = { type: 'Polygon', coordinates: [ring] };
      const body = { type: 'Feature', id: 'A', properties: { DKMC: '𠮷地' }, geometry };
      writeFileSync(join(at.terminal.cwd, 'a.json'), JSON.stringify(body));
      expect(await at.run('convert', 'a.json', 'gbk.shp.zip')).toBe(0);
      expect(at.err()).toContain('𠮷');
      expect(await at.run('convert', 'a.json', 'utf8.shp.zip', '--to-encoding', 'utf-8')).toBe(0);
      expect(ogrinfo('-al', join(at.terminal.cwd, 'gbk.shp.zip'))).toContain('= ?地');
      expect(ogrinfo('-al', join(at.terminal.cwd, 'utf8.shp.zip'))).toContain('= 𠮷地');
    });

    /** A square of 100 m at the corner of the zone's grid, as a file of another program. */
    function made(
      out: string,
      epsg: number,
      ...args: string[]
    ): { at: ReturnType<typeof stage>; path: string } {
      const at = stage();
      const [x, y] = [38430675.305, 3898777.747];
      const ring = [[x, y], [x, y + 100], [x + 100, y + 100], [x + 100, y], [x, y]]; // biome-ignore format: a ring
      const geometry = { type: 'Polygon', coordinates: [ring] };
      const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::4526' } };
      const features = [{ type: 'Feature', properties: { DKBH: '0101', DKMC: '东区' }, geometry }];
      const from = join(at.terminal.cwd, 'made.geojson');
      writeFileSync(from, JSON.stringify({ type: 'FeatureCollection', crs, features }));
      const path = join(at.terminal.cwd, out);
      execFileSync('ogr2ogr', ['-t_srs', `EPSG:${epsg}`, ...args, path, from]);
      return { at, path };
    }
    async function zipped(folder: string, name: string): Promise<string> {
      const archive = new ZipFile();
      for (const file of readdirSync(folder))
        if (file.startsWith('made.') && !file.endsWith('json')) archive.addFile(join(folder, file), file);
      archive.end();
      await pipeline(archive.outputStream, createWriteStream(join(folder, name)));
      return name;
    }

    it.each([4526, 4547])(
      'MIF of EPSG:%i: its CoordSys is read, with a warning on its datum',
      async (epsg) => {
        const { at } = made('made.mif', epsg, '-f', 'MapInfo File', '-dsco', 'FORMAT=MIF');
        const name = await zipped(at.terminal.cwd, 'sent.zip');
        expect(await at.run('convert', name, 'out.geojson')).toBe(0);
        expect(at.err()).toContain('WGS 84');
        const { crs, features } = JSON.parse(readFileSync(join(at.terminal.cwd, 'out.geojson'), 'utf8'));
        expect(crs.properties.name).toBe(`urn:ogc:def:crs:EPSG::${epsg}`);
        expect(features[0].properties).toMatchObject({ DKBH: '0101', DKMC: '东区' });
        expect(planarAreaM2([features[0].geometry.coordinates])).toBeCloseTo(10_000, 1);
      },
    );

    it('MIF in Beijing 1954 is refused by name, TAB says how coarse its grid is', async () => {
      const old = made('made.mif', 2414, '-f', 'MapInfo File', '-dsco', 'FORMAT=MIF');
      expect(await old.at.run('convert', 'made.mif', 'out.geojson')).toBe(3);
      expect(old.at.err()).toContain('1954北京');
      const tab = made('made.tab', 4526, '-f', 'MapInfo File');
      const name = await zipped(tab.at.terminal.cwd, 'sent.zip');
      expect(await tab.at.run('convert', name, 'out.geojson')).toBe(0);
      expect(tab.at.err()).toMatch(/(resolution of about|坐标分辨率约) ?0\.1 ?(m|米)/);
    });

    it('a shapefile in GBK, by way of GeoPackage and GeoJSON, comes back with attributes and ground', async () => {
      const { at } = made('made.shp', 4526, '-f', 'ESRI Shapefile', '-lco', 'ENCODING=GBK');
      const name = await zipped(at.terminal.cwd, 'sent.zip');
      expect(await at.run('convert', name, 'mid.gpkg')).toBe(0);
      expect(await at.run('convert', 'mid.gpkg', 'out.geojson')).toBe(0);
      const { features } = JSON.parse(readFileSync(join(at.terminal.cwd, 'out.geojson'), 'utf8'));
      expect(features[0].properties).toMatchObject({ DKBH: '0101', DKMC: '东区' });
      expect(planarAreaM2([features[0].geometry.coordinates])).toBeCloseTo(10_000, 6);
    });
  },
);
