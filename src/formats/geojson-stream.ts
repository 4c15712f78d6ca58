/**
 * Reads a GeoJSON FeatureCollection of any size in one pass: cuts the bytes at feature borders and parses one
 * feature at a time, so memory holds one feature and one chunk. What the features mean is the caller's business.
 */
import { AppError } from '../core/errors.js';
import { findPlainGeometry } from './plain-polygons.js';

/**
 * A feature as the file has it; nothing in it has been checked but that it is a JSON object. Rings of a plain polygon
 * may come flat: a Float64Array x0, y0, x1, y1, … in the place of the list of positions.
 */
export interface RawFeature {
  type?: unknown;
  id?: unknown;
  geometry?: unknown;
  properties?: unknown;
}

export type GeoJsonItem =
  /** A member of the collection other than `features`, e.g. `crs` or `name`. */
  | { kind: 'member'; name: string; value: unknown }
  /** `index` counts from 0 in file order. */
  | { kind: 'feature'; index: number; feature: RawFeature };

export interface GeoJsonStreamOptions {
  /** Largest JSON text of one feature in bytes; default 256 MiB. */
  maxFeatureBytes?: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

type State =
  | 'start'
  | 'first-key'
  | 'key'
  | 'colon'
  | 'value'
  | 'after-value'
  | 'first-feature'
  | 'feature'
  | 'after-feature'
  | 'end';

interface Capture {
  purpose: 'key' | 'member' | 'feature';
  parts: Uint8Array[];
  bytes: number;
  startsAt: number;
  depth: number;
  inString: boolean;
  escaped: boolean;
  /** A number, true, false or null at the top level: it ends before the byte that cannot belong to it. */
  bare: boolean;
}

/**
 * Yields the members and features of a FeatureCollection (or of one single Feature) in file order, chunk by chunk.
 * Throws `bad-json` with the byte offset where the text is no JSON or ends early, `bad-geojson` where it is no
 * collection, `too-large` where one feature exceeds the limit. Whole numbers of 16 digits or more in properties
 * arrive as text: as JavaScript numbers an 18-digit BSM would lose its last digits.
 */
export async function* readGeoJsonStream(
  chunks: AsyncIterable<Uint8Array>,
  options: GeoJsonStreamOptions = {},
): AsyncGenerator<GeoJsonItem[]> {
  const reader = createReader(options.maxFeatureBytes ?? 256 * 2 ** 20);
  for await (const chunk of chunks) {
    reader.push(chunk);
    yield reader.take();
  }
  reader.finish();
  yield reader.take();
}

interface Reader {
  push(chunk: Uint8Array): void;
  take(): GeoJsonItem[];
  finish(): void;
}

function createReader(maxFeatureBytes: number): Reader {
  let state: State = 'start';
  let capture: Capture | undefined;
  let offset = 0;
  let key = '';
  let features = 0;
  let sawFeatures = false;
  let items: GeoJsonItem[] = [];
  const single: Record<string, unknown> = {};

  const begin = (purpose: Capture['purpose'], at: number, byte: number): void => {
    const bare = byte !== QUOTE && byte !== OPEN_OBJECT && byte !== OPEN_ARRAY;
    capture = {
      purpose,
      parts: [],
      bytes: 0,
      startsAt: offset + at,
      depth: 0,
      inString: false,
      escaped: false,
      bare,
    };
  };

  const complete = (done: Capture): void => {
    capture = undefined;
    const value = done.purpose === 'feature' ? parseFeature(done, features) : parseText(done, features);
    if (done.purpose === 'key') {
      key = String(value);
      state = 'colon';
    } else if (done.purpose === 'member') {
      if (key === 'geometry' || key === 'properties' || key === 'id' || key === 'type') single[key] = value;
      items.push({ kind: 'member', name: key, value });
      state = 'after-value';
    } else {
      items.push({ kind: 'feature', index: features++, feature: value as RawFeature });
      state = 'after-feature';
    }
  };

  const unexpected = (at: number): never => {
    throw badJson(offset + at, features);
  };

  /** Handles one byte outside any captured text; returns true when a capture starts at this very byte. */
  const step = (byte: number, at: number): boolean => {
    if (isSpace(byte)) return false;
    switch (state) {
      case 'start':
        if (byte === OPEN_ARRAY) throw notACollection('the file is a JSON array');
        if (byte !== OPEN_OBJECT) unexpected(at);
        state = 'first-key';
        return false;
      case 'first-key':
      case 'key':
        if (byte === CLOSE_OBJECT && state === 'first-key') {
          state = 'end';
          return false;
        }
        if (byte !== QUOTE) unexpected(at);
        begin('key', at, byte);
        return true;
      case 'colon':
        if (byte !== COLON) unexpected(at);
        state = 'value';
        return false;
      case 'value':
        if (key === 'features') {
          if (byte !== OPEN_ARRAY) throw notACollection('member "features" is not an array');
          if (sawFeatures) throw notACollection('member "features" occurs twice');
          sawFeatures = true;
          state = 'first-feature';
          return false;
        }
        begin('member', at, byte);
        return true;
      case 'after-value':
        if (byte === COMMA) state = 'key';
        else if (byte === CLOSE_OBJECT) state = 'end';
        else unexpected(at);
        return false;
      case 'first-feature':
      case 'feature':
        if (byte === CLOSE_ARRAY && state === 'first-feature') {
          state = 'after-value';
          return false;
        }
        if (byte !== OPEN_OBJECT) unexpected(at);
        begin('feature', at, byte);
        return true;
      case 'after-feature':
        if (byte === COMMA) state = 'feature';
        else if (byte === CLOSE_ARRAY) state = 'after-value';
        else unexpected(at);
        return false;
      default:
        return unexpected(at);
    }
  };

  return {
    push(chunk) {
      let at = offset === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : 0;
      while (at < chunk.length) {
        if (!capture && !step(chunk[at]!, at)) {
          at++;
          continue;
        }
        const current: Capture = capture!;
        const end = scan(chunk, at, current);
        const until = end < 0 ? chunk.length : end;
        current.bytes += until - at;
        if (current.bytes > maxFeatureBytes) throw featureTooLarge(features, maxFeatureBytes);
        // a chunk may be reused by its owner once the next one is asked for: keep a copy of what goes on
        current.parts.push(end < 0 ? chunk.slice(at, until) : chunk.subarray(at, until));
        at = until;
        if (end >= 0) complete(current);
      }
      offset += chunk.length;
    },
    take() {
      const taken = items;
      items = [];
      return taken;
    },
    finish() {
      if (state !== 'end' || capture) throw endsEarly(offset, features);
      if (sawFeatures) {
        if (single.type !== 'FeatureCollection')
          throw notACollection('member "type" is not FeatureCollection');
      } else if (single.type === 'Feature') {
        items.push({ kind: 'feature', index: 0, feature: { ...single } as RawFeature });
      } else {
        throw notACollection('there is no member "features"');
      }
    },
  };
}

/** Advances through one JSON value from `at`; returns the index after its last byte, or −1 when the chunk ends first. */
function scan(chunk: Uint8Array, at: number, capture: Capture): number {
  let { depth, inString, escaped } = capture;
  const leap = createLeap(chunk);
  let end = -1;
  for (let i = at; i < chunk.length; i++) {
    const byte = chunk[i]!;
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) {
        inString = false;
        if (depth === 0) {
          end = i + 1;
          break;
        }
      }
    } else if (capture.bare) {
      if (isSpace(byte) || byte === COMMA || byte === CLOSE_OBJECT) {
        end = i;
        break;
      }
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_OBJECT) {
      if (--depth === 0) {
        end = i + 1;
        break;
      }
    } else if (byte === OPEN_ARRAY) {
      // an object ends with its own bracket, whatever stands in its lists: numbers are passed in one leap
      if (capture.purpose === 'feature') i = leap(i) - 1;
      else depth++;
    } else if (byte === CLOSE_ARRAY && capture.purpose !== 'feature' && --depth === 0) {
      end = i + 1;
      break;
    }
  }
  capture.depth = depth;
  capture.inString = inString;
  capture.escaped = escaped;
  return end;
}

