import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { fromBuffer, type Options, type ZipFile } from 'yauzl';
import type { ExportField, ExportTable } from '../../src/formats/export-table.js';
import { openVectors } from '../../src/formats/gdal-bridge.js';
import type { MemoryFile, ReadDriver } from '../../src/formats/gdal-protocol.js';
import type { GdalFeature } from '../../src/formats/gdal-types.js';
import { shortNamesOf } from '../../src/formats/short-names.js';
import { readShapes } from '../../src/formats/wkb-shapes.js';
import { writeFlatGeobuf, writeGeoPackage, writeShapefiles } from '../../src/formats/write-gis.js';

const field = (name: string, short: string, type: ExportField['type'], decimals?: number): ExportField => ({
  ...{ name, short, type, title: { zh: name, en: name } },
  ...(decimals !== undefined && { decimals }),
});

const rings = [
  [
    [[38430675.3051, 3898777.7471], [38430675.3051, 3898877.747], [38430775.305, 3898877.747], [38430675.3051, 3898777.7471]],
  ],
] as const; // biome-ignore format: a ring

const parcels: ExportTable = {
  ...{ name: 'parcels', title: { zh: '地块', en: 'Parcels' }, epsg: 4526 },
  fields: [
    field('parcel', 'DKBH', 'code'),
    field('areaM2', 'DYMJ', 'number', 2),
    field('noise', 'BJWC', 'flag'),
    field('ratio', 'ratio', 'number'),
    field('本单位自定的备注', '本单位自定的备注', 'text'),
    field('list', 'list', 'data'),
  ],
  rows: [
    {
      rings,
      values: { parcel: '0101', areaM2: 1234567.05, noise: true, ratio: 38430675.305123, 本单位自定的备注: `𠮷${'甲'.repeat(130)}`, list: [1] },
    },
    { rings, values: { parcel: null, areaM2: 0, noise: false, ratio: 0.125, 本单位自定的备注: '水浇地' } },
  ],
}; // biome-ignore format: rows
const findings: ExportTable = {
  ...{ name: 'findings', title: { zh: '意见', en: 'Findings' }, epsg: undefined },
  fields: [field('rule', 'GZ', 'text')],
  rows: [{ values: { rule: 'stbhhx-overlap' } }],
};

const day = { date: '2025-06-01' };

async function unzip(bytes: Uint8Array): Promise<MemoryFile[]> {
  const open = promisify<Buffer, Options, ZipFile>(fromBuffer);
  const zip = await open(Buffer.from(bytes), { lazyEntries: false, autoClose: false });
  const files: MemoryFile[] = [];
  const entries: Promise<unknown>[] = [];
  zip.on('entry', (entry) => {
    entries.push(
      promisify(zip.openReadStream.bind(zip))(entry).then(async (stream) => {
        files.push({ name: entry.fileName, bytes: await buffer(stream as NodeJS.ReadableStream) });
      }),
    );
  });
  await new Promise((done) => zip.once('end', done));
  await Promise.all(entries);
  return files;
}

async function readBack(driver: ReadDriver, dataset: string, files: readonly MemoryFile[], layer?: string) {
  const opened = await openVectors({ driver, dataset, from: { files } });
  try {
    const features: GdalFeature[] = [];
    const { name } = layer === undefined ? opened.layers[0]! : { name: layer };
    for await (const batch of opened.readFeatures(name)) features.push(...batch);
    return { layers: opened.layers, features };
  } finally {
    await opened.close();
  }
}

const patient = { timeout: 60_000 };

