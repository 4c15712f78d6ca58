import { expect, test } from 'vitest';
import { TurnQueue } from '../../src/database/turn-queue.js';

test('turns never overlap and keep their order, whether they succeed or fail', async () => {
  const turns = new TurnQueue();
  const log: string[] = [];
  const turn = (n: number) =>
    turns.take(async () => {
      log.push(`+${n}`);
      await new Promise((resolve) => setTimeout(resolve, 6 - n));
      log.push(`-${n}`);
      if (n % 2) throw new Error(`failed ${n}`);
      return n;
    });
  const results = await Promise.allSettled([1, 2, 3, 4].map(turn));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(log).toEqual(['+1', '-1', '+2', '-2', '+3', '-3', '+4', '-4']);
});

test('work that throws before its first await fails its own turn only', async () => {
  const turns = new TurnQueue();
  const failing = turns.take(() => {
    throw new Error('at once');
  });
  const next = turns.take(async () => 'next');
  await expect(failing).rejects.toThrow('at once');
  await expect(next).resolves.toBe('next');
});
