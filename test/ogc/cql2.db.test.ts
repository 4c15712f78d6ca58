import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/sql.js';
import { countFeatures, QueryMemory } from '../../src/layers/query/query-features.js';
import { openTestDatabase } from '../database/test-database.js';
import { bothWays, cql2Examples, exampleTable } from './cql2-examples.js';

let db: Database;

beforeAll(async () => {
  db = await openTestDatabase();
});

const declared = cql2Examples.filter(({ beyond }) => !beyond);
/** What is true of a row without any value: two constants against each other, and what asks for a value that is missing. */
const trueOfNothing = ['clause7_16', 'clause7_17', 'example41', 'example44', 'example44-alt01'];
/** Their polygons cross themselves, for which GEOS has no answer. */
const crossing = ['example46', 'example46-alt01', 'example49', 'example49-alt01'];

describe("the standard's own examples, those of the classes that are declared", () => {
  it.each(declared)('$name is answered by the database', async (example) => {
    for (const filter of bothWays(example)) {
      const matched = countFeatures(db, { table: exampleTable(example), filter }, new QueryMemory());
      if (crossing.includes(example.name)) await expect(matched).rejects.toThrow(/crosses itself/);
      else expect(await matched).toBe(trueOfNothing.includes(example.name) ? 1 : 0);
    }
  });
});
