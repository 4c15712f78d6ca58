/**
 * The tight loop over submitted coordinates: every position two finite numbers, copied without its third dimension,
 * with the box, the decimals and the number of vertices taken on the way.
 */
import type { Position } from '../core/geometry-types.js';
import { type DraftRing, type ParcelDraft, ringPointer } from './parcel-draft.js';
import { type FaultList, refuse } from './parcel-faults.js';
import { decimalsOfNumber } from './resolution.js';

export interface CoordinateReading {
  draft: ParcelDraft;
  faults: FaultList;
  /** Of the whole file. */
  vertexCount: { total: number };
  maxVertices: number;
  /** Decimals as written, when the text was scanned. */
  known: number | undefined;
}

export function readCoordinates(coordinates: unknown, reading: CoordinateReading): void {
  const { draft, faults } = reading;
  const pointer = `${draft.geometryPointer}/coordinates`;
  if (!Array.isArray(coordinates)) {
    faults.add('bad-coordinates', pointer, { expectedZh: '坐标数组', expectedEn: 'an array of coordinates' });
    return;
  }
  if (isEmpty(coordinates)) {
    faults.add('empty-geometry', pointer);
    return;
  }
  const parts: unknown[] = draft.isMulti ? coordinates : [coordinates];
  for (const [partNo, part] of parts.entries()) {
    if (!Array.isArray(part) || part.length === 0) {
      const expected = { expectedZh: '一个面（环的数组）', expectedEn: 'a polygon (an array of rings)' };
      faults.add('bad-coordinates', `${pointer}/${partNo}`, expected);
      continue;
    }
    draft.parts.push(part.map((ring, ringNo) => readRing(ring, ringPointer(draft, partNo, ringNo), reading)));
  }
  draft.decimals = reading.known ?? draft.decimals;
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) && (value.length === 0 || (value.length <= 8 && value.every(isEmpty)));

function readRing(ring: unknown, pointer: string, reading: CoordinateReading): DraftRing {
  const { draft, faults, vertexCount } = reading;
  const positions: Position[] = [];
  if (!Array.isArray(ring) || ring.length === 0) {
    const expected = { expectedZh: '一个环（坐标点的数组）', expectedEn: 'a ring (an array of positions)' };
    faults.add('bad-coordinates', pointer, expected);
    return { positions };
  }
  vertexCount.total += ring.length;
  if (vertexCount.total > reading.maxVertices) {
    throw refuse('too-many-vertices', pointer, { limit: reading.maxVertices });
  }
  const { box } = draft;
  for (let i = 0; i < ring.length; i++) {
    const position: unknown = ring[i];
    if (!Array.isArray(position) || position.length < 2) {
      faults.add('bad-coordinates', `${pointer}/${i}`, {
        expectedZh: '一个坐标点 [x, y]',
        expectedEn: 'a position [x, y]',
      });
      continue;
    }
    const x: unknown = position[0];
    const y: unknown = position[1];
    const axis = position.findIndex((value) => !isFiniteNumber(value));
    if (!isFiniteNumber(x) || !isFiniteNumber(y) || axis >= 0) {
      faults.add('not-a-number', `${pointer}/${i}/${axis}`, { found: show(position[axis]) });
      continue;
    }
    if (position.length > 2) draft.zCount += 1;
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
    if (reading.known === undefined) {
      draft.decimals = decimalsOfNumber(y, decimalsOfNumber(x, draft.decimals));
    }
    // −0 and 0 are one place: exact comparisons of vertices must see them equal
    positions.push([x + 0, y + 0]);
  }
  return { positions };
}

const isFiniteNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

/** A few characters of a wrong value; never more, it may be anything. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 20));
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'array' : 'object';
  return String(value);
}
