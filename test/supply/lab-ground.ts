/** The laboratory of the sample city as layers of its own: the same table, without the city around it. */
import { LAB_ORIGIN, LAB_SIZE, type LabPatch, labPatches } from '../../sample-data/laboratory.js';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import type { Database } from '../../src/database/sql.js';
import type { GeosPool } from '../../src/geometry/geos-pool.js';
import { describeLayers } from '../../src/layers/describe-layers.js';
import { withoutMadeUp } from '../../src/overlay/made-up-layers.js';
import type { SupplyParts } from '../../src/supply/supply-parts.js';
import { checkParts } from '../checks/made-checks.js';
import { feature } from '../layers/made-layers.js';
import { loadRings } from '../overlay/made-ground.js';

const boxOf = ([x0, y0, x1, y1]: LabPatch['box']): MultiPolygonRings => {
  const [x, y] = [LAB_ORIGIN.x, LAB_ORIGIN.y];
  return [
    [
      [
        [x + x0, y + y0],
        [x + x1, y + y0],
        [x + x1, y + y1],
        [x + x0, y + y1],
        [x + x0, y + y0],
      ],
    ],
  ];
};

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

export async function loadLaboratory(
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
