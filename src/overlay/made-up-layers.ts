/** Keeps the made-up sample city out of answers as soon as real data is there: a made-up red line must not clear a real parcel. */
import type { LayerSnapshot, MissingLayer } from '../layers/layer-types.js';
import type { ParcelWarning } from '../parcels/parcel-types.js';
import { isPresent, type LayerOrMissing } from './measure-overlaps.js';

/** In front of the file name of every made-up layer: what tells it from real data in the registry. */
export const SAMPLE_MARK = 'sample-city/';

export const isMadeUp = (version: Pick<LayerSnapshot, 'sourceFile'>): boolean =>
  version.sourceFile.startsWith(SAMPLE_MARK);

/** Made-up versions beside a real one count as missing; all made up, or all real, stay as they are. */
export function withoutMadeUp(layers: readonly LayerOrMissing[]): {
  layers: LayerOrMissing[];
  warnings: ParcelWarning[];
} {
  const present = layers.filter(isPresent);
  const madeUp = present.filter(isMadeUp);
  if (madeUp.length === 0) return { layers: [...layers], warnings: [] };
  if (madeUp.length === present.length) return { layers: [...layers], warnings: [onlySample()] };
  const ids = madeUp.map((layer) => layer.layerId).join(', ');
  return {
    layers: layers.map((layer) => (isPresent(layer) && isMadeUp(layer) ? toMissing(layer) : layer)),
    warnings: [
      {
        code: 'sample-layers-ignored',
        detail: {
          zh: `图层 ${ids} 仍是虚构的示例数据，与真实数据并存时不参与判定，按缺少图层处理；请导入真实数据。`,
          en: `Layers ${ids} still hold the made-up sample data; beside real data they count as missing. Import real data.`,
        },
      },
    ],
  };
}

const toMissing = ({ layerId, kind, nameZh, nameEn }: LayerSnapshot): MissingLayer => ({
  ...{ layerId, status: 'missing', kind, nameZh, nameEn },
});

const onlySample = (): ParcelWarning => ({
  code: 'sample-data',
  detail: {
    zh: '本次预检使用虚构的示例城市数据，结论不得用于实际工作。',
    en: 'This check used the made-up sample city; its answer must not be used for real work.',
  },
});
