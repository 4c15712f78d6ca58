/** Puts the supply room together: its parts from those of a check, and its documents as kinds of long work. */
import type { CheckParts } from '../checks/check-parts.js';
import type { Bilingual } from '../core/errors.js';
import type { Service } from '../http/service.js';
import type { JobWatch } from '../jobs/job-types.js';
import type { Jobs } from '../jobs/jobs.js';
import { describeLayers } from '../layers/describe-layers.js';
import { withoutMadeUp } from '../overlay/made-up-layers.js';
import { createBundles } from '../supply/create-bundles.js';
import { createFragments } from '../supply/create-fragments.js';
import type { SupplyParts, SupplyProgress, SupplyWatch } from '../supply/supply-parts.js';

/** Real layers are told from made-up ones as checks do. */
const supplyPartsOf = (parts: CheckParts): SupplyParts => ({
  ...parts,
  findGround: async (layerIds, asOf) => {
    const { layers, warnings } = withoutMadeUp(await describeLayers(parts.db, layerIds, asOf));
    return { layers, warnings, jurisdiction: await parts.districts.groundOf(parts.db, layers) };
  },
});

const steps: Readonly<Record<SupplyProgress['step'], Bilingual>> = {
  reading: { zh: '读取地块', en: 'reading parcels' },
  adjacency: { zh: '相邻关系', en: 'adjacency' },
  layers: { zh: '图层叠加', en: 'layers' },
  bundles: { zh: '组合', en: 'bundles' },
  proposals: { zh: '推荐方案', en: 'proposals' },
  fragments: { zh: '零星地块', en: 'fragments' },
};

const watchOf = ({ signal, onProgress }: JobWatch): SupplyWatch => ({
  signal,
  onProgress: ({ step, done, total }) => onProgress({ step: steps[step], done, total }),
});

/** What the doors call of this room; long work of it goes through `jobs`. */
export function supplyService(
  parts: CheckParts,
  jobs: Jobs,
): Pick<Service, 'createBundles' | 'createFragments' | 'submitSupply'> {
  const supply = supplyPartsOf(parts);
  jobs.handle('bundles', async ({ input, params }, watch) => ({
    result: await createBundles(supply, { ...params, body: input! }, watchOf(watch)),
  }));
  jobs.handle('fragments', async ({ input, params }, watch) => ({
    result: await createFragments(supply, { ...params, body: input! }, watchOf(watch)),
  }));
  return {
    createFragments: (request, signal) => createFragments(supply, request, { signal }),
    createBundles: (request, signal) => createBundles(supply, request, { signal }),
    // the day is fixed when it is asked for: taken up again tomorrow, the work follows the same tables
    submitSupply: (kind, { body, ...params }) =>
      jobs.submit({ kind, params: { ...params, onDate: params.onDate ?? parts.today() }, input: body }),
  };
}