/** From one place of the chunk to the next quote or bracket of an object. Each is looked for once, however often asked. */
function createLeap(chunk: Uint8Array): (from: number) => number {
  const marks = [QUOTE, OPEN_OBJECT, CLOSE_OBJECT];
  const next = marks.map(() => -1);
  return (from) => {
    let nearest = chunk.length;
    for (let m = 0; m < marks.length; m++) {
      if (next[m]! < from) {
        const found = chunk.indexOf(marks[m]!, from);
        next[m] = found < 0 ? chunk.length : found;
      }
      nearest = Math.min(nearest, next[m]!);
    }
    return nearest;
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const longInteger = /:\s*-?\d{16,}\s*[,}]/;
const stringOrLongInteger = /"(?:[^"\\]|\\.)*"|(:\s*)(-?\d{16,})(?=\s*[,}])/g;

/** The feature with flat rings where its geometry is plain, else as JSON.parse gives it. */
function parseFeature(capture: Capture, featureIndex: number): unknown {
  const bytes = bytesOf(capture);
  const found = findPlainGeometry(bytes);
  if (!found) return parseText(capture, featureIndex);
  try {
    const text = `${decoder.decode(bytes.subarray(0, found.from))}0${decoder.decode(bytes.subarray(found.to))}`;
    const feature = JSON.parse(withLongIntegers(text)) as RawFeature;
    // 0 took its place; of several members of one name the last counts
    if (feature.geometry === 0) feature.geometry = found.geometry;
    return feature;
  } catch {
    return parseText(capture, featureIndex); // says what is wrong with it
  }
}

