import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, describe, expect, it } from 'vitest';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { localize } from '../../src/http/language.js';
import { exampleOf } from '../../src/measures/measure-examples.js';
import { measureTable } from '../../src/measures/measure-table.js';
import { runMeasure } from '../../src/measures/run-measure.js';
import { answerSchema } from '../../src/measures/schemas.js';
import { measureParts } from './made-input.js';
import { writeExample } from './write-example.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

/** The others are answered on the sample city, by the database test. */
const ofFigures = measureTable.filter(({ id }) => !(exampleOf(id).answer?.layers.length > 0));

describe('the table of measures', () => {
  it.each(ofFigures)('$id answers its example as it shows', async ({ id }) => {
    const { input, answer } = exampleOf(id);
    const real = JSON.parse(JSON.stringify(await runMeasure(measureParts(geos), id, input)));
    // what needs layers is written by the database test
    if (process.env.UPDATE_MEASURE_EXAMPLES) writeExample(id, real);
    else expect(real).toEqual(answer);
  });

  it.each(measureTable)('$id: example and schemas fit each other', ({ id, input, result }) => {
    if (process.env.UPDATE_MEASURE_EXAMPLES) return;
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const example = exampleOf(id);
    expect([ajv.validate(input, example.input), ajv.errors]).toEqual([true, null]);
    for (const language of ['zh', 'en'] as const) {
      const answer = localize(example.answer, language);
      expect([ajv.validate(answerSchema(id, result), answer), ajv.errors]).toEqual([true, null]);
    }
    expect(example.answer.verdict).not.toBe('undetermined');
  });

  it('names every measure once, with clauses word for word', () => {
    const clauses = JSON.parse(
      readFileSync(new URL('../cases/measures/articles.json', import.meta.url), 'utf8'),
    ) as { document: string; article: string; text: string }[];
    expect(new Set(measureTable.map(({ id }) => id)).size).toBe(measureTable.length);
    for (const { document, article, clause } of measureTable.flatMap(({ sources }) => sources)) {
      const found = clauses.find((one) => one.document === document && one.article === article);
      expect([article, found?.text.includes(clause!.replace(/\s/g, ''))]).toEqual([article, true]);
    }
  });
});
