/** The area kernel alone, on pairs of parcel and patch, against PostGIS and turf on the very same pairs. */
import * as turf from '@turf/turf';
import pg from 'pg';
import type { MultiPolygonRings } from '../src/core/geometry-types.js';
import { type EdgeSet, edgesOf, overlapAreaM2 } from '../src/geometry/area-kernel.js';
import { decodeEdgeTile, encodeEdgeTile, measureTile } from '../src/geometry/edge-tile.js';
import { toFlat } from '../src/geometry/flat-rings.js';
import { encodeMultiPolygonHex } from '../src/geometry/wkb.js';
import { boxOf } from '../src/layers/read-features.js';
import type { OverlayPairs, Pair } from './overlay-pairs.js';
import { heading, median, note, row, targetAtLeast, times } from './report.js';

/** Prepared edges, relative to the parcel's corner. */
interface Prepared {
  parcel: EdgeSet;
  patch: EdgeSet;
}

const originOf = ({ parcel }: Pair): [number, number] => {
  const [x, y] = boxOf(parcel.plane);
  return [Math.floor(x), Math.floor(y)];
};

function prepare(pair: Pair): Prepared {
  const [x, y] = originOf(pair);
  return { parcel: edgesOf(pair.parcel.plane, x, y), patch: edgesOf(pair.patch.plane, x, y) };
}

const micros = (milliseconds: number, pairs: number): number => (milliseconds * 1000) / pairs;
const show = (value: number): string => `${value.toFixed(2)} µs`;

/** Median time of one pass over all pairs, µs a pair; two passes before, for the compiler. */
function timePasses(runs: number, pairs: number, pass: () => void): number {
  const all: number[] = [];
  for (let i = -2; i < runs; i++) {
    const start = performance.now();
    pass();
    if (i >= 0) all.push(performance.now() - start);
  }
  return micros(median(all), pairs);
}

export async function benchKernel(
  { pairs, meanVertices }: OverlayPairs,
  serverUrl: string | undefined,
  runs: number,
): Promise<void> {
  heading(
    `kernel: ${pairs.length} pairs of parcel and patch (boxes meet), ${meanVertices.toFixed(0)} vertices a patch`,
  );
  const prepared = pairs.map(prepare);
  const areas = new Float64Array(pairs.length);
  const kernel = timePasses(Math.max(runs, 9), pairs.length, () => {
    for (let i = 0; i < prepared.length; i++)
      areas[i] = overlapAreaM2(prepared[i]!.parcel, prepared[i]!.patch);
  });
  row('kernel, edges in memory', `${show(kernel)} a pair`);
  const stored = storedForm(pairs);
  const decoded = timePasses(runs, pairs.length, () => {
    for (const one of stored) measureStored(one);
  });
  row('kernel, both sides prepared anew for every pair', `${show(decoded)} a pair`);
  if (!serverUrl) return note('no PostGIS to compare with');
  const postgis = await timePostgis(serverUrl, pairs, runs);
  row('PostGIS ST_Area(ST_Intersection(a, b)), one process', `${show(postgis.micros)} a pair`);
  targetAtLeast('  PostGIS / kernel, edges in memory', postgis.micros / kernel, 10, times);
  row('  PostGIS / kernel, both sides prepared anew', times(postgis.micros / decoded));
  const worst = postgis.areas.reduce((most, area, i) => Math.max(most, Math.abs(area - areas[i]!)), 0);
  row('  largest difference of any pair', `${worst.toExponential(1)} ㎡`);
}

interface Stored {
  parcel: MultiPolygonRings;
  bytes: Uint8Array;
  tile: [number, number];
}

/** Each patch packed as tiles are stored, by itself. */
const storedForm = (pairs: readonly Pair[]): Stored[] =>
  pairs.map((pair) => {
    const tile = originOf(pair);
    const piece = { featureNo: pair.patchNo, rings: toFlat(pair.patch.plane) };
    return { parcel: pair.parcel.plane, tile, bytes: encodeEdgeTile([piece], tile[0], tile[1], 1) };
  });

function measureStored({ parcel, bytes, tile }: Stored): number {
  let sum = 0;
  measureTile(edgesOf(parcel, tile[0], tile[1]), decodeEdgeTile([bytes]), (_patch, areaM2) => {
    sum += areaM2;
  });
  return sum;
}

/** Geometry lies in a temporary table, so that neither parsing nor searching is timed. */
async function timePostgis(
  url: string,
  pairs: readonly Pair[],
  runs: number,
): Promise<{ micros: number; areas: number[] }> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query('create extension if not exists postgis with schema public');
    await client.query('set jit = off; set max_parallel_workers_per_gather = 0');
    await client.query('create temporary table pair (ordinal int, a geometry, b geometry)');
    await client.query(
      `insert into pair select ordinality, a, b from unnest($1::text[], $2::text[]) with ordinality as given (a, b)`,
      [
        pairs.map(({ parcel }) => encodeMultiPolygonHex(parcel.plane, 0)),
        pairs.map(({ patch }) => encodeMultiPolygonHex(patch.plane, 0)),
      ],
    );
    const all: number[] = [];
    for (let i = -1; i < runs; i++) {
      const start = performance.now();
      await client.query('select sum(ST_Area(ST_Intersection(a, b))) from pair');
      if (i >= 0) all.push(performance.now() - start);
    }
    const { rows } = await client.query<{ area: number }>(
      'select ST_Area(ST_Intersection(a, b)) as area from pair order by ordinal',
    );
    return { micros: micros(median(all), pairs.length), areas: rows.map(({ area }) => area) };
  } finally {
    await client.end();
  }
}

/** turf is slow enough for a sample to tell. */
const TURF_PAIRS = 400;

export function benchTurf({ pairs }: OverlayPairs): void {
  const step = Math.max(1, Math.floor(pairs.length / TURF_PAIRS));
  const sample = pairs.filter((_, i) => i % step === 0).slice(0, TURF_PAIRS);
  heading(`turf: ${sample.length} of the same pairs`);
  const prepared = sample.map(prepare);
  let kernelSum = 0;
  const kernel = timePasses(9, sample.length, () => {
    kernelSum = 0;
    for (const { parcel, patch } of prepared) kernelSum += overlapAreaM2(parcel, patch);
  });
  const features = sample.map(({ parcel, patch }) =>
    turf.featureCollection([toTurf(parcel.lonLat), toTurf(patch.lonLat)]),
  );
  let turfSum = 0;
  const turfMicros = timePasses(3, sample.length, () => {
    turfSum = 0;
    for (const both of features) {
      const overlap = turf.intersect(both);
      if (overlap) turfSum += turf.area(overlap);
    }
  });
  row('kernel, edges in memory', `${show(kernel)} a pair`);
  row(
    'turf intersect + area (spherical)',
    `${show(turfMicros)} a pair`,
    `${times(turfMicros / kernel)} the kernel`,
  );
  row('  sum of areas, turf against kernel', `${(((turfSum - kernelSum) / kernelSum) * 100).toFixed(3)} %`);
}

const toTurf = (rings: MultiPolygonRings) =>
  turf.multiPolygon(rings.map((polygon) => polygon.map((ring) => ring.map(([x, y]) => [x, y]))));