const bytesOf = ({ parts }: Capture): Uint8Array => (parts.length === 1 ? parts[0]! : Buffer.concat(parts));

const withLongIntegers = (text: string): string =>
  longInteger.test(text)
    ? text.replace(stringOrLongInteger, (all, colon: string | undefined, digits: string | undefined) =>
        digits === undefined ? all : `${colon}"${digits}"`,
      )
    : text;

function parseText(capture: Capture, featureIndex: number): unknown {
  let text: string;
  try {
    text = decoder.decode(bytesOf(capture));
  } catch (cause) {
    throw new AppError(
      'bad-layer-file',
      `bytes near ${capture.startsAt} are not UTF-8`,
      {
        detail: {
          zh: `文件第 ${capture.startsAt} 字节附近（第 ${featureIndex + 1} 个要素）不是 UTF-8 编码。请将文件转为 UTF-8（常见原编码为 GBK/GB18030）后重新提交。`,
          en: `The text near byte ${capture.startsAt} (feature ${featureIndex + 1}) is not UTF-8. Convert the file to UTF-8 (it is often GBK/GB18030) and send it again.`,
        },
      },
      cause,
    );
  }
  try {
    return JSON.parse(withLongIntegers(text));
  } catch (cause) {
    throw badJson(capture.startsAt, featureIndex, cause);
  }
}

function badJson(offset: number, featureIndex: number, cause?: unknown): AppError {
  const reason = cause instanceof Error ? cause.message.slice(0, 200) : 'unexpected character';
  return new AppError(
    'bad-json',
    `not JSON near byte ${offset}: ${reason}`,
    {
      offset,
      detail: {
        zh: `文件第 ${offset} 字节附近（第 ${featureIndex + 1} 个要素）不是合法的 JSON：${reason}。`,
        en: `The text near byte ${offset} (feature ${featureIndex + 1}) is not JSON: ${reason}.`,
      },
    },
    cause,
  );
}

const endsEarly = (offset: number, features: number): AppError =>
  new AppError('bad-json', `the text ends early, after byte ${offset}`, {
    offset,
    detail: {
      zh: `文件在第 ${offset} 字节处提前结束（已读 ${features} 个要素），可能未传完，请重新提交完整文件。`,
      en: `The file ends early at byte ${offset}, after ${features} features; it was probably cut off. Send the whole file.`,
    },
  });

const notACollection = (why: string): AppError =>
  new AppError('bad-geojson', why, {
    detail: {
      zh: `文件不是 GeoJSON FeatureCollection（${why}）。`,
      en: `The file is not a GeoJSON FeatureCollection: ${why}.`,
    },
  });

const featureTooLarge = (index: number, limit: number): AppError =>
  new AppError('too-large', `feature ${index + 1} exceeds ${limit} bytes`, {
    detail: {
      zh: `第 ${index + 1} 个要素超过 ${limit} 字节，请先拆分该要素。`,
      en: `Feature ${index + 1} is larger than ${limit} bytes; split it first.`,
    },
  });
