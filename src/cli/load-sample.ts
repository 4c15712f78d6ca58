/** Fills an empty registry with the made-up city, so that the first check works. Never touches a registry with real data. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CityLayer,
  DEFAULT_PATCHES,
  DEFAULT_SEED,
  generateCity,
} from '../../sample-data/generate-city.js';
import { isMadeUp, SAMPLE_MARK } from '../checks/made-up-layers.js';
import type { LayerInfo, Progress, Service } from '../http/service.js';

export const isSample = (layer: LayerInfo): boolean => layer.active !== null && isMadeUp(layer.active);

/**
 * Imports what is missing of the city when nothing but the city is there: a start that was killed half way is
 * finished by the next one. Answers whether anything was imported.
 */
export async function loadSampleCity(
  service: Service,
  tempDir: string,
  onProgress: (progress: Progress) => void,
): Promise<boolean> {
  const layers = await service.listLayers();
  if (layers.some((layer) => layer.active && !isSample(layer))) return false;
  const present = new Set(layers.filter(isSample).map((layer) => layer.id));
  // the districts are imported first and the last layer of the city closes the load: complete means nothing to do
  if (present.has(lastLayer)) return false;
  const folder = await mkdtemp(join(tempDir, 'onemap-sample-'));
  try {
    const city = await generateCity({
      patches: DEFAULT_PATCHES,
      seed: DEFAULT_SEED,
      outDir: folder,
      onProgress: ({ patches, total }) =>
        onProgress({ step: { zh: '生成示例城市', en: 'making the sample city' }, done: patches, total }),
    });
    const missing = inLoadOrder(city.layers).filter((layer) => !present.has(layer.id));
    for (const layer of missing) await importLayer(service, folder, layer, onProgress);
    return missing.length > 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const lastLayer = 'dltb';
const rank = (layer: CityLayer): number => (layer.id === 'xzq' ? 0 : layer.id === lastLayer ? 2 : 1);

const inLoadOrder = (layers: readonly CityLayer[]): CityLayer[] =>
  [...layers].sort((a, b) => rank(a) - rank(b));

async function importLayer(
  service: Service,
  folder: string,
  { id, file, dataDate, coverage }: CityLayer,
  onProgress: (progress: Progress) => void,
): Promise<void> {
  const declared = coverage === 'own-union' ? {} : { coverage: { polygonFile: join(folder, coverage) } };
  const source = { path: join(folder, file), name: `${SAMPLE_MARK}${file}` };
  await service.importLayer(id, source, { dataDate, ...declared }, undefined, (progress) =>
    onProgress({
      ...progress,
      step: { zh: `载入示例图层 ${id}：${progress.step.zh}`, en: `sample layer ${id}: ${progress.step.en}` },
    }),
  );
}
