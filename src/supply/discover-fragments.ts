/**
 * Finds leftover pieces of existing construction land within a range: patches of 地类图斑 less roads, water and what is
 * supplied, joined, cleaned of slivers and sorted by size. Constructs with GEOS; what a piece is worth is told elsewhere.
 */
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import { toPlane } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readFeatureGeometries } from '../layers/read-features.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { SupplyParts, SupplyWatch } from './supply-parts.js';

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
  const free =
    input.taken.length > 0 ? await parts.geos.difference(built, await parts.geos.union(input.taken)) : built;
  for (const polygon of free) {
    const areaM2 = officialAreaM2([polygon], crs);
    const count = (group: { pieces: number; areaM2: number }): void => {
      group.pieces++;
      group.areaM2 += areaM2;
    };
    if (areaM2 < input.minAreaM2) count(result.cleaned);
    else if (areaM2 > input.limitM2) count(result.larger);
    else if ((await parts.geos.erode([polygon], SLIVER_M / 2)).length === 0) count(result.cleaned);
    else result.pieces.push([polygon]);
  }
  const corner = ([polygon]: MultiPolygonRings): readonly [number, number] => {
    const ring = polygon![0]!;
    return [Math.min(...ring.map(([x]) => x)), Math.max(...ring.map(([, y]) => y))];
  };
  result.pieces.sort((p, q) => corner(q)[1] - corner(p)[1] || corner(p)[0] - corner(q)[0]);
  return result;
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
  return shapes.length > 0 ? geos.union(shapes) : [];
}
