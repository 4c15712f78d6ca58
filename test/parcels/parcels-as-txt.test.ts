import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import type { Parcel } from '../../src/parcels/parcel-types.js';
import { parcelsAsTxt } from '../../src/parcels/parcels-as-txt.js';
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

describe('parcels as 国土 TXT', () => {
  it.each(['f02-hole', 'f03-parts-and-hole', 'f05-easting-first', 'six-degree-zone', 'f09-thirteen-columns'])(
    '%s comes back with the coordinates that were sent',
    async (name) => {
      const before = await read(fixture(name));
      const { bytes, losses } = await parcelsAsTxt(before, { date: '2025-06-04' });
      expect(losses).toEqual([]);
      expect(new TextDecoder('gbk').decode(bytes)).toContain('数据产生日期=2025-06-04\r\n');
      const after = await read(bytes);
      expect(after.map(({ source }) => places(source))).toEqual(before.map(({ source }) => places(source)));
      expect(after.map(({ id, name: ofParcel, landUse }) => [id, ofParcel, landUse])).toEqual(
        before.map(({ id, name: ofParcel, landUse }) => [id, ofParcel, landUse]),
      );
    },
  );

  /** Point lines as number, ring and place; closing lines left out. */
  const pointLines = (bytes: Uint8Array): string[] =>
    new TextDecoder('gbk')
      .decode(bytes)
      .split(/\r?\n|\r/)
      .filter((line) => /^[A-Z]*\d+,\d+,\d/.test(line));
  const withoutClosing = (lines: string[]): string[] => [...new Set(lines)];

  it.each(['f01-canonical', 'f02-hole', 'f03-parts-and-hole', 'f04-unclosed', 'f09-thirteen-columns'])(
    '%s keeps its point numbers where that is asked for, each at its place',
    async (name) => {
      const before = await read(fixture(name));
      const { bytes, losses } = await parcelsAsTxt(before, { date: '2025-06-04', numbering: 'keep' });
      expect(losses).toEqual([]);
      const numbers = (list: Parcel[]) =>
        list.map(({ source, properties }) => {
          const ofParcel = properties.界址点号 as string[][][];
          const named = source.map((part, p) =>
            part.map((ring, r) => ring.map((at, i) => `${ofParcel[p]![r]![i]} ${at}`)),
          );
          return named.flat(2).map(String).sort();
        });
      const after = await read(bytes);
      const unique = (list: string[][]) => list.map((one) => [...new Set(one)]);
      expect(unique(numbers(after))).toEqual(unique(numbers(before)));
    },
  );

  it('keeps the order of the points too: first point and direction are those of the file', async () => {
    const file = fixture('f01-canonical');
    const { bytes } = await parcelsAsTxt(await read(file), { date: '2025-06-04', numbering: 'keep' });
    const sent = withoutClosing(pointLines(file));
    expect(sent.length).toBeGreaterThan(3);
    expect(withoutClosing(pointLines(bytes))).toEqual(sent);
    // counted against the clock, from a point that is not the north-western one, with a prefix of its own
    const turned = ['A7,1,3898777.747,38430775.305', 'A8,1,3898877.747,38430775.305'].concat(
      ['A9,1,3898877.747,38430675.305', 'A12,1,3898777.747,38430675.305'],
      ['A7,1,3898777.747,38430775.305'],
    );
    const body = Buffer.from(
      `[属性描述]\r\n坐标系=2000国家大地坐标系\r\n几度分带=3\r\n带号=38\r\n[地块坐标]\r\n4,1.0000,1,甲,面,,,,@\r\n${turned.join('\r\n')}\r\n`,
    );
    const kept = await parcelsAsTxt(await read(body), { date: '2025-06-04', numbering: 'keep' });
    expect(pointLines(kept.bytes)).toEqual(turned);
    const anew = await parcelsAsTxt(await read(body), { date: '2025-06-04' });
    expect(pointLines(anew.bytes)[0]).toBe('J1,1,3898877.747,38430675.305');
  });

  it('says of which parcels there were no numbers to keep', async () => {
    const [parcel] = await read(fixture('f02-hole'));
    const { 界址点号: numbers, ...properties } = parcel!.properties;
    const torn = { ...properties, 界址点号: [(numbers as string[][][])[0]!.slice(1)] };
    for (const given of [properties, torn]) {
      const { bytes, losses } = await parcelsAsTxt([{ ...parcel!, properties: given }], {
        ...{ date: '2025-06-04', numbering: 'keep' },
      });
      expect(losses.map(({ code }) => code)).toEqual(['points-renumbered']);
      expect(pointLines(bytes)[0]).toMatch(/^J1,1,/);
    }
  });

  it('writes degrees in the zone they lie in', async () => {
    const before = await read(fixture('lon-lat-without-head'));
    const [after] = await read((await parcelsAsTxt(before, { date: '2025-06-03' })).bytes);
    expect(after!.sourceEpsg).toBe(4526);
    const [x, y] = before[0]!.plane[0]![0]![0]!;
    expect(after!.source[0]![0]!.some((p) => Math.hypot(p[0] - x, p[1] - y) < 0.00072)).toBe(true);
  });

  it('refuses parcels of two zones, which one file can not hold', async () => {
    const [parcel] = await read(fixture('lon-lat-without-head'));
    const elsewhere = { ...parcel!, planeEpsg: 4525 };
    await expect(parcelsAsTxt([parcel!, elsewhere], { date: '2025-06-03' })).rejects.toThrowError(AppError);
  });
});
