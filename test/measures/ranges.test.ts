import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { endOfTerm, yearsOf } from '../../src/measures/days.js';
import type { MeasureAnswer } from '../../src/measures/measure-types.js';
import type { Box } from '../overlay/made-ground.js';
import { cents } from '../overlay/made-ground.js';
import { ask, boxes, measureParts, rangeOf } from './made-input.js';

const geos = new GeosPool({ workers: 2 });
const parts = measureParts(geos);
afterAll(() => geos.close());

const siting = (before: object, after: object, more: object = {}): Promise<MeasureAnswer> =>
  ask(parts, 'range-change', { purpose: 'siting-unchanged', before, after, ...more });

const aBox = fc
  .tuple(fc.nat(300), fc.nat(300), fc.integer({ min: 5, max: 300 }), fc.integer({ min: 5, max: 300 }))
  .map((box): Box => box);

describe('range-change: the siting', () => {
  it('is unchanged where only vertices were added or the border was drawn twice', async () => {
    const same = await siting(boxes([0, 0, 200, 100]), boxes([0, 0, 200, 100]));
    expect(same).toMatchObject({ verdict: 'clear', result: { changedM2: 0, thin: false }, geometry: null });
    const strip = await siting(boxes([0, 0, 200, 100]), boxes([0.001, 0, 200, 100]));
    expect(strip).toMatchObject({ verdict: 'clear', result: { lostM2: 0.1, gainedM2: 0.1, thin: true } });
  });

  it('has changed by a strip of one centimetre', async () => {
    const answer = await siting(boxes([0, 0, 200, 100]), boxes([0, 0, 199.99, 100]));
    expect(answer).toMatchObject({ verdict: 'attention', result: { lostM2: 1, gainedM2: 0 } });
    expect(answer.geometry!.features.map(({ id }) => id)).toEqual(['lost']);
  });

  it('may change by what the tolerance lets pass, and not by a cent more', async () => {
    const tolerance = (value: number) => ({ tolerance: { value, unit: 'm2' } });
    const [before, after] = [boxes([0, 0, 200, 100]), boxes([0, 0, 199, 100])];
    const raw = (await siting(before, after)).result as { changedM2: number };
    expect((await siting(before, after, tolerance(raw.changedM2))).verdict).toBe('clear');
    expect((await siting(before, after, tolerance(raw.changedM2 - 0.01))).verdict).toBe('attention');
  });

  it('figures close and are symmetric', async () => {
    await fc.assert(
      fc.asyncProperty(aBox, aBox, async (a, b) => {
        const forth = (await siting(boxes(a), boxes(b))).result as Record<string, number>;
        const back = (await siting(boxes(b), boxes(a))).result as Record<string, number>;
        expect([forth.lostM2, forth.gainedM2, forth.keptM2]).toEqual([
          back.gainedM2,
          back.lostM2,
          back.keptM2,
        ]);
        expect(cents(forth.keptM2!) + cents(forth.lostM2!)).toBe(cents(forth.beforeM2!));
        expect(cents(forth.keptM2!) + cents(forth.gainedM2!)).toBe(cents(forth.afterM2!));
      }),
      { numRuns: 40 },
    );
  });
});

describe('range-change: the plots of a plan', () => {
  const plan = (before: object, after: object): Promise<MeasureAnswer> =>
    ask(parts, 'range-change', { purpose: 'development-plots', before, after });
  const plots = (answer: MeasureAnswer) =>
    (
      answer.result as { plots: { before: string; after: string; change: string; matchedBy: string }[] }
    ).plots.map(({ before, after, change }) => [before, after, change]);
  const a = { id: 'A', boxes: [[0, 0, 100, 100]] as Box[] };
  const b = { id: 'B', boxes: [[100, 0, 100, 100]] as Box[] };

  it('are all the same: filed with the department', async () => {
    const answer = await plan(rangeOf(a, b), rangeOf(b, { ...a, id: 'A' }));
    expect(answer.verdict).toBe('clear');
    expect(plots(answer)).toEqual([
      ['A', 'A', 'same'],
      ['B', 'B', 'same'],
    ]);
  });

  it('are matched by ground where the id is another', async () => {
    const answer = await plan(rangeOf(a, b), rangeOf({ ...a, id: 'A-1' }, b));
    expect(plots(answer)).toContainEqual(['A', 'A-1', 'renumbered']);
    expect(answer.verdict).toBe('clear');
  });

  it('were reshaped, added and removed: the province approves', async () => {
    const moved = { id: 'A', boxes: [[0, 0, 90, 100]] as Box[] };
    const added = { id: 'C', boxes: [[300, 0, 50, 50]] as Box[] };
    const answer = await plan(rangeOf(a, b), rangeOf(moved, added));
    expect(answer.verdict).toBe('attention');
    expect(plots(answer)).toEqual([
      ['A', 'A', 'reshaped'],
      ['B', null, 'removed'],
      [null, 'C', 'added'],
    ]);
  });
});

