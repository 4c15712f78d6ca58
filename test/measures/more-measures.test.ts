import { afterAll, describe, expect, it } from 'vitest';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { standingOfUse } from '../../src/measures/mixed-use-lists.js';
import type { Box } from '../overlay/made-ground.js';
import { ask, boxes, measureParts, rangeOf } from './made-input.js';

const geos = new GeosPool({ workers: 1 });
const parts = measureParts(geos);
afterAll(() => geos.close());

describe('mixed-use', () => {
  const harmless = { publicSafety: false, publicInterest: false, environment: false, specialFunction: false };
  const mix = (mainUse: string, furtherUses: string[], more: object = {}) =>
    ask(parts, 'mixed-use', { codeSystem: 'ydyh-2023', mainUse, furtherUses, ...harmless, ...more });

  it('of listed uses is clear, of others attention, of excluded ones prohibited', async () => {
    expect((await mix('100101', ['0802', '110101'])).verdict).toBe('clear');
    expect((await mix('1001', ['0701'])).verdict).toBe('attention');
    expect((await mix('1001', ['100103'])).verdict).toBe('prohibited');
    expect((await mix('1001', ['0802'], { publicSafety: true })).verdict).toBe('prohibited');
  });

  it('takes the longest code that fits, and refuses codes of the survey', async () => {
    expect(standingOfUse('080201').standing).toBe('allowed');
    expect(standingOfUse('0806').standing).toBe('negative');
    await expect(mix('1001', ['0802'], { codeSystem: 'sandiao-dlbm' })).rejects.toMatchObject({
      facts: { errors: [{ pointer: '/codeSystem', code: 'wrong-code-system' }] },
    });
    await expect(mix('1001', ['05H1'])).rejects.toMatchObject({
      facts: { errors: [{ pointer: '/furtherUses/0' }] },
    });
  });
});

describe('land-clearance', () => {
  const given = { compensated: true, noDispute: true, conditionsSet: true, readyToBuild: true };
  const right = (id: string, box: Box, properties: object) => ({
    id,
    boxes: [box],
    properties: { kind: 'right', cancelled: false, ...properties },
  });
  const clear = (rights: object, more: object = {}) =>
    ask(parts, 'land-clearance', { parcel: boxes([0, 0, 200, 100]), rights, ...given, ...more });

  it('is blocked by a right that is not cancelled, not by one beside the parcel', async () => {
    const on = await clear(rangeOf(right('a', [150, 50, 100, 20], {})));
    expect(on.verdict).toBe('prohibited');
    expect((on.result as { residual: { areaM2: number }[] }).residual[0]!.areaM2).toBeCloseTo(1000, -1);
    expect((await clear(rangeOf(right('a', [200, 0, 50, 50], {})))).verdict).toBe('clear');
    expect((await clear(rangeOf(right('a', [0, 0, 50, 50], { cancelled: true })))).verdict).toBe('clear');
  });

  it('lets an assessed building go with the land', async () => {
    const building = { kind: 'building', acquired: 'auctioned' };
    expect((await clear(rangeOf(right('a', [0, 0, 50, 50], { ...building, assessed: true })))).verdict).toBe(
      'attention',
    );
    expect((await clear(rangeOf(right('a', [0, 0, 50, 50], { ...building, assessed: false })))).verdict).toBe(
      'prohibited',
    );
  });
});

describe('mining-gaps', () => {
  const right = (id: string, owner: string, box: Box) => ({ id, boxes: [box], properties: { owner } });
  const gaps = async (width: number, ...rights: ReturnType<typeof right>[]) =>
    (await ask(parts, 'mining-gaps', { rights: rangeOf(...rights), maxGap: { value: width, unit: 'm' } }))
      .result as {
      gaps: { owner: string; rights: string[]; areaM2: number }[];
    };
  const [a, b] = [right('a', '甲', [0, 0, 100, 100]), right('b', '甲', [130, 0, 100, 100])];

  it('finds the ground between rights of one owner, and nobody else’s', async () => {
    const found = await gaps(50, a, b);
    expect(found.gaps).toMatchObject([{ owner: '甲', rights: ['a', 'b'] }]);
    expect(found.gaps[0]!.areaM2).toBeCloseTo(3000, -1);
    expect((await gaps(20, a, b)).gaps).toEqual([]);
    expect((await gaps(50, a, right('b', '乙', [130, 0, 100, 100]))).gaps).toEqual([]);
    const between = await gaps(50, a, b, right('c', '乙', [100, 0, 30, 100]));
    expect(between.gaps).toEqual([]);
  });
});

describe('archaeology', () => {
  const base = {
    reason: 'none',
    heritageAgrees: false,
    step: 'before-supply',
    surveyDone: true,
    excavationDone: true,
  };
  it('is due unless the case is listed and the authority agrees', async () => {
    expect((await ask(parts, 'archaeology', base)).verdict).toBe('clear');
    expect((await ask(parts, 'archaeology', { ...base, excavationDone: false })).verdict).toBe('attention');
    const listed = { ...base, reason: 'done-before', surveyDone: false };
    expect((await ask(parts, 'archaeology', listed)).verdict).toBe('attention');
    expect((await ask(parts, 'archaeology', { ...listed, heritageAgrees: true })).verdict).toBe('clear');
  });
});
