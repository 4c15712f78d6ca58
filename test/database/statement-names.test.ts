import { expect, test } from 'vitest';
import { PLANNED_ANEW, StatementNames } from '../../src/database/statement-names.js';

const used = (names: StatementNames, text: string, times: number): (string | undefined)[] =>
  Array.from({ length: times }, () => names.nameFor(text));

test('a text is named when it comes back, always by the same name', () => {
  const names = new StatementNames();
  const [first, second, third, fourth] = used(names, 'select 1', 4);
  expect([first, second]).toEqual([undefined, undefined]);
  expect(third).toMatch(/^q_[0-9a-f]{24}$/);
  expect(fourth).toBe(third);
  expect(used(names, 'select 2', 3)[2]).not.toBe(third);
});

test('the number of names is bounded, and texts that come once do not push out those that have one', () => {
  const names = new StatementNames();
  const kept = used(names, 'kept', 3)[2];
  for (let i = 0; i < 5_000; i++) names.nameFor(`once ${i}`);
  const named = new Set(Array.from({ length: 1_000 }, (_, i) => used(names, `often ${i}`, 3)[2]));
  named.delete(undefined);
  expect(named.size).toBe(299);
  expect(names.nameFor('kept')).toBe(kept);
});

test('a stale plan gets another name, other texts keep theirs', () => {
  const names = new StatementNames();
  const stale = used(names, 'a', 3)[2];
  const other = used(names, 'b', 3)[2];
  names.learnFrom('a', { code: '0A000', routine: 'RevalidateCachedQuery' });
  expect(names.nameFor('a')).not.toBe(stale);
  expect(names.nameFor('a')).toBeDefined();
  expect(names.nameFor('b')).toBe(other);
});

test('a name that the server does not know, or knows already, ends naming', () => {
  for (const code of ['26000', '42P05']) {
    const names = new StatementNames();
    used(names, 'a', 3);
    names.learnFrom('a', { code });
    expect(used(names, 'a', 5)).toEqual(Array(5).fill(undefined));
  }
});

test('an ordinary failure changes nothing', () => {
  const names = new StatementNames();
  const name = used(names, 'a', 3)[2];
  for (const error of [{ code: '23505' }, { code: '0A000' }, new Error('x'), undefined])
    names.learnFrom('a', error);
  expect(names.nameFor('a')).toBe(name);
});

test('a text that is to be planned anew is never named', () => {
  expect(new Set(used(new StatementNames(), `${PLANNED_ANEW}select 1`, 10))).toEqual(new Set([undefined]));
});