describe('containment', () => {
  const terms = { firstFrom: '2022-03-01', firstTo: '2024-03-01', renewTo: '2026-03-01' };
  const renew = (inner: object, more: object = {}): Promise<MeasureAnswer> =>
    ask(parts, 'containment', { kind: 'renewal', inner, outer: boxes([0, 0, 200, 100]), ...terms, ...more });

  it('of temporary land in the project', async () => {
    const temporary = (inner: object) =>
      ask(parts, 'containment', { kind: 'temporary-land', inner, outer: boxes([0, 0, 200, 100]) });
    expect((await temporary(boxes([10, 10, 50, 50]))).verdict).toBe('clear');
    expect((await temporary(boxes([0, 0, 200, 100]))).verdict).toBe('clear');
    const over = await temporary(boxes([150, 0, 60, 100]));
    expect(over).toMatchObject({ verdict: 'attention' });
    expect(cents((over.result as { outsideM2: number }).outsideM2) / 100).toBeCloseTo(1000, -1);
  });

  it('of a renewal for exactly four years, and one day more', async () => {
    const answer = await renew(boxes([0, 0, 150, 100]));
    expect(answer.verdict).toBe('clear');
    expect((answer.result as { givenUpM2: number }).givenUpM2).toBeGreaterThan(4990);
    expect((await renew(boxes([0, 0, 150, 100]), { renewTo: '2026-03-02' })).verdict).toBe('prohibited');
  });

  it('of a renewal whose first term was four years, or that takes other ground', async () => {
    const full = { firstTo: '2026-03-01', renewTo: '2026-03-02' };
    expect((await renew(boxes([0, 0, 150, 100]), full)).sentence.zh).toContain('已满四年');
    const beyond = await renew(boxes([0, 0, 201, 100]));
    expect(beyond.verdict).toBe('prohibited');
    expect(beyond.sentence.zh).toContain('超出原批准范围');
  });

  it('of plots in a development plan', async () => {
    const plan = (inner: object) =>
      ask(parts, 'containment', { kind: 'development-plan', inner, outer: boxes([0, 0, 200, 100]) });
    expect((await plan(boxes([0, 0, 20, 20]))).verdict).toBe('clear');
    expect((await plan(boxes([190, 0, 20, 20]))).verdict).toBe('attention');
  });
});

describe('terms', () => {
  it('end on the corresponding day, or on the last of a month that has none', () => {
    expect(endOfTerm('2024-02-29', 4)).toBe('2028-02-29');
    expect(endOfTerm('2024-02-29', 1)).toBe('2025-02-28');
    expect(endOfTerm('2023-03-31', 4)).toBe('2027-03-31');
    expect(yearsOf('2022-03-01', '2026-03-01')).toBe(4);
    expect(yearsOf('2022-03-01', '2025-08-30')).toBeCloseTo(3.5, 2);
  });
});

describe('phases', () => {
  const phases = (list: object, more: object = {}): Promise<MeasureAnswer> =>
    ask(parts, 'phases', {
      ...{ project: boxes([0, 0, 300, 100]), phases: list },
      ...{ projectKind: 'other', documentedInStudy: true },
      ...more,
    });
  const phase = (name: string, ...list: Box[]) => ({ id: name, boxes: list, properties: { phase: name } });

  it('that divide the project close to it', async () => {
    const answer = await phases(rangeOf(phase('1', [0, 0, 100, 100]), phase('2', [100, 0, 200, 100])));
    expect(answer.verdict).toBe('clear');
    const { totalM2, phases: rows } = answer.result as { totalM2: number; phases: { areaM2: number }[] };
    expect(rows.reduce((sum, one) => sum + cents(one.areaM2), 0)).toBe(cents(totalM2));
  });

  it('that overlap, reach beyond or leave ground are named', async () => {
    const answer = await phases(rangeOf(phase('1', [0, 0, 120, 100]), phase('2', [100, 0, 150, 101])));
    expect(answer.verdict).toBe('attention');
    expect(answer.sentence.zh).toMatch(/超出项目总范围.*重叠.*未纳入任何一期/);
  });

  it('need the study, except for reservoirs', async () => {
    const list = rangeOf(phase('1', [0, 0, 300, 100]));
    expect((await phases(list, { documentedInStudy: false })).verdict).toBe('prohibited');
    const reservoir = await phases(list, { documentedInStudy: false, projectKind: 'reservoir' });
    expect(reservoir.verdict).toBe('clear');
    expect(reservoir.sources[0]!.article).toBe('第25条');
  });
});

describe('parcel-split', () => {
  it('by any line that crosses the parcel closes to the parent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 199 }),
        fc.integer({ min: 1, max: 199 }),
        async (from, to) => {
          const coordinates = [
            [38_430_000 + from, 3_897_990],
            [38_430_000 + (from + to) / 2, 3_898_050],
            [38_430_000 + to, 3_898_110],
          ];
          const answer = await ask(parts, 'parcel-split', {
            parcel: boxes([0, 0, 200, 100]),
            line: { type: 'LineString', coordinates },
            approved: true,
          });
          const { parcelM2, pieces, restM2 } = answer.result as {
            parcelM2: number;
            pieces: { areaM2: number }[];
            restM2: number;
          };
          expect([answer.verdict, restM2, pieces.length]).toEqual(['clear', 0, 2]);
          expect(pieces.reduce((sum, one) => sum + cents(one.areaM2), 0)).toBe(cents(parcelM2));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('by pieces names what they leave, share and take beyond', async () => {
    const answer = await ask(parts, 'parcel-split', {
      parcel: boxes([0, 0, 200, 100]),
      pieces: rangeOf({ id: 'a', boxes: [[0, 0, 110, 100]] }, { id: 'b', boxes: [[100, 0, 90, 110]] }),
      approved: true,
    });
    expect(answer.verdict).toBe('attention');
    const { restM2, sharedM2, beyondM2 } = answer.result as Record<string, number>;
    expect([restM2, sharedM2, beyondM2].map((value) => Math.round(value!))).toEqual([1000, 1000, 900]);
  });
});
