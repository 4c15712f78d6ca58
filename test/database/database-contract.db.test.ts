/** What every room relies on, whichever database is behind it: run on the embedded one, and on a server when TEST_DATABASE_URL is set. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';
import { type Database, queryBinary, type RowColumn, type SqlValue } from '../../src/database/sql.js';
import { failure } from './failure.js';
import { openOwnDatabase } from './test-database.js';

/** Statement limit of the database under test: the tests of the limit wait for it, nothing else comes near. */
const LIMIT_MS = 3_000;
/** Runs far beyond the limit, without sleeping: the embedded engine must be stopped in the middle of its work. */
const ENDLESS = 'select count(*) from generate_series(1, 100000000000) i where sqrt(i) < 0';

let db: Database;

beforeAll(async () => {
  db = await openOwnDatabase({ statementLimitMs: LIMIT_MS });
  await db.runScript(`
    create table contract_item (id integer primary key, name text not null check (name <> ''));
    create table contract_part (item_id integer references contract_item);
  `);
});

beforeEach(() => db.query('truncate contract_item, contract_part'));

afterAll(() => db?.close());

const ids = async (): Promise<number[]> =>
  (await db.query<{ id: number }>('select id from contract_item order by id')).map(({ id }) => id);

const insert = 'insert into contract_item (id, name) values ($1, $2)';

describe('values', () => {
  for (const { name, select, values = [], expected } of readCases('values')) {
    test(name, async () => {
      expect(await db.query(`select ${select}`, values)).toStrictEqual([expected]);
    });
  }

  test('bytes come in a buffer of their own, so that typed arrays can lie over it', async () => {
    const sent = new Float64Array([1.5, -2.25]);
    const [row] = await db.query<{ a: Uint8Array }>('select $1::bytea as a', [new Uint8Array(sent.buffer)]);
    expect(row!.a.byteOffset).toBe(0);
    expect(new Float64Array(row!.a.buffer, 0, 2)).toEqual(sent);
  });

  test('many rows of bytes come as a query gives them, each in a buffer of its own', async () => {
    const select = `
      select i as id, set_byte(decode(repeat('00ff', i % 5000), 'hex') || '\\x00'::bytea, 0, i % 256) as bytes
        from unnest($2::int[]) i where $1 > 0 and $3 = 'feature' order by i`;
    const values = [7, Array.from({ length: 700 }, (_, i) => 13 * i - 50), 'feature'];
    values[1] = (values[1] as number[]).filter((i) => i >= 0);
    type Row = { id: number; bytes: Uint8Array };
    const rows = await queryBinary<Row>(db, select, values, { id: 'int4', bytes: 'bytea' });
    expect(rows).toEqual(await db.query<Row>(select, values));
    expect(rows.length).toBeGreaterThan(600);
    expect(
      rows.every(({ bytes }) => bytes.byteOffset === 0 && bytes.buffer.byteLength === bytes.length),
    ).toBe(true);
    expect(await queryBinary<Row>(db, select, [0, [1], 'feature'], { id: 'int4', bytes: 'bytea' })).toEqual(
      [],
    );
  });

  test('what fails in reading bytes is named like a failed query, and the connection goes on', async () => {
    const read = (text: string) => queryBinary<{ a: number }>(db, text, [0], { a: 'int4' });
    expect(await failure(read('select 1 / $1::int as a'))).toMatchObject({ code: 'internal' });
    expect(
      await failure(
        read(`select count(*)::int as a from generate_series($1, 100000000000) i where sqrt(i) < 0`),
      ),
    ).toMatchObject({
      code: 'time-limit',
    });
    expect(await read('select $1 + 1 as a')).toEqual([{ a: 1 }]);
  });

  test('the same text gives the same rows when it has become a prepared statement', async () => {
    for (let i = 0; i < 6; i++) {
      expect(await db.query('select $1::int + 1 as next, $2::text as name', [i, '甲'])).toEqual([
        { next: i + 1, name: '甲' },
      ]);
    }
  });

  test('a prepared statement survives a change of its columns', async () => {
    for (let i = 0; i < 4; i++) await db.query('select * from contract_part');
    await db.query('alter table contract_part add column note text');
    await db.query('insert into contract_part (note) values ($1)', ['n']);
    expect(await db.query('select * from contract_part')).toEqual([{ item_id: null, note: 'n' }]);
    await db.query('alter table contract_part drop column note');
    expect(await db.query('select * from contract_part')).toEqual([{ item_id: null }]);
  });

  test('a large answer comes whole', async () => {
    const rows = await db.query<{ i: number; b: Uint8Array }>(
      "select i, convert_to(repeat('x', 100000), 'UTF8') as b from generate_series(1, 50) i",
    );
    expect(rows.map(({ i, b }) => [i, b.length])).toEqual(rows.map((_, index) => [index + 1, 100_000]));
    expect(rows).toHaveLength(50);
  });
});

