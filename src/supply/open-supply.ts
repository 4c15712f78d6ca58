/** This room's parts and its watch, from what the process holds and from the watch of a job. */
import type { Bilingual } from '../core/errors.js';
import { describeLayers } from '../layers/describe-layers.js';
import type { KnownGround } from '../overlay/known-ground.js';
import { withoutMadeUp } from '../overlay/made-up-layers.js';
import type { SupplyParts, SupplyProgress, SupplyWatch } from './supply-parts.js';

/** The parts of a check fit by shape. Real layers are told from made-up ones as checks do. */
export const supplyPartsOf = (
  parts: Omit<SupplyParts, 'findGround'> & { districts: KnownGround },
): SupplyParts => ({
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
  joining: { zh: '合并现状建设用地', en: 'joining construction land' },
  fragments: { zh: '零星地块', en: 'fragments' },
};

interface NamedWatch {
  signal: AbortSignal;
  onProgress(progress: { step: Bilingual; done: number; total: number }): void;
}

/** The steps named for people, as jobs tell them. */
export const supplyWatchOf = ({ signal, onProgress }: NamedWatch): SupplyWatch => ({
  signal,
  onProgress: ({ step, done, total }) => onProgress({ step: steps[step], done, total }),
});
