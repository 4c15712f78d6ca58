/**
 * What lies between two parcels that do not touch: the gap's outline against 地类图斑, or against planned use where the
 * survey shows no such strip. Only asked for pairs that `across` could join (docs/adjacency-semantics.md §6).
 */

import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { roundHalfUp } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import { type LayerOrMissing, measureOverlaps } from '../overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { AcrossKind, GapGround } from './bundle-types.js';
import { asParcel } from './constructed-parcel.js';
import { boxOfAll } from './cut-range.js';
import type { Contact } from './find-contacts.js';
import { gapQuads } from './gap-outline.js';
import { type BoxIndex, indexOutlines } from './index-boxes.js';
import type { Outlines } from './outlines.js';
import { LAYER_NOISE, type SupplyParts } from './supply-parts.js';
import { withoutHairlines } from './without-hairlines.js';

/** Layers that can say what a gap is, in the order in which they are asked. */
export const gapLayers = ['dltb', 'ghydyh'] as const;

/** Codes by what a strip of them is: 三调 DLBM for dltb, 用地用海 2023 for planned use; longer codes begin with these. */
const stripCodes: Readonly<
  Record<(typeof gapLayers)[number], Readonly<Record<AcrossKind, readonly string[]>>>
> = {
  dltb: {
    road: ['1001', '1002', '1003', '1004', '1006'],
    green: ['0810'],
    water: ['1101', '1102', '1103', '1104', '1107'],
  },
  ghydyh: { road: ['0601', '1201', '1202', '1206', '1207'], green: ['14'], water: ['17'] },
};

export interface GapFinding {
  between: GapGround[];
  /** The strip that makes at least half of the gap, with no other parcel in it. */
  across: AcrossKind | null;
}

interface Drawn {
  rings: MultiPolygonRings;
  /** Ellipsoid areas: of the rings, and of the ground in the gap that other parcels of the submission take. */
  freeM2: number;
  takenM2: number;
}

/** In the order of `pairs`. Throws what the overlay throws. */
export async function findGapGround(
  parts: SupplyParts,
  outlines: Outlines,
  shapes: readonly MultiPolygonRings[],
  planeEpsg: number,
  pairs: readonly Contact[],
  layers: readonly LayerOrMissing[],
  signal: AbortSignal | undefined,
): Promise<GapFinding[]> {
  const findings: GapFinding[] = [];
  const index = indexOutlines(outlines);
  const asked = gapLayers.map((id) => layers.find((layer) => layer.layerId === id)!);
  for (let from = 0; from < pairs.length; from += PAIRS_AT_ONCE) {
    signal?.throwIfAborted();
    const window = pairs.slice(from, from + PAIRS_AT_ONCE);
    const drawn = await Promise.all(
      window.map((pair) => drawGap(parts, outlines, index, shapes, planeEpsg, pair)),
    );
    const solid = drawn.filter(({ rings }) => planarAreaM2(rings) >= LAYER_NOISE.areaM2);
    const measured = await measureOverlaps(
      { ...parts, sql: parts.db, signal },
      solid.map(({ rings }) => asParcel(rings, planeEpsg, 'gap')),
      asked,
      () => LAYER_NOISE,
    );
    const overlays = new Map(solid.map((gap, i) => [gap, measured[i]!.overlays]));
    findings.push(...drawn.map((gap) => judgeGap(gap, overlays.get(gap) ?? [])));
  }
  return findings;
}

/** Gaps drawn and measured in one go: bounds what is in memory. */
const PAIRS_AT_ONCE = 500;
/** Room for the runs' own unevenness: a strip that widens is drawn to here. */
const WIDEST = 2;

