import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../src/core/errors.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { runMeasure } from '../../src/measures/run-measure.js';
import { figureOf, measureParts } from './made-input.js';

interface Case {
  name: string;
  input: Record<string, unknown>;
  verdict: string;
  result: Record<string, unknown>;
  figures: Record<string, number>;
}
interface Refusal {
  name: string;
  measure: string;
  input: Record<string, unknown>;
  faults: [string, string][];
}

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../cases/measures/${name}.json`, import.meta.url), 'utf8')) as T;

const geos = new GeosPool({ workers: 1 });
const parts = measureParts(geos);
afterAll(() => geos.close());

describe('quotas', () => {
  it.each(read<Case[]>('quota'))('$name', async ({ input, verdict, result, figures }) => {
    const answer = await runMeasure(parts, 'quota', input);
    expect(answer).toMatchObject({ verdict, result });
    for (const [id, value] of Object.entries(figures))
      expect([id, figureOf(answer, id)]).toEqual([id, value]);
    expect(answer.sources.every((source) => source.clause !== undefined)).toBe(true);
    expect(answer.sentence.zh).not.toBe(answer.sentence.en);
  });

  it('asking for more is never better', async () => {
    const rank = ['clear', 'attention', 'undetermined', 'prohibited'];
    const verdictFor = async (need: number): Promise<number> => {
      const input = {
        kind: 'plan-advance',
        lastYear: { value: 100, unit: 'mu' },
        need: { value: need, unit: 'mu' },
      };
      return rank.indexOf((await runMeasure(parts, 'quota', input)).verdict);
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), fc.nat(10_000), async (a, more) => {
        expect(await verdictFor((a + more) / 100)).toBeGreaterThanOrEqual(await verdictFor(a / 100));
      }),
      { numRuns: 50 },
    );
  });
});

describe('other measures of figures alone', () => {
  it.each(read<(Case & { measure: string })[]>('figures'))(
    '$name',
    async ({ measure, input, verdict, result }) => {
      expect(await runMeasure(parts, measure, input)).toMatchObject({ verdict, result });
    },
  );
});

describe('inputs', () => {
  it.each(read<Refusal[]>('refusals'))('$name', async ({ measure, input, faults }) => {
    const error = (await runMeasure(parts, measure, input).catch((thrown: unknown) => thrown)) as AppError;
    expect(error.code).toBe('bad-input');
    expect(error.facts.errors?.map(({ pointer, code }) => [pointer, code])).toEqual(faults);
  });

  it('that are missing make the answer undetermined and are named', async () => {
    const answer = await runMeasure(parts, 'quota', {
      kind: 'city-pool',
      counties: [{ code: '410802', available: { value: 1, unit: 'ha' } }],
    });
    expect(answer.verdict).toBe('undetermined');
    expect(answer.missing.map(({ pointer }) => pointer)).toEqual(['/cityTotal', '/counties/0/need']);
    expect(answer.missing[0]!.detail.zh).toContain('市域');
    expect(await runMeasure(parts, 'quota', {})).toMatchObject({
      verdict: 'undetermined',
      missing: [{ pointer: '/kind' }],
    });
  });

  it('that are no object, and measures that are not there', async () => {
    await expect(runMeasure(parts, 'quota', [])).rejects.toMatchObject({ code: 'bad-input' });
    await expect(runMeasure(parts, 'nothing', {})).rejects.toMatchObject({ code: 'not-found' });
  });
});
