/**
 * Parcels of 5 亩–20 亩 scattered over a box, one in each cell of a grid so that none lies on another (until the cells
 * are smaller than parcels), deterministic: the same seed gives the same parcels.
 */
import type { Box } from '../src/core/geometry-types.js';

export interface ParcelFeature {
  type: 'Feature';
  id: string;
  properties: { landUse: string };
  geometry: { type: 'Polygon'; coordinates: [number, number][][] };
}

/** @param box EPSG:4490 degrees that every parcel lies within */
export function randomParcels(count: number, box: Box, seed = 7): ParcelFeature[] {
  const random = mulberry32(seed);
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, i) => {
    const areaM2 = (5 + 15 * random()) * (2000 / 3);
    const ratio = 0.5 + random();
    const w = Math.sqrt(areaM2 * ratio);
    const h = areaM2 / w;
    const turn = random() * Math.PI;
    // within the middle half of its cell, and off the border of the box
    const lon =
      box[0] + (box[2] - box[0]) * (0.02 + (0.96 * ((i % columns) + 0.25 + 0.5 * random())) / columns);
    const lat =
      box[1] + (box[3] - box[1]) * (0.02 + (0.96 * (Math.floor(i / columns) + 0.25 + 0.5 * random())) / rows);
    const kx = 111_320 * Math.cos((lat * Math.PI) / 180);
    const outline = [
      [-w, -h],
      [0, -h * (0.8 + 0.2 * random())],
      [w, -h],
      [w * (0.8 + 0.2 * random()), 0],
      [w, h],
      [0, h * (0.8 + 0.2 * random())],
      [-w, h],
      [-w * (0.8 + 0.2 * random()), 0],
    ].map(([x, y]): [number, number] => {
      const east = (x! * Math.cos(turn) - y! * Math.sin(turn)) / 2;
      const north = (x! * Math.sin(turn) + y! * Math.cos(turn)) / 2;
      return [round10(lon + east / kx), round10(lat + north / 110_950)];
    });
    return {
      type: 'Feature',
      id: `P${String(i + 1).padStart(5, '0')}`,
      properties: { landUse: '1001' },
      geometry: { type: 'Polygon', coordinates: [[...outline, outline[0]!]] },
    };
  });
}

const round10 = (value: number): number => Math.round(value * 1e10) / 1e10;

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
