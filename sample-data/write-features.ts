/** Writes a GeoJSON FeatureCollection in EPSG:4490, one feature a line, piece by piece: the file never is in memory. */
import { type FileHandle, open } from 'node:fs/promises';
import proj4 from 'proj4';
import { CGCS2000_PROJ4, zoneCrs } from '../src/core/crs.js';
import type { MultiPolygonRings, Position, Ring } from '../src/core/geometry-types.js';
import type { Attributes } from './attributes.js';

/** The city's plane: 3° zone 38, EPSG:4526. */
export const planeCrs = zoneCrs(38);

const converter = proj4(planeCrs.proj4, CGCS2000_PROJ4);
const FLUSH_CHARS = 1 << 22;

/**
 * `[lon,lat]` of a point of the plane with at most 10 decimals (0.01 mm): the same point always gives the same text, and
 * reading it back gives the same 0.001 m.
 */
export function lonLatText([x, y]: Position): string {
  const [lon, lat] = converter.forward([x, y]) as [number, number];
  return `[${Math.round(lon * 1e10) / 1e10},${Math.round(lat * 1e10) / 1e10}]`;
}

/** GeoJSON geometry text of polygons in the plane: Polygon where there is one, else MultiPolygon. */
export function geometryText(polygons: MultiPolygonRings): string {
  const ringText = (ring: Ring): string => `[${ring.map(lonLatText).join(',')}]`;
  const parts = polygons.map((rings) => `[${rings.map(ringText).join(',')}]`);
  return parts.length === 1
    ? `{"type":"Polygon","coordinates":${parts[0]}}`
    : `{"type":"MultiPolygon","coordinates":[${parts.join(',')}]}`;
}

export interface FeatureWriter {
  readonly count: number;
  write(attributes: Attributes, polygons: MultiPolygonRings): void;
  /** Sends what has gathered to the file, when it is much or when `all` is true. */
  flush(all?: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function openFeatureWriter(path: string, name: string): Promise<FeatureWriter> {
  const file: FileHandle = await open(path, 'w');
  let buffer = `{"type":"FeatureCollection","name":${JSON.stringify(name)},"features":[`;
  let count = 0;
  const flush = async (all = false): Promise<void> => {
    if (buffer.length === 0 || (!all && buffer.length < FLUSH_CHARS)) return;
    const text = buffer;
    buffer = '';
    await file.writeFile(text);
  };
  return {
    get count() {
      return count;
    },
    write(attributes, polygons) {
      buffer += `${count === 0 ? '\n' : ',\n'}{"type":"Feature","properties":${JSON.stringify(attributes)},"geometry":${geometryText(polygons)}}`;
      count++;
    },
    flush,
    async close() {
      buffer += '\n]}\n';
      await flush(true);
      await file.close();
    },
  };
}
