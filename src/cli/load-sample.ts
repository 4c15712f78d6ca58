/** Fills an empty registry with the made-up city, so that the first check works. Never touches a registry with real data. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CityLayer,
  DEFAULT_PATCHES,
  DEFAULT_SEED,
  generateCity,
} from '../../sample-data/generate-city.js';
import type { LayerInfo, Progress, Service } from '../http/service.js';
import { isMadeUp, SAMPLE_MARK } from '../overlay/made-up-layers.js';

type Report = (progress: Progress) => void;

export const isSample = (layer: LayerInfo): boolean => layer.active !== null && isMadeUp(layer.active);

/** The city's files, made but not yet imported. */
export interface SampleCity {
  layers: readonly CityLayer[];
  folder: string;
}

/** Writes the city's files to a folder of their own below `tempDir`; whoever asked removes it. */
export async function makeSampleCity(tempDir: string, onProgress: Report): Promise<SampleCity> {
  const folder = await mkdtemp(join(tempDir, 'onemap-sample-'));
  const city = await generateCity({
    patches: DEFAULT_PATCHES,
    seed: DEFAULT_SEED,
    outDir: folder,
    onProgress: ({ patches, total }) =>
      onProgress({ step: { zh: '生成示例城市', en: 'making the sample city' }, done: patches, total }),
  });
  return { layers: city.layers, folder };
}

/**
 * Imports what is missing of the city when nothing but the city is there: a start that was killed half way is
 * finished by the next one. Answers whether anything was imported.
 */
export async function loadSampleCity(
  service: Service,
  makeCity: () => Promise<SampleCity>,
  onProgress: Report,
): Promise<boolean> {
  const layers = await service.listLayers();
  if (layers.some((layer) => layer.active && !isSample(layer))) return false;
  const present = new Set(layers.filter(isSample).map((layer) => layer.id));
  // the districts are imported first and the last layer of the city closes the load: complete means nothing to do
  if (present.has(lastLayer)) return false;
  const city = await makeCity();
  const missing = inLoadOrder(city.layers).filter((layer) => !present.has(layer.id));
  for (const layer of missing) await importLayer(service, city.folder, layer, onProgress);
  return missing.length > 0;
}

const lastLayer = 'dltb';
const rank = (layer: CityLayer): number => (layer.id === 'xzq' ? 0 : layer.id === lastLayer ? 2 : 1);

const inLoadOrder = (layers: readonly CityLayer[]): CityLayer[] =>
  [...layers].sort((a, b) => rank(a) - rank(b));

async function importLayer(
  service: Service,
  folder: string,
  { id, file, dataDate, coverage }: CityLayer,
  onProgress: Report,
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
