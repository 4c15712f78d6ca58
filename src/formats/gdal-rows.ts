/**
 * PostgreSQL COPY text, as GDAL's PGDUMP driver writes it (PostgreSQL documentation, COPY, text format), to features.
 * Chunks may end anywhere, inside a character too.
 */
import { AppError } from '../core/errors.js';
import type { FieldValue, GdalFeature, GdalField } from './gdal-types.js';

/** A line is one feature: more than this is no parcel and no patch (32 million vertices). */
const LONGEST_LINE = 2 ** 30;

const NEWLINE = 10;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const TAB = 9;

/** Takes chunks of COPY text, gives the features that are complete. */
export function createRowReader(fields: readonly GdalField[]): { push(chunk: Uint8Array): GdalFeature[] } {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let inside = false;
  const readLine = (line: Buffer): GdalFeature | undefined => {
    const isRow = inside;
    if (!inside) inside = line.subarray(0, 5).toString() === 'COPY ';
    else if (line.length === 2 && line[0] === BACKSLASH && line[1] === DOT) inside = false;
    return isRow && inside ? toFeature(line, fields) : undefined;
  };
  return {
    push(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      const features: GdalFeature[] = [];
      let start = 0;
      for (let end = findLineEnd(bytes, 0, rest); end >= 0; end = findLineEnd(bytes, end + 1, rest)) {
        const tail = bytes.subarray(start, end);
        const feature = readLine(rest.length > 0 ? Buffer.concat([...rest, tail]) : tail);
        if (feature) features.push(feature);
        [rest, restBytes, start] = [[], 0, end + 1];
      }
      if (start < bytes.length) {
        rest.push(bytes.subarray(start));
        restBytes += bytes.length - start;
        if (restBytes > LONGEST_LINE) throw new AppError('too-large', 'a feature of more than 1 GB of text');
      }
      return features;
    },
  };
}

/** The next newline from `from` that is not part of a value, which GDAL writes as a backslash and the newline itself. */
function findLineEnd(bytes: Buffer, from: number, rest: readonly Buffer[]): number {
  for (let end = bytes.indexOf(NEWLINE, from); end >= 0; end = bytes.indexOf(NEWLINE, end + 1)) {
    let backslashes = 0;
    while (backslashes < end && bytes[end - 1 - backslashes] === BACKSLASH) backslashes++;
    if (backslashes === end) backslashes += trailingBackslashes(rest);
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

function trailingBackslashes(rest: readonly Buffer[]): number {
  let count = 0;
  for (const part of rest.toReversed()) {
    let here = 0;
    while (here < part.length && part[part.length - 1 - here] === BACKSLASH) here++;
    count += here;
    if (here < part.length) break;
  }
  return count;
}

/** Values are parted by tabs; a tab inside a value has a backslash before it. */
function splitValues(text: string): string[] {
  return text.includes('\\') ? text.split(/(?<=(?<!\\)(?:\\\\)*)\t/) : text.split('\t');
}

function toFeature(line: Buffer, fields: readonly GdalField[]): GdalFeature {
  const first = line.indexOf(TAB);
  const second = line.indexOf(TAB, first + 1);
  const geometryEnd = second < 0 ? line.length : second;
  const values = second < 0 ? [] : splitValues(line.toString('utf8', second + 1));
  if (first < 0 || values.length !== fields.length)
    throw new AppError('internal', `a row of ${values.length} values for ${fields.length} fields`);
  const properties: Record<string, FieldValue> = {};
  for (const [i, field] of fields.entries()) properties[field.name] = toValue(values[i]!, field);
  return {
    fid: Number(line.toString('latin1', 0, first)),
    wkb:
      line[first + 1] === BACKSLASH
        ? null
        : Buffer.from(line.toString('latin1', first + 1, geometryEnd), 'hex'),
    properties,
  };
}

function toValue(written: string, { type, subType }: GdalField): FieldValue {
  if (written === '\\N') return null;
  if (subType === 'Boolean') return written === 't';
  if (type === 'Integer' || type === 'Real') return Number(written);
  if (type === 'Integer64') return Number.isSafeInteger(Number(written)) ? Number(written) : written;
  return written.includes('\\') ? written.replace(/\\(.)/gs, readEscape) : written;
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

const readEscape = (_: string, letter: string): string => escapes[letter] ?? letter;
