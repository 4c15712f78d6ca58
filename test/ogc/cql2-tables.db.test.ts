/**
 * The table of predicates and numbers that CQL2 (OGC 21-065r2 Annex A, temporal-functions/test-data and
 * property-property/test-data) states for the three places of its own data set that have times; and the law of CASEI over
 * all letters there are.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/sql.js';
import type { FeatureTable, FieldType } from '../../src/layers/query/feature-table.js';
import { bindFolding, foldText } from '../../src/layers/query/filter-folding.js';
import { countFeatures, QueryMemory } from '../../src/layers/query/query-features.js';
import { Values } from '../../src/layers/query/sql.js';
import { readCql2Text } from '../../src/ogc/cql2/read-text.js';
import { openTestDatabase } from '../database/test-database.js';

let db: Database;

beforeAll(async () => {
  db = await openTestDatabase();
});

const columns: readonly [string, FieldType][] = [
  ['date', 'date'],
  ['start', 'timestamp'],
  ['end', 'timestamp'],
  ['boolean', 'boolean'],
];

/** Two of 240 places without any of these values stand for all of them. */
const places: FeatureTable = {
  tag: 'places',
  from: `(values
      (1, date '2021-04-16', timestamptz '2021-04-16T10:15:59Z', timestamptz '2022-04-16T10:16:06Z', true),
      (2, date '2022-04-16', timestamptz '2022-04-16T10:13:19Z', timestamptz '2023-04-16T10:16:10Z', false),
      (3, date '2023-04-16', timestamptz '2022-04-16T10:15:10Z', timestamptz '2022-04-16T10:16:06Z', true),
      (4, null, null, null, null), (5, null, null, null, null)) as t (n, c0, c1, c2, c3)`,
  geometry: 'null::geometry',
  key: [{ sql: 't.n', type: 'int' }],
  id: () => 't.n',
  readId: () => undefined,
  writeId: () => '',
  fields: columns.map(([name, type], i) => ({ name, type, title: { zh: '', en: '' }, sql: () => `t.c${i}` })),
};

const year = "interval('2022-01-01T00:00:00Z','2022-12-31T23:59:59Z')";
const days = "interval('2022-01-01','2022-12-31')";
const moment = "timestamp('2022-04-16T10:13:19Z')";
const span = (from: string, to: string): string => `interval('${from}','${to}')`;
const short = span('2022-04-16T10:13:19Z', '2022-04-16T10:15:10Z');
const shorter = span('2022-04-16T10:13:19Z', '2022-04-16T10:15:09Z');
const own = 'interval(start,end)';

const table: readonly (readonly [string, number])[] = [
  ['"date" IS NOT NULL', 3],
  ['"date"=DATE(\'2022-04-16\')', 1],
  ['"date">=DATE(\'2022-04-16\')', 2],
  ['"date">DATE(\'2022-04-16\')', 1],
  ['"date"<=DATE(\'2022-04-16\')', 2],
  ['"date"<DATE(\'2022-04-16\')', 1],
  ['"date"<>DATE(\'2022-04-16\')', 2],
  ["\"date\" in (DATE('2021-04-16'),DATE('2022-04-16'),DATE('2022-04-18'))", 2],
  ["\"date\" not in (DATE('2021-04-16'),DATE('2022-04-16'),DATE('2022-04-18'))", 1],
  ['start IS NOT NULL', 3],
  [`start=${moment}`, 1],
  [`start<=${moment}`, 2],
  [`start<${moment}`, 1],
  [`start>=${moment}`, 2],
  [`start>${moment}`, 1],
  [`start<>${moment}`, 2],
  [`start in (${moment})`, 1],
  [`start not in (${moment})`, 2],
  ['boolean IS NOT NULL', 3],
  ['boolean=true', 2],
  ['boolean=false', 1],
  ['boolean in (true)', 2],
  ['boolean not in (false)', 2],
  ['start=end', 0],
  ['start<=end', 3],
  ['start<end', 3],
  ['start>=end', 0],
  ['start>end', 0],
  ['start<>end', 3],
  ['t_after("date",date(\'2022-04-16\'))', 1],
  ['t_before("date",date(\'2022-04-16\'))', 1],
  ['t_disjoint("date",date(\'2022-04-16\'))', 2],
  ['t_equals("date",date(\'2022-04-16\'))', 1],
  ['t_intersects("date",date(\'2022-04-16\'))', 1],
  [`t_after("date",${days})`, 1],
  [`t_before("date",${days})`, 1],
  [`t_disjoint("date",${days})`, 2],
  [`t_equals("date",${days})`, 0],
  [`t_equals("date",${span('2022-04-16', '2022-04-16')})`, 1],
  [`t_intersects("date",${days})`, 1],
  [`t_after(start,${moment})`, 1],
  [`t_before(start,${moment})`, 1],
  [`t_disjoint(start,${moment})`, 2],
  [`t_equals(start,${moment})`, 1],
  [`t_intersects(start,${moment})`, 1],
  [`t_after(start,${year})`, 0],
  [`t_before(start,${year})`, 1],
  [`t_disjoint(start,${year})`, 1],
  [`t_equals(start,${year})`, 0],
  [`t_intersects(start,${year})`, 2],
  [`t_after(${own},${span('..', '2022-04-16T10:13:19Z')})`, 1],
  [`t_before(${own},${span('2023-01-01T00:00:00Z', '..')})`, 2],
  [`t_disjoint(${own},${shorter})`, 1],
  [`t_equals(${own},${span('2021-04-16T10:15:59Z', '2022-04-16T10:16:06Z')})`, 1],
  [`t_intersects(${own},${shorter})`, 2],
  [`T_CONTAINS(${own},${short})`, 1],
  [`T_DURING(${own},${year})`, 1],
  [`T_FINISHES(${own},${span('2022-04-16T10:13:19Z', '2022-04-16T10:16:06Z')})`, 1],
  [`T_FINISHEDBY(${own},${span('2022-04-16T10:13:19Z', '2022-04-16T10:16:06Z')})`, 1],
  [`T_MEETS(${own},${short})`, 0],
  [`T_METBY(${own},${short})`, 1],
  [`T_OVERLAPPEDBY(${own},${span('2020-04-16T10:13:19Z', '2022-04-16T10:15:10Z')})`, 2],
  [`T_OVERLAPS(${own},${span('2022-04-16T10:13:19Z', '2023-04-16T10:15:10Z')})`, 1],
  [`T_STARTEDBY(${own},${short})`, 1],
  [`T_STARTS(${own},${short})`, 0],
  ['t_after(date(\'2022-04-16\'),"date")', 1],
  [`t_before(${days},"date")`, 1],
  [`t_equals(${span('2022-04-16', '2022-04-16')},"date")`, 1],
  [`t_after(${year},start)`, 1],
  [`t_before(${year},start)`, 0],
  [`t_intersects(${year},start)`, 2],
  [`t_after(${span('2023-01-01T00:00:00Z', '..')},${own})`, 2],
  [`t_before(${span('..', '2022-04-16T10:13:19Z')},${own})`, 1],
  [`t_disjoint(${shorter},${own})`, 1],
  [`T_CONTAINS(${span('2021-04-16T10:13:19Z', '2023-04-16T10:15:10Z')},${own})`, 2],
  [`T_DURING(${span('2022-07-01T00:00:00Z', '2022-12-31T23:59:59Z')},${own})`, 1],
  [`T_FINISHES(${span('2022-04-16T10:13:19Z', '2022-04-16T10:16:06Z')},${own})`, 1],
  [`T_FINISHEDBY(${span('2022-04-16T10:13:19Z', '2022-04-16T10:16:06Z')},${own})`, 1],
  [`T_MEETS(${short},${own})`, 1],
  [`T_METBY(${short},${own})`, 0],
  [`T_STARTEDBY(${short},${own})`, 0],
  [`T_STARTS(${short},${own})`, 1],
];