async function drawGap(
  { geos }: SupplyParts,
  outlines: Outlines,
  index: BoxIndex,
  shapes: readonly MultiPolygonRings[],
  planeEpsg: number,
  { a, b, meanGapM, gapM }: Contact,
): Promise<Drawn> {
  const width = WIDEST * Math.max(meanGapM ?? 0, gapM);
  const quads = gapQuads(outlines, a, b, width);
  if (quads.length === 0) return { rings: [], freeM2: 0, takenM2: 0 };
  const areaOf = (rings: MultiPolygonRings): number => officialAreaM2(rings, zoneCrs(planeEpsg - 4488));
  const joined = await geos.union(quads);
  const between = await geos.difference(joined, await geos.union([shapes[a]!, shapes[b]!]));
  const free = await withoutHairlines(geos, between);
  const others = parcelsIn(outlines, index, free, a, b);
  if (others.length === 0) return { rings: free, freeM2: areaOf(free), takenM2: 0 };
  const left = await geos.difference(free, await geos.union(others.map((p) => shapes[p]!)));
  const rings = await withoutHairlines(geos, left);
  const freeM2 = areaOf(rings);
  return { rings, freeM2, takenM2: Math.max(0, areaOf(free) - freeM2) };
}

/** Other parcels whose boxes meet the gap's box. */
function parcelsIn(
  { originX, originY }: Outlines,
  index: BoxIndex,
  rings: MultiPolygonRings,
  a: number,
  b: number,
): number[] {
  const [x0, y0, x1, y1] = boxOfAll(rings);
  const near = index.search(x0 - originX, y0 - originY, x1 - originX, y1 - originY);
  return near.filter((p) => p !== a && p !== b).sort((p, q) => p - q);
}

function judgeGap({ freeM2, takenM2 }: Drawn, overlays: readonly OverlayMeasure[]): GapFinding {
  const totalM2 = freeM2 + takenM2;
  if (totalM2 < LAYER_NOISE.areaM2) return { between: [], across: null };
  const share = (areaM2: number): number => Math.min(1, roundHalfUp(areaM2 / totalM2, 4));
  const taken: GapGround[] =
    takenM2 >= LAYER_NOISE.areaM2
      ? [
          {
            ...{ kind: 'parcel', code: null, label: null },
            areaM2: roundHalfUp(takenM2, 2),
            share: share(takenM2),
          },
        ]
      : [];
  let first: GapFinding | undefined;
  for (const overlay of overlays) {
    const between = [...taken, ...groundOf(overlay, share)];
    const across = taken.length > 0 ? null : stripOf(between);
    if (across) return { between, across };
    if (overlay.state !== 'missing') first ??= { between, across };
  }
  const unknown: GapGround = {
    ...{ kind: 'unknown', code: null, label: null },
    areaM2: roundHalfUp(freeM2, 2),
    share: share(freeM2),
  };
  const between = unknown.areaM2 > 0 ? [...taken, unknown] : taken;
  return first ?? { between, across: null };
}

function groundOf(overlay: OverlayMeasure, share: (areaM2: number) => number): GapGround[] {
  const codes = stripCodes[overlay.layer as (typeof gapLayers)[number]];
  const kindOf = (code: string | null): GapGround['kind'] => {
    for (const kind of ['road', 'green', 'water'] as const)
      if (code !== null && codes[kind].some((start) => code.startsWith(start))) return kind;
    return 'other';
  };
  const ground: GapGround[] = overlay.byClass.map(({ code, label, areaM2 }) => ({
    ...{ kind: kindOf(code), code, label, areaM2 },
    share: share(areaM2),
  }));
  const unknownM2 = roundHalfUp(overlay.undeterminedM2 + overlay.outsideM2, 2);
  if (unknownM2 > 0)
    ground.push({ kind: 'unknown', code: null, label: null, areaM2: unknownM2, share: share(unknownM2) });
  return ground;
}

/** Shares of one kind are summed: a road of two classes is one road. */
function stripOf(between: readonly GapGround[]): AcrossKind | null {
  for (const kind of ['road', 'green', 'water'] as const) {
    const share = between.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.share, 0);
    if (share >= 0.5) return kind;
  }
  return null;
}
