/** Small builders that every measure's outcome is put together with: figures, bases, used layers, drawn geometry. */
import { crsTable } from '../core/crs.js';
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toLonLat } from '../geometry/planes.js';
import type { LayerOrMissing } from '../overlay/measure-overlaps.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import type { FindingSource } from '../policy/policy-types.js';
import type {
  AnswerFeature,
  AnswerGeometry,
  Figure,
  MissingInput,
  Outcome,
  UsedLayer,
} from './measure-types.js';

export const say = (zh: string, en: string): Bilingual => ({ zh, en });

export const basis = {
  ellipsoid: say('椭球面积（国土调查办发〔2008〕32号算法，CGCS2000）', 'official ellipsoid area, CGCS2000'),
  submitted: say('按提交的数值', 'as submitted'),
  computed: say('由提交的数值精确计算', 'computed exactly from what was submitted'),
  plane: (epsg: number): Bilingual => say(`3 度带平面，EPSG:${epsg}`, `3° zone plane, EPSG:${epsg}`),
} as const;

export const figure = (
  id: string,
  zh: string,
  en: string,
  value: number | null,
  unit: Figure['unit'],
  base: Bilingual | null = null,
): Figure => ({ id, label: { zh, en }, value, unit, basis: base });

type Needed = 'verdict' | 'sentence' | 'sources';

/** An outcome with everything that a measure does not have left empty. */
export const outcome = <Result>(
  given: Pick<Outcome<Result>, Needed> & Partial<Outcome<Result>>,
): Outcome<Result> => ({
  thresholds: [],
  figures: [],
  missing: [],
  layers: [],
  warnings: [],
  result: null,
  geometry: null,
  ...given,
});

/** What a measure hands back once it has found faults; nobody sees it, `run-measure.ts` refuses instead. */
export const refused = (): Outcome =>
  outcome({ verdict: 'undetermined', sentence: say('', ''), sources: [] });

/** The answer to an input from which something is missing: what, and nothing else. */
export function undetermined(sources: readonly FindingSource[], missing: readonly MissingInput[]): Outcome {
  const list = missing.map(({ pointer }) => pointer).join('、');
  return outcome({
    verdict: 'undetermined',
    sentence: say(
      `缺少判定所需的输入（${list}），无法判定。`,
      `Inputs are missing (${list}); nothing can be determined.`,
    ),
    sources,
    missing,
  });
}

export function usedLayer(layer: LayerOrMissing): UsedLayer {
  const { layerId: id, nameZh, nameEn } = layer;
  if (!isPresent(layer)) {
    return { id, version: null, dataDate: null, sha256: null, status: 'missing', nameZh, nameEn };
  }
  const { version, dataDate, sha256, status } = layer;
  return { id, version, dataDate, sha256, status, nameZh, nameEn };
}

/** Rings of a 3° zone as a feature of the answer. */
export function drawn(
  id: string,
  plane: MultiPolygonRings,
  epsg: number,
  properties: AnswerFeature['properties'],
): AnswerFeature {
  const coordinates = roundDegrees(toLonLat(plane, crsTable.get(epsg)!));
  return { type: 'Feature', id, geometry: { type: 'MultiPolygon', coordinates }, properties };
}

export const collection = (features: readonly AnswerFeature[]): AnswerGeometry | null =>
  features.length === 0 ? null : { type: 'FeatureCollection', features };

/** Ten decimals of a degree (0.01 mm): at fewer, areas measured again from the export drift. */
export const roundDegrees = (rings: MultiPolygonRings): MultiPolygonRings =>
  rings.map((polygon) =>
    polygon.map((ring) =>
      ring.map(([x, y]) => [Math.round(x * 1e10) / 1e10, Math.round(y * 1e10) / 1e10] as const),
    ),
  );

/** Figures of two decimals are added as integers, so that printed columns close. */
export const sumM2 = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.round(value * 100), 0) / 100;

export const print = (value: number): string => value.toFixed(2);