describe('test-data', () => {
  it.each(table)('%s: %i', async (text, count) => {
    const found = countFeatures(db, { table: places, filter: readCql2Text(text) }, new QueryMemory());
    expect(await found).toBe(count);
  });

  it('three truth values: what is missing makes neither a predicate nor its contrary true', async () => {
    for (const [text] of table.filter(([one]) => !one.includes('NULL'))) {
      const both = [text, `NOT ${text}`].map((one) =>
        countFeatures(db, { table: places, filter: readCql2Text(one) }, new QueryMemory()),
      );
      const [yes, no] = await Promise.all(both);
      expect(yes! + no!, text).toBe(3);
    }
  });
});

describe('CASEI', () => {
  it('every letter folds as its capital and its small letter do, of whatever script', async () => {
    const pairs: [string, string][] = [];
    const letters: string[] = [];
    for (let code = 0x20; code < 0x1e944; code++) {
      if (code === 0xd800) code = 0xe000;
      const letter = String.fromCodePoint(code);
      letters.push(letter);
      // full folding leaves the dotless i alone (Unicode, CaseFolding.txt: status C and F)
      for (const other of [letter.toUpperCase(), letter.toLowerCase()])
        if (other !== letter && letter !== 'ı') pairs.push([letter, other]);
    }
    expect(pairs.length).toBeGreaterThan(2500);
    const { list, bind } = new Values();
    const fold = bindFolding(bind);
    const sides = [0, 1].map((side) =>
      bind(
        pairs.map((pair) => pair[side]!),
        'text[]',
      ),
    );
    const differing = await db.query<{ letter: string; other: string }>(
      `select a as letter, b as other from unnest(${sides.join(', ')}) as pair (a, b)
       where ${fold('pair.a')} is distinct from ${fold('pair.b')}`,
      list,
    );
    expect(differing).toEqual([]);
    // a constant is folded before it is bound: it meets what is stored
    const stored = new Values();
    const foldStored = bindFolding(stored.bind);
    const constants = [letters, letters.map(foldText)].map((texts) => stored.bind(texts, 'text[]'));
    const found = await db.query<{ letter: string }>(
      `select a as letter from unnest(${constants.join(', ')}) as pair (a, b)
       where ${foldStored('pair.a')} is distinct from pair.b`,
      stored.list,
    );
    expect(found).toEqual([]);
  });

  it.each([
    ['STRASSE', 'straße'],
    ['ΟΔΌΣ', 'οδός'],
    ['ﬁn', 'FIN'],
    ['Ångström', 'ÅNGSTRÖM'],
    ['ＡＢＣ', 'ａｂｃ'],
    ['Ⓐ号', 'ⓐ号'],
  ])('%s is %s', async (a, b) => {
    for (const [stored, asked] of [
      [a, b],
      [b, a],
    ] as const) {
      const from = `(values (1, '${stored}')) as t (n, c0)`;
      const fields = [{ ...places.fields[0]!, name: 'name', type: 'string' }] as const;
      const filter = readCql2Text(
        `CASEI(name) = CASEI('${asked}') AND CASEI('${asked}') = CASEI('${stored}')`,
      );
      expect(await countFeatures(db, { table: { ...places, from, fields }, filter }, new QueryMemory())).toBe(
        1,
      );
    }
  });
});
