/** The laboratory of the sample city as layers of its own: the same table, without the city around it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { LAB_ORIGIN, LAB_SIZE, type LabPatch, labPatches } from '../../sample-data/laboratory.js';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { packageRoot } from '../../src/core/package-root.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { describeLayers } from '../../src/layers/describe-layers.js';
import { withoutMadeUp } from '../../src/overlay/made-up-layers.js';
import type { SupplyParts } from '../../src/supply/supply-parts.js';
import { checkParts } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { feature } from '../layers/made-layers.js';
import { loadRings } from '../overlay/made-ground.js';

/** The ring in metres of EPSG:4526. */
export const closedRing = (ring: readonly (readonly [number, number])[]): [number, number][] =>
  [...ring, ring[0]!].map(([x, y]) => [LAB_ORIGIN.x + x, LAB_ORIGIN.y + y]);

export const cornersOf = ([x0, y0, x1, y1]: NonNullable<MadeParcel['box']>): [number, number][] => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

const boxOf = (box: LabPatch['box']): MultiPolygonRings => [[closedRing(cornersOf(box))]];

const lab = boxOf([0, 0, LAB_SIZE.x, LAB_SIZE.y]);

type Parts = { db: Database; geos: GeosPool };

/** A later rectangle cuts a window into an earlier one; what none covers is the road. */
async function patches({ geos }: Parts): Promise<{ patch: LabPatch; rings: MultiPolygonRings }[]> {
  const boxes = labPatches.map((patch) => boxOf(patch.box));
  const cut = await Promise.all(
    labPatches.map(async (patch, i) => {
      const later = boxes.slice(i + 1);
      const rings = later.length > 0 ? await geos.difference(boxes[i]!, await geos.union(later)) : boxes[i]!;
      return { patch, rings };
    }),
  );
  const road = await geos.difference(lab, await geos.union(boxes));
  return [...cut, { patch: { box: [0, 0, 0, 0], dlbm: '1006' }, rings: road }];
}

async function loadLaboratory(
  parts: Parts,
  layers: readonly string[] = ['czkfbj', 'dltb', 'xzq'],
): Promise<void> {
  const all = await patches(parts);
  const load = (id: string, features: ReturnType<typeof feature>[]) =>
    loadRings(parts, id, features, { coverage: lab, dataDate: '2024-12-31' });
  const inside = all.filter(({ patch }) => patch.zone);
  if (layers.includes('czkfbj')) {
    await load(
      'czkfbj',
      inside.map(({ patch, rings }, i) => feature(rings, { BSM: `Z${i}`, GHFQMC: patch.zone })),
    );
  }
  if (layers.includes('dltb')) {
    await load(
      'dltb',
      all.map(({ patch, rings }, i) => feature(rings, { BSM: `D${i}`, DLBM: patch.dlbm, KCXS: 0 })),
    );
  }
  if (layers.includes('xzq'))
    await load('xzq', [feature(lab, { BSM: 'X', XZQDM: '410891001001', XZQMC: '甲镇' })]);
}

export function supplyParts(db: Database, geos: GeosPool): SupplyParts {
  const parts = checkParts(db, geos);
  return {
    ...parts,
    findGround: async (layerIds, asOf) => {
      const { layers, warnings } = withoutMadeUp(await describeLayers(db, layerIds, asOf));
      return { layers, warnings, jurisdiction: await parts.districts.groundOf(db, layers) };
    },
  };
}

export interface Laboratory {
  db: Database;
  geos: GeosPool;
  parts: SupplyParts;
}

/** A database that holds the laboratory and nothing else, for the tests of one file. */
export function openLaboratory(): Laboratory {
  const laboratory = { geos: new GeosPool({ workers: 2 }) } as Laboratory;
  beforeAll(async () => {
    laboratory.db = await openTestDatabase();
    await reloadLaboratory(laboratory);
  });
  afterAll(() => laboratory.geos.close());
  return laboratory;
}

/** Everything anew, or the layers named alone. */
export async function reloadLaboratory(laboratory: Laboratory, layers?: readonly string[]): Promise<void> {
  const { db, geos } = laboratory;
  await resetTables(db);
  await loadLaboratory({ db, geos }, layers);
  laboratory.parts = supplyParts(db, geos);
}

/** A file of the curated parcels. */
export const curatedParcels = (name: string): Buffer =>
  readFileSync(join(packageRoot, 'sample-data', 'parcels', name));

export interface MadeParcel {
  id: string;
  role?: string;
  landUse?: string;
  /** x0, y0, x1, y1 in laboratory metres. */
  box?: readonly [number, number, number, number];
  /** Instead of a box: an open ring in laboratory metres. */
  ring?: readonly (readonly [number, number])[];
}

/** A FeatureCollection in EPSG:4526. */
export const parcelsFile = (parcels: readonly MadeParcel[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: 'FeatureCollection',
      features: parcels.map(({ id, box, ring, ...properties }) => ({
        type: 'Feature',
        id,
        properties,
        geometry: { type: 'Polygon', coordinates: [closedRing(ring ?? cornersOf(box!))] },
      })),
    }),
  );

/** A rectangle [x0, y0, x1, y1] turned about a point, in metres of EPSG:4526. */
export function turnedBlock(
  turn: number,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
): MultiPolygonRings {
  const at = (x: number, y: number): Position => [
    38_430_000 + x * Math.cos(turn) - y * Math.sin(turn),
    3_898_000 + x * Math.sin(turn) + y * Math.cos(turn),
  ];
  return [[[at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)]]];
}
