/**
 * Finds leftover pieces of existing construction land within a range: patches of 地类图斑 less roads, water and what is
 * supplied, joined, cleaned of slivers and sorted by size. Constructs with GEOS; what a piece is worth is told elsewhere.
 */
import Flatbush from 'flatbush';
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import { toPlane } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readFeatureGeometries } from '../layers/read-features.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { SupplyParts, SupplyWatch } from './supply-parts.js';
import { boxOfPolygon, inTurns, unionByCells } from './union-by-cells.js';

/** Half of it is taken off and put back: what is thinner than this is no ground to build on, m. */
const SLIVER_M = 1;
/** Patches read and cut in one go. */
const PATCHES_AT_ONCE = 500;

export interface Discovered {
  /** Each one polygon, by place from north-west to south-east; metres of the plane. */
  pieces: MultiPolygonRings[];
  cleaned: { pieces: number; areaM2: number };
  larger: { pieces: number; areaM2: number };
}

export interface DiscoverInput {
  layer: LayerSnapshot;
  /** The ranges against dltb: which patches lie in them. */
  overlays: readonly OverlayMeasure[];
  range: MultiPolygonRings;
  /** Supplied or otherwise taken land. */
  taken: readonly MultiPolygonRings[];
  planeEpsg: number;
  limitM2: number;
  minAreaM2: number;
  isConstruction(code: string): boolean;
}

export async function discoverFragments(
  parts: SupplyParts,
  input: DiscoverInput,
  watch: SupplyWatch,
): Promise<Discovered> {
  const built = await builtGround(parts, input, watch);
  const crs = zoneCrs(input.planeEpsg - 4488);
  const result: Discovered = {
    pieces: [],
    cleaned: { pieces: 0, areaM2: 0 },
    larger: { pieces: 0, areaM2: 0 },
  };
  if (built.length === 0) return result;
  const free = await lessTaken(parts.geos, built, input.taken);
  const areas = free.map((polygon) => officialAreaM2([polygon], crs));
  const isPiece = (areaM2: number): boolean => areaM2 >= input.minAreaM2 && areaM2 <= input.limitM2;
  const candidates = free.filter((_, n) => isPiece(areas[n]!));
  const cores = await inTurns(candidates, (polygon) => {
    watch.signal?.throwIfAborted();
    return parts.geos.erode([polygon], SLIVER_M / 2);
  });
  const thin = new Set(candidates.filter((_, n) => cores[n]!.length === 0));
  for (const [n, polygon] of free.entries()) {
    const areaM2 = areas[n]!;
    if (isPiece(areaM2) && !thin.has(polygon)) {
      result.pieces.push([polygon]);
      continue;
    }
    const group = areaM2 > input.limitM2 ? result.larger : result.cleaned;
    group.pieces++;
    group.areaM2 += areaM2;
  }
  const corner = ([polygon]: MultiPolygonRings): readonly [number, number] => {
    const ring = polygon![0]!;
    return [Math.min(...ring.map(([x]) => x)), Math.max(...ring.map(([, y]) => y))];
  };
  result.pieces.sort((p, q) => corner(q)[1] - corner(p)[1] || corner(p)[0] - corner(q)[0]);
  return result;
}

/** Each polygon less the taken land whose box meets it. */
async function lessTaken(
  geos: GeosPool,
  polygons: MultiPolygonRings,
  taken: readonly MultiPolygonRings[],
): Promise<MultiPolygonRings> {
  const parts = taken.flat();
  if (parts.length === 0) return polygons;
  const index = new Flatbush(parts.length);
  for (const part of parts) index.add(...boxOfPolygon(part));
  index.finish();
  const left = await inTurns(polygons, async (polygon) => {
    const near = index.search(...boxOfPolygon(polygon)).sort((p, q) => p - q);
    if (near.length === 0) return [polygon];
    return geos.difference([polygon], await geos.union(near.map((i) => [parts[i]!])));
  });
  return left.flat();
}

/** The construction patches of the ranges, cut to them and joined. */
async function builtGround(
  { db, geos }: SupplyParts,
  { layer, overlays, range, planeEpsg, isConstruction }: DiscoverInput,
  { signal, onProgress }: SupplyWatch,
): Promise<MultiPolygonRings> {
  const patches = new Map<number, boolean>();
  for (const { features } of overlays) {
    for (const { featureNo, classCode, wholeFeature, areaM2 } of features) {
      if (classCode !== null && isConstruction(classCode) && areaM2 > 0)
        patches.set(featureNo, wholeFeature || (patches.get(featureNo) ?? false));
    }
  }
  const numbers = [...patches.keys()].sort((p, q) => p - q);
  const shapes: MultiPolygonRings[] = [];
  for (let from = 0; from < numbers.length; from += PATCHES_AT_ONCE) {
    signal?.throwIfAborted();
    onProgress?.({ step: 'fragments', done: from, total: numbers.length });
    const window = numbers.slice(from, from + PATCHES_AT_ONCE);
    const read = await readFeatureGeometries(db, layer, window);
    const cut = await Promise.all(
      window.map((featureNo) => {
        const plane = toPlane(read.get(featureNo)!, zoneCrs(planeEpsg - 4488));
        return patches.get(featureNo) ? plane : geos.intersection(plane, range);
      }),
    );
    shapes.push(...cut.filter((rings) => rings.length > 0 && planarAreaM2(rings) > 0));
  }
  return unionByCells(geos, shapes, signal);
}
