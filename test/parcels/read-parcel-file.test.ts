import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { readTxt } from '../../src/formats/read-txt.js';
import { encodeGbk } from '../../src/formats/txt-encoding.js';
import { lineOfPointer } from '../../src/formats/txt-to-geojson.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { defaultParcelLimits } from '../../src/parcels/parcel-types.js';
import { type ParcelFile, readParcelFile } from '../../src/parcels/read-parcel-file.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

const textOf = (name: string): string =>
  readFileSync(new URL(`../cases/formats/txt/${name}.txt`, import.meta.url), 'utf8');

const fileOf = (text: string): ParcelFile => ({
  body: encodeGbk(text).bytes,
  contentType: 'text/plain',
});

const read = (name: string, more: Partial<ParcelFile> = {}) =>
  readParcelFile({ ...fileOf(textOf(name)), ...more }, geos);

async function refusalOf(file: ParcelFile): Promise<AppError> {
  try {
    await readParcelFile(file, geos);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('a 国土 TXT file as parcels', () => {
  it('keeps coordinates, resolution, number, name, use and columns; wound outer rings first', async () => {
    const { parcels, sourceEpsg } = await read('f02-hole');
    const [parcel] = parcels;
    expect(sourceEpsg).toBe(4526);
    expect(parcel).toMatchObject({
      id: '410811002',
      name: '带孔地块',
      landUse: '工业用地',
      sourceEpsg: 4526,
      planeEpsg: 4526,
      resolutionM: 0.001,
    });
    expect(parcel!.properties).toMatchObject({ DLBM: '0601', DKMJ: '1.7600' });
    const submitted = [
      [38430675.305, 3898777.747],
      [38430675.305, 3898877.747],
      [38430875.305, 3898777.747],
      [38430875.305, 3898877.747],
    ];
    expect([...new Set(parcel!.source[0]![0]!.map(String))].sort()).toEqual(submitted.map(String));
    expect(parcel!.source[0]).toHaveLength(2);
  });

  it('takes the decimals as written, not what is left of the numbers', async () => {
    const text = textOf('f01-canonical').replaceAll('.747', '.000').replaceAll('.305', '.000');
    const { parcels } = await readParcelFile(fileOf(text), geos);
    expect(parcels[0]!.resolutionM).toBe(0.001);
    expect(parcels[0]!.warnings).toEqual([]);
  });

  it('lists what was assumed: of the file with the file, of a parcel with the parcel', async () => {
    const { warnings, parcels } = await read('f10-two-parcels-same-header');
    expect(warnings.map(({ code }) => code)).toEqual(['crs-stated']);
    expect(parcels.map((parcel) => parcel.warnings.map(({ code }) => code))).toEqual([
      [],
      ['area-differs', 'number-repeated'],
    ]);
    const { parcels: unnamed } = await read('f05-easting-first');
    expect(unnamed[0]!.warnings).toMatchObject([{ code: 'missing-id', pointer: 'line 13' }]);
  });

  it.each<[string, Partial<ParcelFile>, string, string, string]>([
    ['bow-tie', {}, 'bad-parcel', 'self-intersection', 'line 14'],
    ['f06-no-prefix-no-zone', {}, 'bad-crs', 'ambiguous-crs', 'line 13'],
    ['f06-no-prefix', { crs: 'EPSG:4526' }, 'bad-crs', 'crs-contradiction', 'line 9'],
    ['f06-no-prefix', { crs: 'EPSG:1' }, 'bad-crs', 'unknown-crs', '\\?crs'],
    ['f06-no-prefix', { jurisdiction: { box: [116, 39, 117, 40] } }, 'outside-jurisdiction', '.+', 'line 13'],
  ])('%s %j: a fault found later still leads to its line', async (name, more, code, fault, pointer) => {
    const refusal = await refusalOf({ ...fileOf(textOf(name)), ...more });
    expect(refusal.code).toBe(code);
    const [first] = refusal.facts.errors ?? [];
    expect(first?.code).toMatch(new RegExp(`^${fault}$`));
    expect(first?.pointer).toMatch(new RegExp(`^${pointer}$`));
  });

  it('a vertex of a ring leads to its own line', () => {
    const document = readTxt(fileOf(textOf('f03-parts-and-hole')).body);
    const at = (pointer: string): string => lineOfPointer(pointer, document);
    expect(at('/features/0/geometry/coordinates/1/0/2')).toBe('line 26');
    expect(at('/features/0/geometry/coordinates/1/1/3')).toBe('line 22');
    expect(at('/features/0/geometry/coordinates/1/1')).toBe('line 19');
    expect(at('/features/0')).toBe('line 13');
    expect(at('/crs')).toBe('line 9');
    expect(at('?crs')).toBe('?crs');
  });

  it('without a zone the place decides, or the parameter', async () => {
    const jiaozuo = { box: [112.6, 34.8, 113.7, 35.5] } as const;
    const { sourceEpsg } = await read('f06-no-prefix-no-zone', { jurisdiction: jiaozuo });
    expect(sourceEpsg).toBe(4547);
    expect((await read('f06-no-prefix-no-zone', { crs: 'EPSG:4547' })).sourceEpsg).toBe(4547);
  });

  it('still reads GeoJSON, within the same limit of bytes', async () => {
    const body = readFileSync(new URL('../../sample-data/parcels/demo.geojson', import.meta.url));
    const file = { body, contentType: 'application/octet-stream' };
    expect((await readParcelFile(file, geos)).parcels.length).toBeGreaterThan(0);
    const limits = { ...defaultParcelLimits, maxBytes: 100 };
    expect((await refusalOf({ ...file, limits })).code).toBe('too-large');
    expect((await refusalOf({ ...fileOf(textOf('f01-canonical')), limits })).code).toBe('too-large');
  });
});
