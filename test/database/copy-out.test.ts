import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowReader, withValues } from '../../src/database/copy-out.js';

const columns = { id: 'int4', bytes: 'bytea' } as const;
const HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const END = Buffer.from([0xff, 0xff]);

function encode(rows: readonly { id: number; bytes: Uint8Array }[]): Buffer {
  const parts: Uint8Array[] = [HEADER];
  for (const { id, bytes } of rows) {
    const head = Buffer.alloc(14);
    head.writeInt16BE(2, 0);
    head.writeInt32BE(4, 2);
    head.writeInt32BE(id, 6);
    head.writeInt32BE(bytes.length, 10);
    parts.push(head, bytes);
  }
  return Buffer.concat([...parts, END]);
}

/** Hands out pieces in a buffer that is overwritten at once, as the driver does. */
function feed(reader: RowReader, all: Buffer, cuts: readonly number[]): void {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (all.length + 1)), all.length])].sort(
    (a, b) => a - b,
  );
  places.slice(1).forEach((to, i) => {
    const piece = Buffer.from(all.subarray(places[i]!, to));
    reader.take(piece);
    piece.fill(0xaa);
  });
}

describe('rows of a binary COPY', () => {
  const row = fc.record({
    id: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    bytes: fc.uint8Array({ maxLength: 40 }),
  });

  it('are put together wherever they are cut', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.array(fc.nat({ max: 1_000 })), (rows, cuts) => {
        const reader = new RowReader(columns);
        feed(reader, encode(rows), cuts);
        expect(reader.ended).toBe(true);
        expect(reader.rows).toEqual(rows);
      }),
    );
  });

  it.each([
    ['no signature', Buffer.from('something else that is long enough')],
    ['another number of columns', Buffer.concat([HEADER, Buffer.from([0, 1])])],
    ['a null', Buffer.concat([HEADER, Buffer.from([0, 2, 0xff, 0xff, 0xff, 0xff])])],
    ['an int4 of two bytes', Buffer.concat([HEADER, Buffer.from([0, 2, 0, 0, 0, 2, 0, 1])])],
    ['bytes after the end', Buffer.concat([HEADER, END, Buffer.from([0, 2, 0, 0])])],
  ])('are refused with %s', (_, bytes) => {
    expect(() => new RowReader(columns).take(bytes)).toThrow(/binary rows/);
  });

  it('that break off have not ended', () => {
    const reader = new RowReader(columns);
    const all = encode([{ id: 1, bytes: new Uint8Array(9) }]);
    reader.take(all.subarray(0, all.length - 5));
    expect(reader.ended).toBe(false);
    expect(reader.rows).toEqual([]);
  });
});

describe('values written into a statement', () => {
  it('are whole numbers and lists of them', () => {
    expect(withValues('a = $1 and b = any($2::int[]) and c = $3 and d = $1', [-7, [1, -2], 'feature'])).toBe(
      "a = -7 and b = any('{1,-2}'::int[]) and c = 'feature' and d = -7",
    );
  });

  it.each([
    ["it's", "'it''s'"],
    ["\\'; drop table x; --", " E'\\\\''; drop table x; --'"],
    ['$1', "'$1'"],
    ['', "''"],
    [1.5, "'1.5'"],
    [true, "'true'"],
    [null, 'null'],
    [['a"b', "c'd"], ` E'{"a\\\\"b","c''d"}'`],
    [new Date(0), "'1970-01-01T00:00:00.000Z'"],
  ])('are %j as a literal', (value, text) => {
    expect(withValues('$1', [value])).toBe(text);
  });

  it.each([['a\0b'], [new Uint8Array(3)], [{}]])('never %j', (value) => {
    expect(() => withValues('$1', [value as string])).toThrow(/written into|cannot be bound/);
  });

  it('never one that is missing', () => {
    expect(() => withValues('$2', [1])).toThrow(/cannot be bound/);
  });
});
