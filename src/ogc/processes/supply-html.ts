/** Bundles and fragments as people read them: which, on what ground, in which words, on a map. */
import type { Bilingual } from '../../core/errors.js';
import { fragmentVerdicts, relationWords, standingWords } from '../../supply/answer-words.js';
import type { Adjacency, Bundle, BundleAnswer, BundleParcel } from '../../supply/bundle-types.js';
import type { Fragment, FragmentAnswer } from '../../supply/fragment-types.js';
import { drawMap } from '../common/map.js';
import { type Cell, escapeHtml, say } from '../common/pages.js';
import { verdictSpan } from '../common/shown-values.js';
import type { Language } from '../standard.js';
import { hundredths, list, part, verdictLine } from './result-parts.js';

/** An answer whose texts are in one language. */
type InOne<T> = T extends Bilingual
  ? string
  : T extends readonly (infer Item)[]
    ? readonly InOne<Item>[]
    : T extends object
      ? { [Key in keyof T]: InOne<T[Key]> }
      : T;

/** Nothing for an answer of another kind. */
export function supplyHtml(answer: object, language: Language): string {
  if ('bundles' in answer) return bundlesHtml(answer as InOne<BundleAnswer>, language);
  if ('fragments' in answer) return fragmentsHtml(answer as InOne<FragmentAnswer>, language);
  return '';
}

const mapOf = (
  rows: readonly { id: string; outline: { coordinates: unknown } }[],
  language: Language,
): string =>
  drawMap(
    rows.map(({ id, outline }) => ({ label: id, coordinates: outline.coordinates as number[][][][] })),
    language,
  );

function bundlesHtml(
  { areaBasis, bundles, parcels, adjacency }: InOne<BundleAnswer>,
  language: Language,
): string {
  return [
    `<p>${escapeHtml(areaBasis)}</p>`,
    mapOf(bundles, language),
    bundlesTable(bundles, language),
    bundleParcels(parcels, language),
    adjacencyTable(adjacency, language),
  ].join('');
}

function bundlesTable(bundles: readonly InOne<Bundle>[], language: Language): string {
  const head = [
    say(language, '组合', 'Bundle'),
    say(language, '地块', 'Parcels'),
    say(language, '结论', 'Standing'),
    say(language, '面积（㎡）', 'Area (m²)'),
    say(language, '亩', 'mu'),
    say(language, '理由', 'Reasons'),
  ];
  const rows = bundles.map((one): Cell[] => [
    ...[one.id, one.parcels.join(say(language, '、', ', ')), standingWords[one.standing][language]],
    ...[hundredths(one.areaM2), hundredths(one.mu)],
    one.reasons.map(({ detail }) => detail).join(' '),
  ]);
  return part(say(language, '地块组', 'Bundles'), head, rows, language);
}

function bundleParcels(parcels: readonly InOne<BundleParcel>[], language: Language): string {
  const head = [
    say(language, '地块', 'Parcel'),
    say(language, '用途', 'Use'),
    say(language, '面积（㎡）', 'Area (m²)'),
    say(language, '开发边界内', 'Inside the boundary'),
    say(language, '边界外', 'Outside'),
    say(language, '无法判定', 'Undetermined'),
    say(language, '结论', 'Standing'),
  ];
  const rows = parcels.map((one): Cell[] => [
    ...[one.id, [one.landUse, one.useLabel].filter((text) => text !== null).join(' ')],
    ...[one.areaM2, one.insideM2, one.outsideM2, one.undeterminedM2].map(hundredths),
    standingWords[one.standing][language],
  ]);
  return part(say(language, '地块', 'Parcels'), head, rows, language);
}

function adjacencyTable(adjacency: readonly InOne<Adjacency>[], language: Language): string {
  const head = [
    say(language, '甲', 'A'),
    say(language, '乙', 'B'),
    say(language, '关系', 'Kind'),
    say(language, '共边（米）', 'Edge (m)'),
    say(language, '最小间距（米）', 'Gap (m)'),
    say(language, '重叠（㎡）', 'Overlap (m²)'),
  ];
  const rows = adjacency.map((row): Cell[] => [
    ...[row.a, row.b, relationWords(row)[language]],
    ...[hundredths(row.sharedEdgeM), { figure: row.gapM.toFixed(3) }, hundredths(row.overlapM2)],
  ]);
  return part(say(language, '相邻关系', 'Who borders on whom'), head, rows, language);
}

function fragmentsHtml(answer: InOne<FragmentAnswer>, language: Language): string {
  const { areaBasis, fragments, verdict, reasons, sumM2, sumMu, ratio } = answer;
  const percent = (share: number | null): string => (share === null ? '—' : `${(100 * share).toFixed(2)} %`);
  const [all, ground] = [
    `${sumM2.toFixed(2)} ㎡${say(language, `（${sumMu.toFixed(2)} 亩）`, ` (${sumMu.toFixed(2)} mu)`)}`,
    percent(ratio.included),
  ];
  const sum = say(
    language,
    `零星合计 ${all}；占比（总面积含零星）${ground}，（不含零星）${percent(ratio.excluded)}。`,
    `Fragments ${all}; share with them in the base ${ground}, without ${percent(ratio.excluded)}.`,
  );
  return [
    `<p>${verdictLine(verdictSpan(verdict, fragmentVerdicts, language), language)}</p>`,
    `<p>${escapeHtml(sum)}</p><p>${escapeHtml(areaBasis)}</p>`,
    list(
      say(language, '理由', 'Reasons'),
      reasons.map(({ detail }) => detail),
    ),
    mapOf(fragments, language),
    fragmentsTable(fragments, language),
  ].join('');
}

function fragmentsTable(fragments: readonly InOne<Fragment>[], language: Language): string {
  const head = [
    say(language, '地块', 'Parcel'),
    say(language, '类型', 'Kind'),
    say(language, '结论', 'Verdict'),
    say(language, '面积（㎡）', 'Area (m²)'),
    say(language, '亩', 'mu'),
    say(language, '≤3 亩', '≤ 3 mu'),
    say(language, '依据', 'Why'),
  ];
  const rows = fragments.map((one): Cell[] => [
    ...[one.id, one.kind],
    { html: verdictSpan(one.verdict, fragmentVerdicts, language) },
    ...[hundredths(one.areaM2), hundredths(one.mu), one.withinLimit ? '✓' : '✗', one.why],
  ]);
  return part(say(language, '零星地块', 'Fragments'), head, rows, language);
}
