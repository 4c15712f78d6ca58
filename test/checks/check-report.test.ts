import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { parcelsAsTxt } from '../../src/checks/check-report.js';
import { AppError } from '../../src/core/errors.js';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import type { Parcel } from '../../src/parcels/parcel-types.js';
import { readParcelFile } from '../../src/parcels/read-parcel-file.js';
import { rebuildParcel, toStoredParcel } from '../../src/parcels/rebuild-parcel.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

const read = async (body: Uint8Array): Promise<Parcel[]> => {
  const { parcels } = await readParcelFile({ body, contentType: 'text/plain' }, geos);
  // as they come out of the store
  return parcels.map((parcel) => rebuildParcel(JSON.parse(JSON.stringify(toStoredParcel(parcel)))));
};

const fixture = (name: string): Uint8Array =>
  readFileSync(new URL(`../cases/formats/txt/${name}.txt`, import.meta.url));

const places = (rings: MultiPolygonRings): string[] =>
  rings
    .map((polygon) => polygon.map((ring) => [...new Set(ring.map(String))].sort().join(' ')).join(' | '))
    .sort();

describe('the parcels of a check as 国土 TXT', () => {
  it.each(['f02-hole', 'f03-parts-and-hole', 'f05-easting-first', 'six-degree-zone', 'f09-thirteen-columns'])(
    '%s comes back with the coordinates that were sent',
    async (name) => {
      const before = await read(fixture(name));
      const { bytes, mediaType, losses } = await parcelsAsTxt(before, '2025-06-03T17:00:00.000Z');
      expect([mediaType, losses]).toEqual(['text/plain; charset=gbk', []]);
      expect(new TextDecoder('gbk').decode(bytes)).toContain('数据产生日期=2025-06-04\r\n');
      const after = await read(bytes);
      expect(after.map(({ source }) => places(source))).toEqual(before.map(({ source }) => places(source)));
      expect(after.map(({ id, name: ofParcel, landUse }) => [id, ofParcel, landUse])).toEqual(
        before.map(({ id, name: ofParcel, landUse }) => [id, ofParcel, landUse]),
      );
    },
  );

  it('writes degrees in the zone they lie in', async () => {
    const before = await read(fixture('lon-lat-without-head'));
    const [after] = await read((await parcelsAsTxt(before, '2025-06-03T03:00:00.000Z')).bytes);
    expect(after!.sourceEpsg).toBe(4526);
    const [x, y] = before[0]!.plane[0]![0]![0]!;
    expect(after!.source[0]![0]!.some((p) => Math.hypot(p[0] - x, p[1] - y) < 0.00072)).toBe(true);
  });

  it('refuses parcels of two zones, which one file can not hold', async () => {
    const [parcel] = await read(fixture('lon-lat-without-head'));
    const elsewhere = { ...parcel!, planeEpsg: 4525 };
    await expect(parcelsAsTxt([parcel!, elsewhere], '2025-06-03T03:00:00.000Z')).rejects.toThrowError(
      AppError,
    );
  });
});
