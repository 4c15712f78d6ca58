/** Checks for tests: the parts of a process with empty caches, and a request for parcels of rectangles. */

import type { CheckParts, CheckRequest } from '../../src/checks/check-parts.js';
import type { Check, CheckOverlay, CheckParcel } from '../../src/checks/check-types.js';
import { createCheck } from '../../src/checks/create-check.js';
import type { Database } from '../../src/database/sql.js';
import type { GeosPool } from '../../src/geometry/geos-pool.js';
import { FeatureCache } from '../../src/overlay/feature-cache.js';
import { KnownGround } from '../../src/overlay/known-ground.js';
import { TileCache } from '../../src/overlay/tile-cache.js';
import { defaultParcelLimits } from '../../src/parcels/parcel-types.js';
import { builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import { type Box, bodyOf, loadLayer, type MadeLayer } from '../overlay/made-ground.js';

export const checkParts = (db: Database, geos: GeosPool): CheckParts => ({
  db,
  geos,
  tiles: new TileCache(64e6),
  features: new FeatureCache(10_000),
  districts: new KnownGround(),
  limits: defaultParcelLimits,
  maxPairs: 100_000,
  policy: builtInRulePacks(),
  versions: { test: '1' },
  today: () => '2025-06-01',
});

export const requestFor = (
  parcels: Parameters<typeof bodyOf>[0],
  options: Partial<CheckRequest> = {},
): CheckRequest => ({
  body: bodyOf(parcels),
  contentType: 'application/geo+json',
  crs: 'EPSG:4526',
  stage: 'pre-review',
  verify: false,
  ...options,
});

/** Makes a check and reads its answer as it was stored. */
export const makeCheck = async (...given: Parameters<typeof createCheck>): Promise<Check> =>
  JSON.parse((await createCheck(...given)).answer.toString());

/** Checks one parcel of boxes. */
export const checkBoxes = (
  parts: CheckParts,
  boxes: readonly Box[],
  options: Partial<CheckRequest> = {},
): Promise<Check> => makeCheck(parts, requestFor([{ boxes }], options));

export function overlayOf(check: Check, layer: string, parcel = 0): CheckOverlay {
  const found = check.parcels[parcel]?.overlays.find((overlay) => overlay.layer === layer);
  if (!found) throw new Error(`the check says nothing about ${layer}`);
  return found;
}

export const findingsOf = (parcel: CheckParcel | undefined, layer: string): CheckParcel['findings'] =>
  parcel?.findings.filter((finding) => finding.layer === layer) ?? [];

const wide: readonly Box[] = [[-3000, -3000, 10_000, 10_000]];

/**
 * A small town: all layers cover all of it. Inside the boundary (y from 0 to 1000) construction land (0601) up to
 * x = 500, farmland (0102) up to 1000, permanent from 700 on, a road from there; a red line from -600 to -100.
 */
export const town: Readonly<Record<string, MadeLayer>> = {
  xzq: {
    dataDate: '2024-12-31',
    features: [{ boxes: wide, properties: { BSM: 'X', XZQDM: '410802', XZQMC: '甲区' } }],
  },
  czkfbj: {
    dataDate: '2024-12-31',
    coverage: wide,
    features: [{ boxes: [[-1000, 0, 2500, 1000]], properties: { BSM: 'Z', GHFQMC: '城镇集中建设区' } }],
  },
  stbhhx: {
    dataDate: '2024-12-31',
    coverage: wide,
    features: [{ boxes: [[-600, 0, 500, 1000]], properties: { BSM: 'R', LHLX: '水源涵养' } }],
  },
  yjjbnt: {
    dataDate: '2024-12-31',
    coverage: wide,
    features: [
      { boxes: [[700, 0, 300, 1000]], properties: { BSM: 'Y', DLBM: '0102', KCXS: 0.1, YJJBNTMJ: 1 } },
    ],
  },
  dltb: {
    dataDate: '2024-12-31',
    coverage: wide,
    features: [
      { boxes: [[-3000, -3000, 3500, 10_000]], properties: { BSM: 'D1', DLBM: '0601', KCXS: 0 } },
      { boxes: [[500, -3000, 500, 10_000]], properties: { BSM: 'D2', DLBM: '0102', KCXS: 0.1 } },
      { boxes: [[1000, -3000, 6000, 10_000]], properties: { BSM: 'D3', DLBM: '1006', KCXS: 0 } },
    ],
  },
};

export async function loadTown(
  parts: { db: Database; geos: GeosPool },
  layers: Readonly<Record<string, MadeLayer>> = town,
): Promise<void> {
  for (const [layerId, layer] of Object.entries(layers)) await loadLayer(parts, layerId, layer);
}
