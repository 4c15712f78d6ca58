/** A parcel on its way through the door: what was read so far and where in the file it stands. Internal to this room. */
import type { Position } from '../core/geometry-types.js';
import type { ParcelWarning } from './parcel-types.js';

export interface DraftRing {
  positions: Position[];
  /** Index in the submitted ring of each position, when vertices were removed. */
  submittedIndex?: number[];
}

export interface ParcelDraft {
  /** JSON pointer of the feature ('' when the file is one feature or one geometry). */
  pointer: string;
  geometryPointer: string;
  /** Position in the file, from 0; −1 when the file is one feature or one geometry. */
  index: number;
  /** The member `id` of the feature, as it came. */
  featureId: unknown;
  /** MultiPolygon: pointers into the coordinates carry the part. */
  isMulti: boolean;
  /** [part][ring], outer ring first, x and y only, in the submitted CRS. */
  parts: DraftRing[][];
  /** Most decimals of its coordinates. */
  decimals: number;
  zCount: number;
  /** A fault was found: later steps leave it out. */
  broken: boolean;
  id: string;
  name: string | null;
  landUse: string | null;
  properties: Readonly<Record<string, unknown>>;
  warnings: ParcelWarning[];
  /** [minX, minY, maxX, maxY] of the submitted coordinates. */
  box: [number, number, number, number];
}

type HasRings = Pick<ParcelDraft, 'parts' | 'geometryPointer' | 'isMulti'>;

export const ringPointer = (draft: HasRings, part: number, ring: number): string =>
  `${draft.geometryPointer}/coordinates${draft.isMulti ? `/${part}` : ''}/${ring}`;

/** Pointer of a vertex, counted as it was submitted. */
export function vertexPointer(draft: HasRings, part: number, ring: number, vertex: number): string {
  const submitted = draft.parts[part]?.[ring]?.submittedIndex?.[vertex] ?? vertex;
  return `${ringPointer(draft, part, ring)}/${submitted}`;
}

export const ringsOf = (draft: ParcelDraft): Position[][][] =>
  draft.parts.map((part) => part.map((ring) => ring.positions));