describe('failing statements', () => {
  for (const { name, text, values, code, sqlState } of readCases('failures')) {
    test(name, async () => {
      const error = await failure(db.query(text, values));
      expect([error.code, error.facts.sqlState ?? null]).toEqual([code, sqlState]);
      expect(await db.query('select 1 as alive')).toEqual([{ alive: 1 }]);
    });
  }

  test('the text for people holds nothing of the database', async () => {
    const error = await failure(db.query('insert into contract_item (id, name) values (2, null)'));
    expect(error.message).toContain('contract_item');
    expect(JSON.stringify(error.facts.detail)).not.toMatch(/contract_item|null value|name/);
    expect(error.facts.detail!.zh).toMatch(/冲突/);
  });

  test('values that cannot be bound are refused before they are sent', async () => {
    for (const bad of [undefined, new Date(Number.NaN), { a: 1 }, () => 1] as unknown as SqlValue[]) {
      expect((await failure(db.query('select $1::text', [bad]))).code).toBe('internal');
    }
  });
});

describe('scripts', () => {
  test('run whole, comments and trailing text included', async () => {
    await db.runScript(
      `insert into contract_item values (1, 'a'); -- first\ninsert into contract_item values (2, 'b') -- end`,
    );
    expect(await ids()).toEqual([1, 2]);
  });

  test('leave nothing when a statement in the middle fails', async () => {
    const script = `insert into contract_item values (1, 'a'); select 1 / 0; insert into contract_item values (2, 'b');`;
    expect((await failure(db.runScript(script))).facts.sqlState).toBe('22012');
    expect(await ids()).toEqual([]);
  });

  test('are exempt from the statement limit', async () => {
    await db.runScript(
      `select pg_sleep(${(LIMIT_MS + 300) / 1000}); insert into contract_item values (1, 'a')`,
    );
    expect(await ids()).toEqual([1]);
  });
});

describe('transactions', () => {
  test('commit what the work did and return what it returned', async () => {
    const result = await db.transaction(async (tx) => {
      await tx.query(insert, [1, 'a']);
      return tx.query('select id from contract_item');
    });
    expect(result).toEqual([{ id: 1 }]);
    expect(await ids()).toEqual([1]);
  });

  test('roll back when the work throws, and give its error unchanged', async () => {
    const mine = new RangeError('mine');
    const work = db.transaction(async (tx) => {
      await tx.query(insert, [1, 'a']);
      throw mine;
    });
    await expect(work).rejects.toBe(mine);
    expect(await ids()).toEqual([]);
  });

  test('roll back when a statement fails', async () => {
    const work = db.transaction(async (tx) => {
      await tx.query(insert, [1, 'a']);
      await tx.query(insert, [1, 'b']);
    });
    expect((await failure(work)).code).toBe('conflict');
    expect(await ids()).toEqual([]);
  });

  test('fail when the work swallows the error of a statement: nothing was stored', async () => {
    const work = db.transaction(async (tx) => {
      await tx.query(insert, [1, 'a']);
      await tx.query('select 1 / 0').catch(() => {});
    });
    expect((await failure(work)).message).toMatch(/swallowed/);
    expect(await ids()).toEqual([]);
  });

  test('take statements sent at once, one after another, without a warning of the driver', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    await db.transaction(async (tx) => {
      await Promise.all([1, 2, 3, 4].map((id) => tx.query(insert, [id, 'x'])));
    });
    expect(await ids()).toEqual([1, 2, 3, 4]);
    process.removeListener('warning', listen);
    expect(warnings).toEqual([]);
  });

  test('roll back with statements still under way when one of several fails', async () => {
    const work = db.transaction(async (tx) => {
      await Promise.all([1, 1, 2, 3].map((id) => tx.query(insert, [id, 'x'])));
    });
    expect((await failure(work)).code).toBe('conflict');
    expect(await ids()).toEqual([]);
  });

  test('a savepoint lets the work go on after an expected failure', async () => {
    await db.transaction(async (tx) => {
      await tx.query(insert, [1, 'a']);
      await tx.query('savepoint before');
      await tx.query(insert, [1, 'b']).catch(() => tx.query('rollback to savepoint before'));
      await tx.query(insert, [2, 'c']);
    });
    expect(await ids()).toEqual([1, 2]);
  });

  test('cannot be used after their end', async () => {
    const leaked = await db.transaction(async (tx) => tx);
    expect((await failure(leaked.query('select 1'))).message).toMatch(/after its end/);
    expect((await failure(leaked.runScript('select 1'))).message).toMatch(/after its end/);
  });

  test('many at once, with plain queries between, all come to an end and none sees half of another', async () => {
    await db.query(insert, [0, 'sum']);
    const add = (n: number) =>
      db.transaction(async (tx) => {
        const [row] = await tx.query<{ name: string }>(
          'select name from contract_item where id = 0 for update',
        );
        await tx.query(insert, [n, 'half']);
        await tx.query("update contract_item set name = 'whole' where id = $1", [n]);
        await tx.query('update contract_item set name = $1 where id = 0', [`${row!.name}+`]);
      });
    const halves = () => db.query("select 1 from contract_item where name = 'half'");
    const seen = await Promise.all([1, 2, 3, 4, 5, 6].flatMap((n) => [add(n).then(() => []), halves()]));
    expect(seen.flat()).toEqual([]);
    expect(await db.query('select name from contract_item where id = 0')).toEqual([{ name: 'sum++++++' }]);
  });
});

