/** Which layer of a file the parcels are in: the only one with polygons, or the one that was asked for; never a guess. */
import { AppError } from '../core/errors.js';
import type { VectorFile, VectorLayer } from '../formats/vector-types.js';
import { parcelFault, refuse } from './parcel-faults.js';

/** Throws `bad-parameter` with the layers to choose from, or `bad-parcel` where there is none. */
export function chooseLayer(file: VectorFile, asked: string | undefined): VectorLayer {
  const { layers } = file;
  const able = layers.filter((layer) => layer.areal !== false);
  if (asked !== undefined) {
    const wanted = asked.trim().toLowerCase();
    const named = layers.filter(({ id, name, alias }) =>
      [id, name, alias].some((one) => one?.toLowerCase() === wanted),
    );
    const [only] = named;
    if (only && named.length === 1) return only;
    throw refuse('unknown-layer', '?layer', { asked, list: listNames(layers) });
  }
  const filled = able.filter(
    ({ kind, featureCount }) => featureCount > 0 || kind === 'geojson' || kind === 'txt',
  );
  const [only] = filled.length > 0 ? filled : able;
  if (!only) throw noLayer(file);
  if (filled.length > 1) throw chooseOne(filled);
  return only;
}

const listNames = (layers: readonly VectorLayer[]): string =>
  layers.length > 0 ? layers.map(({ id }) => `“${id}”`).join('、') : '—';

function chooseOne(layers: readonly VectorLayer[]): AppError {
  const errors = layers.map(({ id, kind, featureCount }) =>
    parcelFault('choose-layer', '?layer', { id, kind, count: featureCount }),
  );
  const ids = listNames(layers);
  return new AppError('bad-parameter', `${layers.length} polygon layers to choose from`, {
    detail: {
      zh: `文件中有 ${layers.length} 个面图层：${ids}。请用 layer 参数选择其一。`,
      en: `The file holds ${layers.length} polygon layers: ${ids}. Choose one with the parameter layer.`,
    },
    errors: errors.slice(0, 100),
  });
}

function noLayer({ layers, unusable }: VectorFile): AppError {
  const found = layers.length > 0 ? ` (${listNames(layers)})` : '';
  const faults = unusable.map(({ name, why }) =>
    parcelFault('unusable-data', name, { name, whyZh: why.zh, whyEn: why.en }),
  );
  const first = parcelFault('no-polygon-layer', '', { found });
  const more = faults[0]?.detail ?? { zh: '', en: '' };
  return new AppError('bad-parcel', 'no polygon layer', {
    detail: { zh: `${first.detail.zh}${more.zh}`, en: `${first.detail.en} ${more.en}`.trim() },
    errors: [first, ...faults].slice(0, 100),
  });
}
