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
    ['a zip', Buffer.from('504b030414000000', 'hex'), 'application/json', 'zip'],
    ['an empty zip', Buffer.from('504b050600000000', 'hex'), 'text/plain', 'zip'],
    ['a GeoPackage', 'SQLite format 3\0', 'application/zip', 'gpkg'],
    ['a FlatGeobuf', Buffer.from('6667620366676200', 'hex'), 'text/plain', 'fgb'],
    ['a drawing', '999\nmade by hand\n  0\nSECTION\n  2\nHEADER\n', 'text/plain', 'dxf'],
    ['a KML', '\ufeff<?xml version="1.0"?>\n<!-- x -->\n<kml:kml xmlns:kml="x">', 'text/plain', 'kml'],
    ['a MIF', 'Version 300\nCharset "Neutral"\nColumns 1\n id Integer\nData\n', 'text/plain', 'mif'],
    ['a table with WKT', '"编号";"图形"\n1;"POLYGON((0 0,1 0,1 1,0 0))"', 'text/plain', 'csv'],
    ['a table without', 'id,name\n1,a', 'text/csv', '无法识别'],
    ['other XML', '<?xml version="1.0"?><gml:a/>', 'text/plain', 'XML'],
    ['a DWG', 'AC1032\0\0', 'application/dxf', 'DXF'],
    ['a part of a TAB', '!table\n!version 300\n', 'text/plain', 'MapInfo TAB'],
    ['a shape', Buffer.from('0000270a0000000000', 'hex'), 'text/plain', 'SHP'],
    ['zeros', new Uint8Array(100), 'text/plain', '二进制'],
  ])('%s', (_name, content, contentType, expected) => {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    const seen = answer(bytes, contentType);
    if (/^[a-z]+$/.test(expected)) expect(seen).toBe(expected);
    else expect(seen).toMatch(new RegExp(`^unsupported-format: .*${expected}.*国土 TXT`));
  });
});
