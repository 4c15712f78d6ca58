import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';

const text = readFileSync(join(packageRoot, 'test/cases/README.md'), 'utf8');
const rows = text.split('\n').filter((line) => /^\| [FGC]\d/.test(line));

it('every numbered fact has its row, and every file of a row is there', () => {
  const facts = rows.map((row) => /^\| (\w+)/.exec(row)![1]);
  const numbered = (letter: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${letter}${i + 1}`);
  expect(facts).toEqual([...numbered('F', 14), ...numbered('G', 10), ...numbered('C', 5)]);
  for (const row of rows) {
    const paths = [...row.matchAll(/`((?:test|sample-data)\/[^`]+)`/g)].map((match) => match[1]!);
    expect([row.slice(0, 6), paths.length > 0]).toEqual([row.slice(0, 6), true]);
    for (const path of paths) expect([path, existsSync(join(packageRoot, path))]).toEqual([path, true]);
  }
});
