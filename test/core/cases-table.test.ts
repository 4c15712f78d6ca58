import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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

/** A file that stands in the table and that no test opens would prove nothing. */
it('every fixture of a row is run: named with its answer, or opened by a test', () => {
  const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8');
  const sources = readdirSync(join(packageRoot, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && basename(name) !== 'cases-table.test.ts')
    .map((name) => read(join('test', name)));
  const { accepted, refused } = JSON.parse(read('test/cases/formats/txt.json'));
  const txt: { file: string }[] = [...accepted, ...refused];
  const answers: { file: string }[] = JSON.parse(read('sample-data/parcels/answers.json')).parcels;
  const isRun = (path: string): boolean => {
    const name = basename(path);
    if (path.startsWith('test/cases/formats/txt/')) return txt.some(({ file }) => `${file}.txt` === name);
    // the whole folder is read there, and each name looked up
    if (path.startsWith('test/cases/formats/encodings/')) return /^f08-(gbk|utf8|utf16)/.test(name);
    if (path.startsWith('sample-data/parcels/dk-')) return answers.some(({ file }) => file === name);
    // a test that reads all of a folder
    if (path.startsWith('test/cases/overlay/'))
      return sources.some((source) => source.includes("cases/overlay'"));
    return path.endsWith('.test.ts') || sources.some((source) => source.includes(name));
  };
  const paths = new Set(
    rows.flatMap((row) =>
      [...row.matchAll(/`((?:test|sample-data)\/[^`]+\.(?:txt|json|geojson))`/g)].map((match) => match[1]!),
    ),
  );
  expect(paths.size).toBeGreaterThan(30);
  expect([...paths].filter((path) => !isRun(path))).toEqual([]);
});
