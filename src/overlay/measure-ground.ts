/**
 * Sums the kernel's areas of shapes against one layer version, tile by tile, and divides each shape's ground into
 * features, free ground and undetermined ground. Figures here are unrounded; printing is another file's work.
 */
import { AppError } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import { measureTile } from '../geometry/edge-tile.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import type { TileRole } from '../layers/tile-manifest.js';
import type { Shape, ShapePart } from './shapes.js';
import type { TileCache } from './tile-cache.js';

/** Parts measured in one go: bounds the tiles that must be in memory at once. */
const PARTS_PER_WINDOW = 1024;

/** How one shape's ground divides under one layer version; all m² in the analysis plane. */
export interface Ground {
  shapeAreaM2: number;
  /** By feature number, area(P ∩ f). */
  features: ReadonlyMap<number, number>;
  /** Area of the union of the features within the shape. */
  unionM2: number;
  outsideM2: number;
  undeterminedM2: number;
  /** Area within the declared coverage; 0 where none is declared. */
  coveredM2: number;
  missingReason: 'no-coverage' | 'outside-coverage' | 'gap' | null;
}

interface RawSums {
  /** `noFeatures` until there is one: most parcels meet nothing of most layers. */
  features: Map<number, number>;
  coveredM2: number;
}

const noFeatures: Map<number, number> = new Map();

/** Measures every shape against one version. Order of the answer is the order of `shapes`. */
export async function measureGround(
  sql: Sql,
  cache: TileCache,
  layer: LayerSnapshot,
  shapes: readonly Shape[],
  signal?: AbortSignal,
): Promise<Ground[]> {
  const sums: RawSums[] = shapes.map(() => ({ features: noFeatures, coveredM2: 0 }));
  const declared = hasDeclaredCoverage(layer);
  const work: WorkPart[] = [];
  shapes.forEach((shape, i) => {
    for (const part of shape.parts(layer.tileSizeM)) work.push({ part, sum: sums[i]! });
  });
  for (let i = 0; i < work.length; i += PARTS_PER_WINDOW) {
    const window = work.slice(i, i + PARTS_PER_WINDOW);
    // other requests get their turn between windows, and a cancelled check ends here
    if (i > 0) await new Promise(setImmediate);
    throwIfStopped(signal);
    await sumWindow(sql, cache, layer, 'feature', window, (sum, featureNo, areaM2) => {
      if (sum.features === noFeatures) sum.features = new Map();
      sum.features.set(featureNo, (sum.features.get(featureNo) ?? 0) + areaM2);
    });
    if (!declared) continue;
    await sumWindow(sql, cache, layer, 'coverage', window, (sum, _featureNo, areaM2) => {
      sum.coveredM2 += areaM2;
    });
  }
  return shapes.map((shape, index) => divide(layer, shape.areaM2, sums[index]!));
}

/** A piece of a shape within one tile, and where its areas go. */
interface WorkPart {
  part: ShapePart;
  sum: RawSums;
}

async function sumWindow(
  sql: Sql,
  cache: TileCache,
  layer: LayerSnapshot,
  role: TileRole,
  window: readonly WorkPart[],
  add: (sum: RawSums, featureNo: number, areaM2: number) => void,
): Promise<void> {
  const tiles = await cache.get(
    sql,
    layer,
    role,
    window.map(({ part }) => part),
  );
  window.forEach(({ part, sum }, i) => {
    const tile = tiles[i];
    if (tile) measureTile(part.edges, tile, (featureNo, areaM2) => add(sum, featureNo, areaM2));
  });
}

/** Throws the reason of the abort: `time-limit`, or `cancelled` when the client went away. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  if (signal.reason instanceof AppError) throw signal.reason;
  throw new AppError('cancelled', 'the check was cancelled', {
    detail: { zh: '预检已取消，未保存任何结果。', en: 'The check was cancelled; nothing was stored.' },
  });
}

/** Only a declared polygon or list of districts is measured; a partition's own union is its features. */
export const hasDeclaredCoverage = (layer: LayerSnapshot): boolean =>
  layer.coverage === 'polygon' || layer.coverage === 'districts';

