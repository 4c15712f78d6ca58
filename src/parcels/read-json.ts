/** Turns the submitted body into a JSON value, or refuses it with the line and column. Knows nothing of GeoJSON. */
import { refuse } from './parcel-faults.js';
import type { ParcelLimits } from './parcel-types.js';
import { scanJson } from './scan-json.js';

export interface JsonDocument {
  json: unknown;
  /** Decimals as written, by feature index (−1: lone geometry); empty when the body came already parsed. */
  decimals: ReadonlyMap<number, number>;
}

export function readJson(body: unknown, limits: ParcelLimits): JsonDocument {
  if (typeof body === 'string') return parseText(body, limits);
  if (body instanceof Uint8Array) {
    if (body.byteLength > limits.maxBytes) {
      throw refuse('too-many-bytes', '', { count: body.byteLength, limit: limits.maxBytes });
    }
    return parseText(decode(body), limits);
  }
  if (isTooDeep(body, limits.maxDepth)) throw refuse('json-too-deep', '', { limit: limits.maxDepth });
  return { json: body, decimals: new Map() };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse('not-utf8', '', { offset: firstBadByte(bytes) });
  }
}

/** Halves the text until the byte that is not UTF-8 is found. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return bad - 1;
}

function parseText(source: string, limits: ParcelLimits): JsonDocument {
  if (source.length > limits.maxBytes) {
    throw refuse('too-many-bytes', '', { count: source.length, limit: limits.maxBytes });
  }
  const text = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
  const scan = scanJson(text, limits.maxDepth);
  if (scan.tooDeep) throw refuse('json-too-deep', '', { limit: limits.maxDepth });
  if (scan.error) {
    const { line, column, why } = scan.error;
    throw refuse('json-syntax', `line ${line}`, { line, column, whyZh: why.zh, whyEn: why.en });
  }
  try {
    return { json: JSON.parse(text), decimals: scan.decimals };
  } catch (error) {
    // the scan is as strict as the parser; should they ever differ, it is still the input that is refused
    const why = (error as Error).message.slice(0, 100);
    throw refuse('json-syntax', '', { line: '?', column: '?', whyZh: why, whyEn: why });
  }
}

/** Breadth first without recursion, so that depth cannot exhaust the stack. A cycle counts as too deep. */
function isTooDeep(root: unknown, maxDepth: number): boolean {
  let level = new Set<object>();
  if (typeof root === 'object' && root !== null) level.add(root);
  for (let depth = 1; level.size > 0; depth++) {
    if (depth > maxDepth) return true;
    const next = new Set<object>();
    for (const container of level) {
      for (const member of membersOf(container)) {
        if (typeof member !== 'object' || member === null) continue;
        // positions are most of a file: they hold nothing deeper and need not be remembered
        if (membersOf(member).some((inner) => typeof inner === 'object' && inner !== null)) next.add(member);
        else if (depth + 1 > maxDepth) return true;
      }
    }
    level = next;
  }
  return false;
}

const membersOf = (container: object): readonly unknown[] =>
  Array.isArray(container) ? container : Object.values(container);
