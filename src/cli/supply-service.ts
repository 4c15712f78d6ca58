/** Puts the supply room together: its parts from those of a check, and its documents as kinds of long work. */
import type { CheckParts } from '../checks/check-parts.js';
import type { Service } from '../http/service.js';
import type { Jobs } from '../jobs/jobs.js';
import { createBundles } from '../supply/create-bundles.js';
import { createFragments } from '../supply/create-fragments.js';
import { supplyPartsOf, supplyWatchOf } from '../supply/open-supply.js';

/** What the doors call of this room; long work of it goes through `jobs`. */
export function supplyService(
  parts: CheckParts,
  jobs: Jobs,
): Pick<Service, 'createBundles' | 'createFragments' | 'submitSupply'> {
  const supply = supplyPartsOf(parts);
  jobs.handle('bundles', async ({ input, params }, watch) => ({
    result: await createBundles(supply, { ...params, body: input! }, supplyWatchOf(watch)),
  }));
  jobs.handle('fragments', async ({ input, params }, watch) => ({
    result: await createFragments(supply, { ...params, body: input! }, supplyWatchOf(watch)),
  }));
  return {
    createFragments: (request, signal) => createFragments(supply, request, { signal }),
    createBundles: (request, signal) => createBundles(supply, request, { signal }),
    // the day is fixed when it is asked for: taken up again tomorrow, the work follows the same tables
    submitSupply: (kind, { body, ...params }) =>
      jobs.submit({ kind, params: { ...params, onDate: params.onDate ?? parts.today() }, input: body }),
  };
}
