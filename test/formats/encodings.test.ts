import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { detectFormat } from '../../src/formats/detect-format.js';
import { readTxt } from '../../src/formats/read-txt.js';

const folder = new URL('../cases/formats/', import.meta.url);
const plain = readTxt(readFileSync(new URL('txt/f01-canonical.txt', folder)));

/** F8: what comes first in the name of a fixture is its encoding. */
const encodings: Readonly<Record<string, string>> = { gbk: 'gb18030', utf8: 'utf-8', utf16: 'utf-16le' };

it.each(readdirSync(new URL('encodings/', folder)))('%s holds the parcels of F1', (name) => {
  const bytes = readFileSync(new URL(`encodings/${name}`, folder));
  expect(detectFormat(bytes, 'application/octet-stream')).toBe('txt');
  const document = readTxt(bytes);
  expect(document.encoding).toBe(encodings[/^f08-(\w+)/.exec(name)![1]!]);
  expect(document.crs).toBe(plain.crs);
  expect(document.parcels).toEqual(plain.parcels);
});