describe('appended rows', () => {
  const wide = `create table contract_row (
    id bigint primary key, n integer, ratio double precision, label text, extra jsonb, bytes bytea, shape geometry
  )`;
  beforeAll(() => db.runScript(wide));
  beforeEach(() => db.query('truncate contract_row'));

  const point = (x: number): Uint8Array => {
    const bytes = Buffer.alloc(25);
    bytes.writeUInt8(1, 0);
    bytes.writeUInt32LE(0x20000001, 1);
    bytes.writeUInt32LE(4490, 5);
    bytes.writeDoubleLE(x, 9);
    return bytes;
  };
  const columns = (count: number, first = 1): RowColumn[] => {
    const rows = Array.from({ length: count }, (_, i) => first + i);
    return [
      { name: 'id', type: 'int8', values: rows.map((id) => 2 ** 40 + id) },
      { name: 'n', type: 'int4', values: rows.map((id) => (id % 2 ? -id : null)) },
      { name: 'ratio', type: 'float8', values: rows.map((id) => 0.1 * id) },
      { name: 'label', type: 'text', values: rows.map((id) => (id % 3 ? `水田 "${id}", {\\} 𠮷` : null)) },
      { name: 'extra', type: 'jsonb', values: rows.map((id) => JSON.stringify({ id, 名: '\n"' })) },
      { name: 'bytes', type: 'bytea', values: rows.map((id) => Uint8Array.of(0, 255, id)) },
      { name: 'shape', type: 'geometry', values: rows.map(point) },
    ];
  };
  const append = (given: readonly RowColumn[]) => db.transaction((tx) => tx.append('contract_row', given));
  const count = async () =>
    (await db.query<{ count: number }>('select count(*) as count from contract_row'))[0]!.count;

  test('come back as they were, nulls and every bit included', async () => {
    expect(await append(columns(3))).toBe(3);
    const rows = await db.query(
      'select id, n, ratio, label, extra, bytes, ST_SRID(shape) as srid, ST_X(shape) as x from contract_row order by id',
    );
    expect(rows).toEqual([
      {
        ...{ id: 2 ** 40 + 1, n: -1, ratio: 0.1, label: '水田 "1", {\\} 𠮷', extra: { id: 1, 名: '\n"' } },
        ...{ bytes: Uint8Array.of(0, 255, 1), srid: 4490, x: 1 },
      },
      {
        ...{ id: 2 ** 40 + 2, n: null, ratio: 0.2, label: '水田 "2", {\\} 𠮷', extra: { id: 2, 名: '\n"' } },
        ...{ bytes: Uint8Array.of(0, 255, 2), srid: 4490, x: 2 },
      },
      {
        ...{ id: 2 ** 40 + 3, n: -3, ratio: 0.1 * 3, label: null, extra: { id: 3, 名: '\n"' } },
        ...{ bytes: Uint8Array.of(0, 255, 3), srid: 4490, x: 3 },
      },
    ]);
  });

  test('are counted, none included', async () => {
    expect(await append(columns(0))).toBe(0);
    expect(await append(columns(5000))).toBe(5000);
    expect(await count()).toBe(5000);
  });

  test('go with their transaction', async () => {
    const work = db.transaction(async (tx) => {
      await tx.append('contract_row', columns(10));
      throw new RangeError('mine');
    });
    await expect(work).rejects.toThrow('mine');
    expect(await count()).toBe(0);
  });

  test('leave nothing, and a connection that works, when the first of many megabytes is refused', async () => {
    await append(columns(1));
    const blob = new Uint8Array(64 * 1024).fill(7);
    const heavy = columns(300).map((column) =>
      column.name === 'bytes' ? { ...column, values: column.values.map(() => blob) } : column,
    );
    for (let i = 0; i < 3; i++) expect((await failure(append(heavy))).code).toBe('conflict');
    expect(await count()).toBe(1);
  });

  test('must be whole', async () => {
    const [id, ...rest] = columns(3);
    const short = [{ ...id!, values: id!.values.slice(1) }, ...rest];
    expect((await failure(append(short))).message).toMatch(/column n has 3 values for 2 rows/);
    expect(await count()).toBe(0);
  });

  test('cannot be appended after the end', async () => {
    const leaked = await db.transaction(async (tx) => tx);
    expect((await failure(leaked.append('contract_row', columns(1)))).message).toMatch(/after its end/);
  });
});

