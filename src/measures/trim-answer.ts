/** The words and the verdict of a trimmed parcel, and its coordinates as a submission that can be checked or written as TXT. */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { isPresent, type LayerOrMissing } from '../overlay/measure-overlaps.js';
import type { Verdict } from '../policy/policy-types.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import { drawn, print, say, sumM2 } from './answer.js';
import type { AnswerFeature, MissingInput } from './measure-types.js';
import type { Avoided } from './prohibited-layers.js';
import type { Trimmed } from './trim-types.js';

export function trimVerdict(trimmed: readonly Trimmed[], layers: readonly LayerOrMissing[]): Verdict {
  const rows = trimmed.flatMap((one) => one.remaining);
  const nothing = trimmed.every((one) => one.rings.length === 0);
  if (nothing || rows.some((row) => row.areaM2 > 0 && !row.noise) || trimmed.some((one) => !one.valid))
    return 'prohibited';
  const unknown = rows.some((row) => row.undeterminedM2 > 0 && !row.undeterminedNoise);
  if (unknown || layers.length === 0 || layers.some((layer) => !isPresent(layer))) return 'undetermined';
  return trimmed.some((one) => one.rings.length === 0) ? 'attention' : 'clear';
}

export function trimSentence(
  verdict: Verdict,
  trimmed: readonly Trimmed[],
  layers: readonly LayerOrMissing[],
  pack: ResolvedRulePack,
): Bilingual {
  const names = layers.map((layer) => layer.nameZh).join('、');
  const namesEn = layers.map((layer) => layer.nameEn).join(', ');
  const lost = sumM2(trimmed.flatMap((one) => one.lost.map(({ areaM2 }) => areaM2)));
  const dropped = sumM2(trimmed.map((one) => one.droppedM2));
  const left = sumM2(trimmed.map((one) => one.trimmedM2));
  const remaining = sumM2(trimmed.flatMap((one) => one.remaining.map(({ areaM2 }) => areaM2)));
  const unknown = sumM2(trimmed.flatMap((one) => one.remaining.map(({ undeterminedM2 }) => undeterminedM2)));
  const head = `建议：扣除${names || '（无）'} ${print(lost)} ㎡，剔除碎片 ${print(dropped)} ㎡，`;
  const headEn = `Suggestion: ${print(lost)} m² lost to ${namesEn || 'nothing'}, ${print(dropped)} m² of small parts dropped; `;
  const noise = pack.layers[0]?.ignoreBelow.widthM ?? 0.002;
  if (left === 0) return say(`${head}没有可保留的部分。`, `${headEn}nothing is left.`);
  switch (verdict) {
    case 'prohibited':
      return say(
        `${head}保留 ${print(left)} ㎡，但复核后仍有冲突 ${print(remaining)} ㎡ 或图形无效，不得直接使用。`,
        `${headEn}${print(left)} m² remain, but ${print(remaining)} m² of conflict or invalid geometry are left: not to be used as it is.`,
      );
    case 'undetermined':
      return say(
        `${head}保留 ${print(left)} ㎡，其中 ${print(unknown)} ㎡ 缺少数据或图层，无法判定是否冲突。`,
        `${headEn}${print(left)} m² remain; for ${print(unknown)} m² data or layers are missing, so a conflict cannot be excluded.`,
      );
    default:
      return say(
        `${head}保留 ${print(left)} ㎡；复核剩余冲突 ${print(remaining)} ㎡（边界误差宽度 ${noise} 米以内），建议方案须经申请人确认后重新预检。`,
        `${headEn}${print(left)} m² remain; remaining conflict ${print(remaining)} m² (within the border noise of ${noise} m). Check the parcel again once the applicant agrees.`,
      );
  }
}

export const missingLayers = (layers: readonly LayerOrMissing[]): MissingInput[] =>
  layers
    .filter((layer) => !isPresent(layer))
    .map(({ layerId, nameZh, nameEn }) => ({
      pointer: '',
      detail: say(
        `缺少图层：${nameZh}（${layerId}），请先导入。`,
        `The layer ${nameEn} (${layerId}) is missing; import it first.`,
      ),
    }));

export const otherRulesWarning = ({ otherRules }: Avoided) =>
  otherRules.length === 0
    ? []
    : [
        {
          code: 'rules-not-cleared',
          detail: say(
            `规则 ${otherRules.join('、')} 禁止的不是整个图层，本建议没有处理，请以重新预检为准。`,
            `The rules ${otherRules.join(', ')} prohibit something else than a whole layer; this suggestion does not clear them: check again.`,
          ),
        },
      ];

export function tailsWarning({ parcel, narrow }: Trimmed, widthM: number) {
  if (narrow.length === 0) return [];
  const areaM2 = print(sumM2(narrow.map((one) => one.areaM2)));
  const detail = say(
    `地块“${parcel.id}”保留部分有 ${narrow.length} 处窄于 ${widthM} 米的狭长尾部（合计 ${areaM2} ㎡），未剔除，见 narrow。`,
    `What is kept of "${parcel.id}" has ${narrow.length} tails thinner than ${widthM} m (${areaM2} m² in all); they were not cut off, see narrow.`,
  );
  return [{ code: 'narrow-tails', detail }];
}

/** GeoJSON with a `crs` member, all of one zone: can be sent to a check as it is, and is written as 国土 TXT. */
export function planeCollection(
  parts: readonly {
    id: string;
    rings: MultiPolygonRings;
    epsg: number;
    properties: Readonly<Record<string, unknown>>;
  }[],
): object {
  const shown = parts.filter(({ rings }) => rings.length > 0);
  return {
    type: 'FeatureCollection',
    crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${shown[0]?.epsg ?? 4490}` } },
    features: shown.map(({ id, rings, properties }) => ({
      type: 'Feature',
      id,
      properties,
      geometry: { type: 'MultiPolygon', coordinates: rings },
    })),
  };
}

/** What is kept, dropped, thin and lost, as features of the answer. */
export function drawTrimmed({ parcel, rings, lost, trimmedM2, ...thin }: Trimmed): AnswerFeature[] {
  const { id, planeEpsg } = parcel;
  const taken = lost.filter((one) => one.rings.length > 0);
  const parts = (['dropped', 'narrow'] as const).flatMap((part) =>
    thin[part].map((one, i) => {
      const { areaM2, widthM } = one;
      return drawn(`${id}/${part}-${i + 1}`, one.rings, planeEpsg, { part, areaM2, widthM });
    }),
  );
  return [
    ...(rings.length > 0 ? [drawn(id, rings, planeEpsg, { part: 'trimmed', areaM2: trimmedM2 })] : []),
    ...parts,
    ...taken.map(({ layer, areaM2, rings: of }) =>
      drawn(`${id}/${layer}`, of, planeEpsg, { part: 'lost', layer, areaM2 }),
    ),
  ];
}
