/** Reads a generated layer back: properties, rings in degrees, and the exact text of every vertex. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';

export interface ReadFeature {
  properties: Record<string, string | number>;
  polygons: MultiPolygonRings;
  /** The line in the file after `"geometry":`. */
  geometryText: string;
}

const read = new Map<string, readonly ReadFeature[]>();

/** The features of `<dir>/<name>.geojson`; a file is parsed once. */
export function readLayer(dir: string, name: string): readonly ReadFeature[] {
  const path = join(dir, `${name}.geojson`);
  const features = read.get(path) ?? parseLayer(path);
  read.set(path, features);
  return features;
}

function parseLayer(path: string): ReadFeature[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1, -1);
  return lines.map((line) => {
    const feature = JSON.parse(line.replace(/,$/, ''));
    const { type, coordinates } = feature.geometry;
    return {
      properties: feature.properties,
      polygons: type === 'Polygon' ? [coordinates] : coordinates,
      geometryText: line.slice(line.indexOf('"geometry":')).replace(/,$/, ''),
    };
  });
}

/** Calls back for every directed edge of the features, as exact coordinate texts. */
export function forEdges(features: readonly ReadFeature[], visit: (from: string, to: string) => void): void {
  for (const { polygons } of features) {
    for (const polygon of polygons) {
      for (const ring of polygon) {
        let last = '';
        for (const position of ring) {
          const here = position.join(' ');
          if (last) visit(last, here);
          last = here;
        }
      }
    }
  }
}
