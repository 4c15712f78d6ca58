/** Pairs of parcel and patch whose boxes meet, taken from a city's files: the input that every kernel is given alike. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Flatbush from 'flatbush';
import type { MultiPolygonRings } from '../src/core/geometry-types.js';
import { lonLatToAnalysis } from '../src/geometry/planes.js';
import { boxOf } from '../src/layers/read-features.js';
import { CITY_ZONE, submissions } from './check-bodies.js';
import type { City } from './city.js';

export interface Shape {
  lonLat: MultiPolygonRings;
  /** SRID 904490. */
  plane: MultiPolygonRings;
}

export interface Pair {
  parcel: Shape;
  patch: Shape;
  patchNo: number;
}

export interface OverlayPairs {
  parcels: readonly Shape[];
  pairs: readonly Pair[];
  /** Vertices of the patches of all pairs. */
  meanVertices: number;
}

export async function findPairs(city: City, count: number): Promise<OverlayPairs> {
  const parcels = submissions(count, city.box).plain;
  const index = new Flatbush(parcels.length);
  for (const { plane } of parcels) index.add(...boxOf(plane));
  index.finish();
  const pairs: Pair[] = [];
  let vertices = 0;
  let patchNo = 0;
  for await (const lonLat of readPatches(join(city.folder, 'dltb.geojson'))) {
    patchNo++;
    const plane = lonLatToAnalysis(lonLat, CITY_ZONE);
    for (const i of index.search(...boxOf(plane))) {
      pairs.push({ parcel: parcels[i]!, patch: { lonLat, plane }, patchNo });
      vertices += plane.flat().reduce((sum, ring) => sum + ring.length - 1, 0);
    }
  }
  return { parcels, pairs, meanVertices: vertices / pairs.length };
}

/** The generator writes one feature a line. */
async function* readPatches(path: string): AsyncGenerator<MultiPolygonRings> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (!line.startsWith('{"type":"Feature"')) continue;
    const { geometry } = JSON.parse(line.replace(/,\s*$/, '')) as {
      geometry: { type: string; coordinates: unknown };
    };
    yield (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) as MultiPolygonRings;
  }
}