describe('the outer Database inside its own transaction', () => {
  test.each([
    ['query', () => db.query('select 1')],
    ['transaction', () => db.transaction(async () => {})],
    ['runScript', () => db.runScript('select 1')],
    ['status', () => db.status()],
  ])('%s throws at once, and nothing is stored', async (_name, misuse) => {
    const work = db.transaction(async (tx) => {
      await tx.query(insert, [1, 'a']);
      await misuse();
    });
    expect((await failure(work)).message).toMatch(/outer Database was used inside its own transaction/);
    expect(await ids()).toEqual([]);
  });

  test('is noticed through a call that was started earlier in the work', async () => {
    const later = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return db.query('select 1');
    };
    expect((await failure(db.transaction(() => later()))).message).toMatch(/outer Database/);
  });

  test('is allowed again when the transaction has ended, even in code that it started', async () => {
    let after: Promise<object[]> | undefined;
    let ended = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    await db.transaction(async () => {
      after = end.then(() => db.query('select 1 as a'));
    });
    ended();
    expect(await after).toEqual([{ a: 1 }]);
  });
});

describe('time limit', () => {
  test('a statement over the limit fails with time-limit, and the database goes on', async () => {
    await db.query(insert, [1, 'committed']);
    expect((await failure(db.query(ENDLESS))).code).toBe('time-limit');
    expect(await ids()).toEqual([1]);
  });

  test('in mid-transaction nothing of it remains, everything committed before does, waiting queries are served', async () => {
    await db.query(insert, [1, 'committed']);
    let underWay = () => {};
    const waiting = new Promise<void>((resolve) => {
      underWay = resolve;
    }).then(ids);
    const work = db.transaction(async (tx) => {
      await tx.query(insert, [2, 'not committed']);
      underWay();
      await tx.query(ENDLESS);
    });
    expect((await failure(work)).code).toBe('time-limit');
    expect(await waiting).toEqual([1]);
    expect(await ids()).toEqual([1]);
  });

  test('work that goes on after the limit gets errors, never a commit', async () => {
    const work = db.transaction(async (tx) => {
      await tx.query(insert, [1, 'a']);
      await tx.query(ENDLESS).catch(() => {});
      await tx.query(insert, [2, 'b']).catch(() => {});
    });
    await failure(work);
    expect(await ids()).toEqual([]);
  });
});

describe('status', () => {
  test('names the versions', async () => {
    const status = await db.status();
    const schemaVersion = readdirSync(join(packageRoot, 'migrations')).length;
    expect(status).toMatchObject({ kind: db.kind, schemaVersion, lostStatements: 0 });
    expect(status.postgresql).toMatch(/^1\d\.\d+$/);
    expect(status.postgis).toMatch(/^3\.\d+\.\d+/);
    expect(status.geos).toMatch(/^3\.\d+\.\d+/);
  });
});

describe('closing', () => {
  // last in this file: the database under test is gone afterwards
  test('lets what is under way end, refuses what comes later, and may be asked for twice', async () => {
    const underWay = db.query("select 'done' as a, pg_sleep(0.2) is null as b");
    await db.query('select 1');
    const closing = db.close();
    await failure(db.query('select 1'));
    expect(await underWay).toEqual([{ a: 'done', b: false }]);
    await closing;
    await expect(db.close()).resolves.toBeUndefined();
  });
});

interface ValueCase {
  name: string;
  select: string;
  values?: SqlValue[];
  expected: object;
}

interface FailureCase {
  name: string;
  text: string;
  values?: SqlValue[];
  code: string;
  sqlState: string | null;
}

function readCases(file: 'values'): ValueCase[];
function readCases(file: 'failures'): FailureCase[];
function readCases(file: string): unknown {
  const path = join(packageRoot, 'test/cases/database', `${file}.json`);
  return JSON.parse(readFileSync(path, 'utf8'), (_key, value) => {
    if (typeof value?.$bytes === 'string') return new Uint8Array(Buffer.from(value.$bytes, 'hex'));
    if (typeof value?.$date === 'string') return new Date(value.$date);
    if (typeof value?.$bigint === 'string') return BigInt(value.$bigint);
    return value;
  });
}
