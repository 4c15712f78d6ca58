import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { detectFormat } from '../../src/formats/detect-format.js';
import { encodeGbk } from '../../src/formats/txt-encoding.js';

const folder = new URL('../cases/formats/txt/', import.meta.url);

function answer(bytes: Uint8Array, contentType = 'application/octet-stream'): string {
  try {
    return detectFormat(bytes, contentType);
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.facts.detail?.zh}`;
    throw error;
  }
}

describe('the content decides what a file is', () => {
  it('knows every TXT fixture, in UTF-8 and GBK, whatever it is declared as', () => {
    for (const name of readdirSync(folder)) {
      const text = readFileSync(new URL(name, folder), 'utf8');
      expect([name, answer(Buffer.from(text), 'application/geo+json')]).toEqual([name, 'txt']);
      expect([name, answer(encodeGbk(text).bytes)]).toEqual([name, 'txt']);
    }
  });

  it.each<[string, string | Uint8Array, string, string]>([
    ['an object', ' \n{"type":"Feature"', 'text/plain', 'geojson'],
    ['a marked object', '\ufeff{}', 'text/plain', 'geojson'],
    ['an array', '[1,2]', 'text/plain', 'geojson'],
    ['text declared as JSON', 'nothing', 'application/json', 'geojson'],
    ['text', 'nothing', 'text/plain', '无法识别'],
    ['a letter with an at sign', 'write to\nme@', 'text/plain', '无法识别'],
    ['a section of another kind', '[settings]\na=1', 'text/plain', '无法识别'],
    ['nothing', '', 'text/plain', '无法识别'],
    ['a zip', Buffer.from('504b030414000000', 'hex'), 'application/json', 'ZIP'],
    ['a shape', Buffer.from('0000270a0000000000', 'hex'), 'text/plain', 'SHP'],
    ['zeros', new Uint8Array(100), 'text/plain', '二进制'],
  ])('%s', (_name, content, contentType, expected) => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    const seen = answer(bytes, contentType);
    if (expected === 'geojson') expect(seen).toBe(expected);
    else expect(seen).toMatch(new RegExp(`^unsupported-format: .*${expected}.*国土 TXT`));
  });
});