describe('files of GIS programs', patient, () => {
  it('GeoPackage holds all tables, names and texts whole, coordinates to the last digit', async () => {
    const { bytes, losses } = await writeGeoPackage([parcels, findings], day);
    const { layers, features } = await readBack('GPKG', 'a.gpkg', [{ name: 'a.gpkg', bytes }], 'parcels');
    expect(layers.map(({ name, geometryType, crs }) => [name, geometryType, crs?.epsg])).toEqual([
      ['parcels', 'MultiPolygon', 4526],
      ['findings', 'None', undefined],
    ]);
    expect(features[0]!.properties).toEqual({
      ...{ parcel: '0101', areaM2: 1234567.05, noise: 1, ratio: 38430675.305123 },
      本单位自定的备注: `𠮷${'甲'.repeat(130)}`,
    });
    expect(readShapes(features[0]!.wkb!).polygons).toEqual(rings);
    expect(losses.map(({ code }) => code)).toEqual(['fields-left-out']);
  });

  it('a shapefile in GBK says so twice, keeps zeros and digits, and every loss is told', async () => {
    const { bytes, losses } = await writeShapefiles([parcels, findings], 'gbk', day);
    const files = await unzip(bytes);
    const named = new Map(files.map((file) => [file.name, Buffer.from(file.bytes)]));
    expect([...named.keys()].sort()).toEqual([
      ...[
        'findings.cpg',
        'findings.dbf',
        'parcels.cpg',
        'parcels.dbf',
        'parcels.prj',
        'parcels.shp',
        'parcels.shx',
      ],
    ]);
    expect([named.get('parcels.cpg')!.toString(), named.get('parcels.dbf')![29]]).toEqual(['GBK', 0x4d]);
    expect(named.get('parcels.prj')!.toString()).toMatch(/^PROJCS\["CGCS2000_3_Degree_GK_Zone_38",/);
    const { layers, features } = await readBack('ESRI Shapefile', 'parcels.shp', files);
    expect(layers[0]!.crs?.epsg).toBe(4526);
    expect(layers[0]!.fields.map(({ name, width, precision }) => [name, width, precision])).toEqual([
      ['DKBH', 4, null],
      ['DYMJ', 18, 2],
      ['BJWC', 1, null],
      ['ratio', 15, 6],
      ['本单位自定', 253, null],
    ]);
    expect(features[0]!.properties).toEqual({
      ...{ DKBH: '0101', DYMJ: 1234567.05, BJWC: 1, ratio: 38430675.305123 },
      本单位自定: `?${'甲'.repeat(126)}`,
    });
    expect(losses.map(({ code }) => code).sort()).toEqual([
      ...['characters-lost', 'fields-left-out', 'names-cut', 'texts-cut'],
    ]);
  });

  it('a shapefile in UTF-8 keeps characters that GBK lacks', async () => {
    const { bytes, losses } = await writeShapefiles([parcels], 'utf-8', day);
    const files = await unzip(bytes);
    const dbf = Buffer.from(files.find(({ name }) => name === 'parcels.dbf')!.bytes);
    expect([files.find(({ name }) => name === 'parcels.cpg')!.bytes.toString(), dbf[29]]).toEqual([
      'UTF-8',
      0,
    ]);
    expect(dbf.includes(Buffer.from('𠮷甲甲'))).toBe(true);
    expect(losses.map(({ code }) => code)).not.toContain('characters-lost');
  });

  it('FlatGeobuf holds one table', async () => {
    const { bytes } = await writeFlatGeobuf(parcels, day);
    const { features } = await readBack('FlatGeobuf', 'a.fgb', [{ name: 'a.fgb', bytes }]);
    expect(features.map(({ properties }) => properties.parcel).sort()).toEqual(['0101', null]);
  });

  it('the same tables on the same day are the same bytes', async () => {
    const twice = async (write: () => Promise<{ bytes: Uint8Array }>) => {
      const [a, b] = [await write(), await write()];
      return Buffer.from(a.bytes).equals(Buffer.from(b.bytes));
    };
    expect(await twice(() => writeGeoPackage([parcels, findings], day))).toBe(true);
    expect(await twice(() => writeShapefiles([parcels], 'gbk', day))).toBe(true);
  });
});

describe('short names', () => {
  const names = (list: string[], lengthOf = (text: string) => Buffer.byteLength(text)) =>
    shortNamesOf(
      list.map((name) => field(name, name, 'text')),
      lengthOf,
    );

  it('are cut to 10 bytes between characters, and stay apart without regard to case', () => {
    const { names: short, losses } = names([
      'ABCDEFGHIJKL',
      'abcdefghij',
      'ABCDEFGHIJ_2',
      '规划用途名称',
      'a b',
      'OK',
    ]);
    expect(short).toEqual(['ABCDEFGHIJ', 'abcdefgh_1', 'ABCDEFGH_2', '规划用', 'a_b', 'OK']);
    expect(losses[0]!.detail.en).toContain('规划用途名称 → 规划用');
    expect(losses[0]!.detail.en).not.toContain('OK');
  });
});
