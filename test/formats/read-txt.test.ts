import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { readTxt, readTxtInTurns } from '../../src/formats/read-txt.js';
import { encodeGbk } from '../../src/formats/txt-encoding.js';
import type { TxtDocument, TxtLimits } from '../../src/formats/txt-types.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';

const folder = new URL('../cases/formats/txt/', import.meta.url);
const bytesOf = (file: string): Uint8Array => readFileSync(new URL(`${file}.txt`, folder));
const textOf = (file: string): string => Buffer.from(bytesOf(file)).toString('utf8');

interface Accepted {
  file: string;
  crs: number | null;
  warnings: string[];
  parcels: {
    id: string | null;
    name: string | null;
    landUse: string | null;
    line: number;
    shape: number[][];
    first: [number, number];
    areaM2: number | null;
    warnings: string[];
  }[];
}
interface Refused {
  file: string;
  refused: string;
  errors: { pointer: string; code: string }[];
}
const cases = JSON.parse(readFileSync(new URL('../txt.json', folder), 'utf8')) as {
  accepted: Accepted[];
  refused: Refused[];
};

const told = (warnings: TxtDocument['warnings']): string[] => warnings.map((w) => `${w.code} ${w.pointer}`);

function refusalOf(bytes: Uint8Array, limits?: TxtLimits): AppError {
  try {
    readTxt(bytes, limits);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

it('a large file is read in turns, and to the same document', async () => {
  const [head, record] = textOf('f01-canonical').split(/(?<=\[地块坐标\]\n)/) as [string, string];
  const records = Array.from({ length: 1_500 }, (_, i) => record.replace('410811001', `DK${i}`));
  const bytes = Buffer.from(head + records.join(''));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const document = await readTxtInTurns(bytes);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
  expect(document).toEqual(readTxt(bytes));
});

describe('国土 TXT', () => {
  it.each(cases.accepted)('$file is read', ({ file, crs, warnings, parcels }) => {
    const document = readTxt(bytesOf(file));
    expect(document.crs ?? null).toBe(crs);
    expect(told(document.warnings)).toEqual(warnings);
    const seen = document.parcels.map((parcel, i) => ({
      id: parcel.id ?? null,
      name: parcel.name,
      landUse: parcel.landUse,
      line: parcel.line,
      shape: parcel.rings.map((polygon) => polygon.map((ring) => ring.length)),
      first: parcel.rings[0]![0]![0],
      areaM2: parcels[i]!.areaM2 === null ? null : Math.round(planarAreaM2(parcel.rings) * 100) / 100,
      warnings: told(parcel.warnings),
    }));
    expect(seen).toEqual(parcels);
  });

  it.each(cases.refused)('$file is refused', ({ file, refused, errors }) => {
    const refusal = refusalOf(bytesOf(file));
    const byLine = (list: readonly { pointer: string; code: string }[]): string[] =>
      list.map(({ pointer, code }) => `${pointer} ${code}`).sort();
    expect([refusal.code, ...byLine(refusal.facts.errors ?? [])]).toEqual([refused, ...byLine(errors)]);
    for (const { pointer, detail } of refusal.facts.errors ?? []) {
      const line = pointer.split(' ')[1];
      expect(detail.zh).not.toMatch(/[{}]/);
      expect(detail.en).not.toMatch(/[{}]/);
      expect(detail.zh).toContain(`${line} `);
      expect(detail.en).toMatch(new RegExp(`\\b${line}\\b`));
    }
  });

  it('every fixture has its expectation, and no sentence is left with a hole', () => {
    const files = readdirSync(folder).map((name) => name.replace('.txt', ''));
    expect([...cases.accepted, ...cases.refused].map(({ file }) => file).sort()).toEqual(files.sort());
    for (const { file } of cases.accepted) {
      const { warnings, parcels } = readTxt(bytesOf(file));
      for (const { detail } of [...warnings, ...parcels.flatMap((parcel) => parcel.warnings)]) {
        expect(detail.zh + detail.en).not.toMatch(/[{}]/);
      }
    }
  });

  const codings: [string, (text: string) => Uint8Array][] = [
    ['GBK', (text) => encodeGbk(text).bytes],
    ['UTF-8 with mark', (text) => Buffer.from(`\ufeff${text}`, 'utf8')],
    ['UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['CRLF', (text) => Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['CR alone, GBK', (text) => encodeGbk(text.replaceAll('\n', '\r')).bytes],
  ];
  it.each(codings)('F8 %s reads as UTF-8 with LF does', (_name, encode) => {
    const text = textOf('f03-parts-and-hole');
    const { encoding: _own, warnings: _noted, ...plainly } = readTxt(Buffer.from(text));
    const { encoding: _other, warnings, ...again } = readTxt(encode(text));
    expect(again).toEqual(plainly);
    expect(told(warnings)).toEqual(['crs-stated line 9']);
  });

  it('keeps numbers, lines, head, project and every column', () => {
    const six = readTxt(bytesOf('f09-six-column-points'));
    expect(six.project).toEqual({ 项目名称: '增减挂钩一期', 批次: '3' });
    expect(six.head).toMatchObject({ 分带: '3度带', 带号: '38' });
    expect(six.parcels[0]!.pointNumbers).toEqual([
      [
        ['J1', 'J2', 'J3', 'J4', 'J1'],
        ['J5', 'J6', 'J7', 'J8', 'J5'],
      ],
    ]);
    expect(six.parcels[0]!.lines[0]![1]).toEqual([16, 17, 18, 19, 20]);
    expect(readTxt(bytesOf('f09-thirteen-columns')).parcels[0]!.attributes).toEqual({
      JZDS: '4',
      DKMJ: '2.0000',
      DKBH: '410811009',
      DKMC: '高标准农田',
      JLTXSX: '面',
      TFH: 'I-49-1',
      DKYT: '耕地',
      DLBM: '0103',
      TBLX: '项目区',
      DL: '2',
      GZQ: '1234.5',
      GZH: '5678.9',
      BZ: '备注文字',
    });
    expect(readTxt(bytesOf('f04-unclosed')).parcels[0]!.lines).toEqual([[[14, 15, 16, 17, 17]]]);
    expect(readTxt(bytesOf('lon-lat-without-head')).parcels[0]!.decimals).toBe(8);
    expect(readTxt(bytesOf('f06-no-prefix-no-zone')).candidates).toContain(4547);
  });

  it('takes a crossing of limits for what it is', () => {
    const limits = { maxParcels: 1, maxVertices: 9, maxFaults: 2 };
    expect(refusalOf(bytesOf('f10-two-parcels-same-header'), limits).facts.errors).toMatchObject([
      { code: 'too-many-parcels', pointer: 'line 19' },
    ]);
    expect(refusalOf(bytesOf('f02-hole'), limits)).toMatchObject({ code: 'too-large' });
    const many = refusalOf(bytesOf('many-faults'), { ...limits, maxParcels: 9, maxVertices: 99 });
    expect([many.facts.errors?.length, many.facts.moreErrors]).toEqual([2, 7]);
  });

  it.each<[string, (text: string) => string, string[]]>([
    ['full-width commas throughout', (t) => t.replaceAll(',', '，'), []],
    ['a full-width comma in a name', (t) => t.replace('示例地块', '示例，地块'), []],
    ['the area of the ellipsoid', (t) => t.replace('2.0000', '1.9998'), []],
    ['an area of neither', (t) => t.replace('2.0000', '1.9994'), ['area-differs line 13']],
    ['an area in 亩', (t) => t.replace('2.0000', '30.00'), ['area-unit line 13']],
    ['no record type', (t) => t.replace(',面,', ',,'), ['type-assumed line 13']],
    ['a closing point twice', (t) => `${t}J1,1,3898877.747,38430675.305\n`, []],
    ['a height', (t) => t.replace('675.305\nJ2', '675.305,98.2\nJ2'), []],
    ['coordinates under a title of free text', (t) => t.replace('地块坐标', '项目信息'), []],
    ['another date in a second head', (t) => t.replace('精度=', '数据产生日期=2024-01-01\n精度='), []],
    ['empty lines at the end', (t) => `${t.trimEnd()}\n\n,,,\n`, []],
  ])('reads %s', (_name, change, expected) => {
    const text = change(textOf('f01-canonical'));
    expect(text).not.toBe(textOf('f01-canonical'));
    const [parcel, ...others] = readTxt(Buffer.from(text)).parcels;
    expect(others).toEqual([]);
    expect(parcel!.rings).toEqual(readTxt(bytesOf('f01-canonical')).parcels[0]!.rings);
    expect(told(parcel!.warnings)).toEqual(expected);
  });

  it('an invented number never meets one that is there', () => {
    const text = textOf('f10-two-parcels-same-header');
    const [head = '', ...records] = text.split(/(?=^4,)/m);
    const third = records[1]!.replace('B00011', 'B00011-2').replaceAll('384309', '384319');
    const { parcels } = readTxt(Buffer.from([head, ...records, third].join('')));
    const number = '4108112025B00011';
    expect(parcels.map(({ id }) => id)).toEqual([number, `${number}-3`, `${number}-2`]);
  });

  it.each<[string, (text: string) => string, string]>([
    [
      'a last point with one value twice, whatever its number',
      (t) => t.replace(/J5,2,([^,]+),\S+\nJ9/, 'J99,2,$1,$1\nJ9'),
      'bad-closing-point',
    ],
    ['two zones in one file', (t) => t.replaceAll(/,384309/g, ',394309'), 'mixed-kinds'],
    ['a local system', (t) => t.replace('2000国家大地', '焦作独立'), 'unknown-datum'],
    ['a local system on the right ellipsoid', (t) => t.replace('2000国家', 'CGCS2000独立'), 'unknown-datum'],
    ['map coordinates', (t) => t.replace('2000国家大地坐标系', 'GCJ-02'), 'shifted-datum'],
    ['UTM', (t) => t.replace('高斯克吕格', 'UTM'), 'wrong-projection'],
    ['a width that is none', (t) => t.replace('几度分带=3', '几度分带=4'), 'bad-width'],
    ['another meridian', (t) => t.replace('精度=', '中央子午线=111\n精度='), 'meridian-contradiction'],
    ['two heads', (t) => t.replace('精度=', '带号=37\n精度='), 'repeated-head'],
    ['a name with a comma', (t) => t.replace('多部件', '多,部件'), 'attribute-columns'],
    ['one wild point', (t) => t.replace(',3898777.747', ',389877.747'), 'bad-coordinate'],
  ])('refuses %s', (_name, change, code) => {
    const text = change(textOf('f03-parts-and-hole'));
    expect(text).not.toBe(textOf('f03-parts-and-hole'));
    expect(refusalOf(Buffer.from(text)).facts.errors?.map((fault) => fault.code)).toContain(code);
  });

  it('takes ten thousand parcels without a setting; one more is refused by the name of the setting', () => {
    const many = (count: number): Uint8Array => {
      const parcels = Array.from({ length: count }, (_, k) => {
        const at = (x: number, y: number): string => `${3898000 + y}.000,${38430000 + 10 * k + x}.000`;
        const points = [at(0, 0), at(0, 5), at(5, 0), at(0, 0)];
        return [`3,0.0013,D${k},,面,,,,@`, ...points.map((point, i) => `J${(i % 3) + 1},1,${point}`)];
      });
      const head = ['[属性描述]', '坐标系=2000国家大地坐标系', '几度分带=3', '带号=38', '[地块坐标]'];
      return Buffer.from([...head, ...parcels.flat()].join('\n'));
    };
    expect(readTxt(many(10_000)).parcels).toHaveLength(10_000);
    const [fault] = refusalOf(many(10_001)).facts.errors!;
    expect([fault!.code, fault!.detail.zh, fault!.detail.en].join()).toMatch(
      /^too-many-parcels,.*ONEMAP_MAX_FEATURES.*ONEMAP_MAX_FEATURES/,
    );
  });
});
