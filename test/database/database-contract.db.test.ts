import { expect, test } from 'vitest';
import { openTestDatabase } from './test-database.js';

test('answers', async () => {
  const db = await openTestDatabase();
  console.error(await db.status());
  await expect(db.query('select 1/0')).rejects.toMatchObject({
    code: 'internal',
    facts: { sqlState: '22012' },
  });
  expect(await db.query('select 1 as a')).toEqual([{ a: 1 }]);
});
