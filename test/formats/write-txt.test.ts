import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { readTxt } from '../../src/formats/read-txt.js';
import { type TxtOutput, writeTxt } from '../../src/formats/write-txt.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';

const folder = new URL('../cases/formats/txt/', import.meta.url);
const gbk = (bytes: Uint8Array): string => new TextDecoder('gbk').decode(bytes);

const parcel = (rings: MultiPolygonRings, more: Partial<TxtOutput> = {}): TxtOutput => ({
  id: 'DK-001',
  name: '地块',
  landUse: '1001',
  attributes: {},
  rings,
  ...more,
});

/** A star around a centre: simple by construction; the angles rise by the shares given. */
const star = (east: number, north: number, radii: readonly number[], turn: number): Position[] => {
  const points = radii.map((radius, i): Position => {
    const angle = turn + (2 * Math.PI * i) / radii.length;
    return [east + radius * Math.cos(angle), north + radius * Math.sin(angle)];
  });
  return [...points, points[0]!];
};

const millimetres = ([x, y]: Position, shift: number): string =>
  `${Math.round((x + shift) * 1000)} ${Math.round(y * 1000)}`;

describe('国土 TXT out', () => {
  it('is the canonical form, byte for byte', () => {
    const { bytes, warnings } = writeTxt(readTxt(readFileSync(new URL('f02-hole.txt', folder))).parcels, {
      epsg: 4526,
      producer: '示例市自然资源局',
      date: '2025-06-03',
    });
    expect(warnings).toEqual([]);
    expect(gbk(bytes).split('\r\n')).toEqual([
      '[属性描述]',
      '格式版本号=1.01版本',
      '数据产生单位=示例市自然资源局',
      '数据产生日期=2025-06-03',
      '坐标系=2000国家大地坐标系',
      '几度分带=3',
      '投影类型=高斯克吕格',
      '计量单位=米',
      '带号=38',
      '精度=0.001',
      '转换参数=,,,,,,',
      '[地块坐标]',
      '8,1.7600,410811002,带孔地块,面,I-49-1,工业用地,0601,@',
      'J1,1,3898877.747,38430675.305',
      'J2,1,3898877.747,38430875.305',
      'J3,1,3898777.747,38430875.305',
      'J4,1,3898777.747,38430675.305',
      'J1,1,3898877.747,38430675.305',
      'J5,2,3898847.747,38430725.305',
      'J6,2,3898807.747,38430725.305',
      'J7,2,3898807.747,38430785.305',
      'J8,2,3898847.747,38430785.305',
      'J5,2,3898847.747,38430725.305',
      '',
    ]);
    // 属 in GBK
    expect([...bytes.subarray(1, 3)]).toEqual([0xca, 0xf4]);
  });

  it('keeps columns apart, and says which characters GBK lacks and which rings vanish', () => {
    const square = star(430675, 3898777, [50, 50, 50, 50], 0.1);
    const speck = star(430675, 3898777, [0.0001, 0.0001, 0.0001], 0);
    const { bytes, warnings } = writeTxt([parcel([[square, speck]], { id: 'A,1@', name: '甲\n乙𠮷' })], {
      epsg: 4547,
    });
    expect(gbk(bytes)).toContain(',A，1＠,甲 乙?,面,,1001,,@\r\n');
    expect(warnings.map(({ code }) => code)).toEqual(['rings-collapsed', 'characters-lost']);
    expect(readTxt(bytes).parcels[0]!.rings[0]).toHaveLength(1);
  });

  it('goes in and out with every coordinate to 0.001 m, holes as holes, area to 0.01 m²', () => {
    const radius = fc.double({ min: 20, max: 90, noNaN: true });
    const radii = fc.array(radius, { minLength: 5, maxLength: 12 });
    const holeRadii = fc.array(fc.double({ min: 2, max: 7, noNaN: true }), { minLength: 3, maxLength: 6 });
    const shape = fc.record({
      parts: fc.array(
        fc.record({ radii, hole: fc.option(holeRadii), turn: fc.double({ min: 0, max: 6, noNaN: true }) }),
        {
          minLength: 1,
          maxLength: 3,
        },
      ),
      east: fc.double({ min: 300_000, max: 700_000, noNaN: true }),
      north: fc.double({ min: 2_000_000, max: 5_500_000, noNaN: true }),
      epsg: fc.constantFrom(4526, 4547, 4497, 4508),
    });
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 2 }), (shapes) => {
        const { epsg } = shapes[0]!;
        const prefix = { 4526: 38e6, 4497: 19e6 }[epsg as number] ?? 0;
        const shift = prefix === 0 ? { 4547: 38e6, 4508: 19e6 }[epsg as number]! : 0;
        const outputs = shapes.map(({ parts, east, north }, n) => {
          const rings = parts.map(({ radii: outer, hole, turn }, k) => {
            const x = prefix + east + k * 250;
            const y = north + n * 250;
            const shell = star(x, y, outer, turn);
            return hole ? [shell, star(x, y, hole, turn).reverse()] : [shell];
          });
          return parcel(rings, { id: `DK-${n}` });
        });
        const document = readTxt(writeTxt(outputs, { epsg }).bytes);
        expect(document.parcels.map(({ id }) => id)).toEqual(outputs.map(({ id }) => id));
        expect(document.parcels.flatMap(({ warnings }) => warnings.map(({ code }) => code))).not.toContain(
          'area-differs',
        );
        for (const [n, { rings }] of document.parcels.entries()) {
          const before = outputs[n]!.rings;
          const sets = (list: MultiPolygonRings, by: number): string[] =>
            list
              .map((polygon) =>
                polygon
                  .map((ring) => [...new Set(ring.map((p) => millimetres(p, by)))].sort().join())
                  .join('|'),
              )
              .sort();
          expect(sets(rings, 0)).toEqual(sets(before, shift));
          // every vertex moves by up to 0.7 mm
          expect(Math.abs(planarAreaM2(rings) - planarAreaM2(before))).toBeLessThan(
            0.0008 * 600 * before.length,
          );
        }
        // what was written is written again the same
        const again = writeTxt(document.parcels, { epsg: document.crs! });
        expect(gbk(again.bytes)).toBe(gbk(writeTxt(outputs, { epsg }).bytes));
      }),
      { seed: 20250603, numRuns: 60 },
    );
  });
});