/**
 * Largest excess of features over ground that is rounding and unlisted slivers, not a wrong measure: the import
 * certificate lists inner overlaps from 0.01 m² on, so each feature may bring that much unlisted.
 */
const excessBoundM2 = (areaM2: number, features: number): number => 1e-6 + 1e-9 * areaM2 + 0.01 * features;

/** Ground counted once cannot be more than there is. */
export function refuseExcess(
  layer: LayerSnapshot,
  areaM2: number,
  countedM2: number,
  features: number,
): void {
  if (!(countedM2 - areaM2 <= excessBoundM2(areaM2, features))) throw mismatch(layer, areaM2, countedM2);
}

function divide(layer: LayerSnapshot, areaM2: number, sums: RawSums): Ground {
  const zero = 1e-6 + 1e-9 * areaM2;
  let featureSum = 0;
  for (const value of sums.features.values()) {
    if (!Number.isFinite(value) || value < -zero) throw mismatch(layer, areaM2, value);
    featureSum += value;
  }
  const covered = Math.min(sums.coveredM2, areaM2);
  if (sums.coveredM2 > areaM2 + excessBoundM2(areaM2, 1)) throw mismatch(layer, areaM2, sums.coveredM2);
  if (!layer.hasInnerOverlaps) refuseExcess(layer, areaM2, featureSum, sums.features.size);
  return divideKnown(layer, areaM2, sums.features, Math.min(featureSum, areaM2), covered);
}

/**
 * Divides ground once the union of the features is known (from the sum, or constructed where features overlap).
 * Parts are ≥ 0 and add up to the area; ground that neither features nor coverage explain is undetermined.
 */
export function divideKnown(
  layer: LayerSnapshot,
  areaM2: number,
  features: ReadonlyMap<number, number>,
  unionM2: number,
  coveredM2: number,
): Ground {
  const zero = 1e-6 + 1e-9 * areaM2;
  const declared = hasDeclaredCoverage(layer);
  const free = areaM2 - unionM2 <= zero ? 0 : areaM2 - unionM2;
  const beyond = declared ? (areaM2 - coveredM2 <= zero ? 0 : areaM2 - coveredM2) : free;
  // Features may reach beyond the coverage: then this is too much, never too little, until settleBeyondCoverage.
  const undetermined = layer.kind === 'partition' ? free : Math.min(beyond, free);
  const outside = free - undetermined <= zero ? 0 : free - undetermined;
  return {
    shapeAreaM2: areaM2,
    features,
    unionM2: Math.max(0, areaM2 - outside - undetermined),
    outsideM2: outside,
    undeterminedM2: undetermined,
    coveredM2,
    missingReason: undetermined > 0 ? reasonFor(layer, declared, free, beyond) : null,
  };
}

function reasonFor(
  layer: LayerSnapshot,
  declared: boolean,
  free: number,
  beyond: number,
): Ground['missingReason'] {
  if (layer.kind === 'cover') return declared ? 'outside-coverage' : 'no-coverage';
  return declared && free > beyond + 1e-3 ? 'gap' : 'outside-coverage';
}

function mismatch(layer: LayerSnapshot, areaM2: number, measured: number): AppError {
  return new AppError(
    'measure-mismatch',
    `layer ${layer.layerId} ${layer.version}: parts do not add up to the parcel`,
    {
      layer: layer.layerId,
      version: layer.version,
      areaM2,
      measured,
      detail: {
        zh: `图层 ${layer.layerId}（${layer.version}）的量算结果与宗地面积不闭合，已拒绝出具结论。请检查该图层版本的质检证书，重新导入后再试。`,
        en: `Measures against layer ${layer.layerId} (${layer.version}) do not add up to the parcel; no answer is given. Look at the version's quality certificate and import it again.`,
      },
    },
  );
}
