/**
 * Gathers the features of a layer that are to be parcels, within the limits of a check: closed polylines of a drawing
 * become polygons, open ones are faults, texts and points are counted and left out.
 */
import type { InputFault } from '../core/errors.js';
import type { Position } from '../core/geometry-types.js';
import type { DatasetKind } from '../formats/find-datasets.js';
import type { VectorFeature } from '../formats/vector-types.js';
import { isClosedLine, type Shapes } from '../formats/wkb-shapes.js';
import { parcelFault, refuse } from './parcel-faults.js';
import type { ParcelLimits } from './parcel-types.js';

export interface Collected {
  features: VectorFeature[];
  faults: InputFault[];
  /** Features with Z or M. */
  heights: number;
  /** Arcs that became chords. */
  arcs: number;
  /** Points, texts and other things without area. */
  leftOut: number;
}

/** Throws `too-large` as soon as a limit is passed, however long the file. */
export async function collectParcels(
  batches: AsyncIterable<readonly VectorFeature[]>,
  kind: DatasetKind,
  limits: ParcelLimits,
): Promise<Collected> {
  const collected: Collected = { features: [], faults: [], heights: 0, arcs: 0, leftOut: 0 };
  let vertices = 0;
  for await (const batch of batches) {
    for (const feature of batch) {
      take(feature, kind, collected);
      vertices += countVertices(feature.shapes);
      if (vertices > limits.maxVertices) throw refuse('too-many-vertices', '', { limit: limits.maxVertices });
    }
    const count = collected.features.length + collected.faults.length + collected.leftOut;
    if (collected.features.length > limits.maxFeatures || count > 20 * limits.maxFeatures)
      throw refuse('too-many-features', '', { count, limit: limits.maxFeatures });
  }
  collected.faults.splice(limits.maxFaults);
  return collected;
}

function take(feature: VectorFeature, kind: DatasetKind, collected: Collected): void {
  const { shapes, place } = feature;
  if (!shapes) {
    collected.features.push(feature);
    return;
  }
  if (shapes.hasZ || shapes.hasM) collected.heights++;
  collected.arcs += shapes.arcs;
  const drawing = kind === 'dxf' || kind === 'kml';
  const closed = kind === 'dxf' ? shapes.lines.filter(isClosedLine) : [];
  const polygons = [...shapes.polygons, ...closed.map((ring) => [ring])];
  if (kind === 'dxf') {
    for (const line of shapes.lines)
      if (!isClosedLine(line))
        collected.faults.push(parcelFault('open-polyline', place, { place, gap: gapOf(line) }));
  }
  if (polygons.length > 0) {
    collected.features.push({ ...feature, shapes: { ...shapes, polygons } });
    if (shapes.points + shapes.lines.length - closed.length > 0) collected.leftOut++;
  } else if (shapes.lines.length > 0 && kind !== 'dxf') {
    collected.faults.push(parcelFault('not-areal', place, { found: 'LineString' }));
  } else if (drawing) collected.leftOut += shapes.lines.length > 0 ? 0 : 1;
  else if (shapes.points + shapes.others > 0) {
    collected.faults.push(
      parcelFault('not-areal', place, { found: shapes.points > 0 ? 'Point' : 'Surface' }),
    );
  } else collected.features.push({ ...feature, shapes: null });
}

function gapOf(line: readonly Position[]): string {
  const [first, last] = [line[0], line.at(-1)];
  return first && last ? Math.hypot(first[0] - last[0], first[1] - last[1]).toFixed(3) : '—';
}

function countVertices(shapes: Shapes | null): number {
  if (!shapes) return 0;
  const ofPolygons = shapes.polygons.reduce(
    (sum, rings) => sum + rings.reduce((n, ring) => n + ring.length, 0),
    0,
  );
  return ofPolygons + shapes.lines.reduce((n, line) => n + line.length, 0);
}
