/** Bundles for a planner at a terminal: parcels, who borders on whom, each group with its standing and reasons. */
import type { Bilingual } from '../core/errors.js';
import type { Language } from '../http/language.js';
import { relationWords, standingWords } from '../supply/answer-words.js';
import type { Adjacency, Bundle, BundleAnswer, Proposals, Standing } from '../supply/bundle-types.js';
import { type Column, drawTable, printable } from './text-table.js';

const groundWords: Readonly<Record<string, Bilingual>> = {
  parcel: { zh: '其他地块', en: 'other parcel' },
  unknown: { zh: '无数据', en: 'no data' },
};

/** Titles written with their alignment: `>` in front means right. */
export const columns = (titles: readonly string[]): Column[] =>
  titles.map((title) =>
    title.startsWith('>') ? { title: title.slice(1), align: 'right' } : { title, align: 'left' },
  );

export function drawBundles(answer: BundleAnswer, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const { gapToleranceM, minSharedEdgeM, planeCrs, useTable } = answer.parameters;
  const head = [
    say('宗地组合供应', 'Bundles of neighbouring parcels'),
    say(
      `相邻容差 ${gapToleranceM} 米   最短共边 ${minSharedEdgeM} 米   长度坐标系 ${planeCrs}   用途分组 ${useTable}`,
      `gap tolerance ${gapToleranceM} m   shortest edge ${minSharedEdgeM} m   lengths in ${planeCrs}   uses ${useTable}`,
    ),
    answer.areaBasis[language],
  ];
  const parts = [
    head.join('\n'),
    drawParcels(answer, language),
    drawAdjacency(answer.adjacency, language),
    ...answer.bundles.map((bundle) => drawBundle(bundle, language)),
    ...(answer.bundles.length === 0
      ? [say('没有两个以上相邻地块组成的组合。', 'No two parcels are neighbours.')]
      : []),
    ...(answer.proposals ? [drawProposals(answer.proposals, language)] : []),
    ...answer.warnings.map((warning) => `! ${printable(warning.detail[language])}`),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function drawParcels({ parcels }: BundleAnswer, language: Language): string {
  const titles =
    language === 'zh'
      ? ['地块', '用途', '详规', '>面积㎡', '>边界内㎡', '>边界外㎡', '>未知㎡', '组合', '地块结论']
      : [
          'Parcel',
          'Use',
          'Plan',
          '>Area m²',
          '>Inside m²',
          '>Outside m²',
          '>Unknown m²',
          'Bundle',
          'Standing',
        ];
  return drawTable(
    columns(titles),
    parcels.map((row) => [
      row.id,
      `${row.landUse ?? '—'}${row.useLabel ? ` ${row.useLabel}` : ''}`,
      row.detailedPlanUse ?? '—',
      row.areaM2.toFixed(2),
      row.insideM2.toFixed(2),
      row.outsideM2.toFixed(2),
      row.undeterminedM2.toFixed(2),
      row.bundle ?? '—',
      standingWords[row.standing][language],
    ]),
  ).trimEnd();
}

function drawAdjacency(adjacency: readonly Adjacency[], language: Language): string {
  if (adjacency.length === 0) return '';
  const titles =
    language === 'zh'
      ? ['甲', '乙', '关系', '>共边米', '>最小间距米', '>平均间距米', '>重叠㎡', '间隔地类']
      : ['A', 'B', 'Kind', '>Edge m', '>Gap m', '>Mean gap m', '>Overlap m²', 'Between'];
  return drawTable(
    columns(titles),
    adjacency.map((row) => [
      row.a,
      row.b,
      relationWords(row)[language],
      row.sharedEdgeM.toFixed(2),
      row.gapM.toFixed(3),
      row.meanGapM === null ? '—' : row.meanGapM.toFixed(3),
      row.overlapM2.toFixed(2),
      row.between
        .map(
          ({ label, kind, areaM2 }) =>
            `${label ?? groundWords[kind]?.[language] ?? kind} ${areaM2.toFixed(2)}㎡`,
        )
        .join('、'),
    ]),
  ).trimEnd();
}

function drawBundle(bundle: Bundle, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const lines = [
    `${bundle.id}  ${bundle.parcels.join('、')}  ${standingWords[bundle.standing][language]}`,
    `  ${say('总面积', 'Total')} ${bundle.areaM2.toFixed(2)} ㎡（${bundle.mu.toFixed(2)} 亩）  ${say('共边总长', 'common border')} ${bundle.sharedEdgeM.toFixed(2)} m  ${say('紧凑度', 'compactness')} ${bundle.compactness.toFixed(2)}`,
    ...bundle.uses.map(
      (use) => `  ${use.label[language]}  ${use.areaM2.toFixed(2)} ㎡  ${use.parcels.join('、')}`,
    ),
    ...bundle.documents.map(
      (one) => `  ${standingWords[one.standing][language]}  ${one.document} ${one.article}`,
    ),
    ...bundle.documents[0]!.reasons.map(
      (reason) => `    ${mark[reason.standing]} ${reason.detail[language]}`,
    ),
    `  ${say('分别出具规划条件：', 'Planning conditions to issue:')}`,
    ...bundle.planningConditions.map((condition) => `    · ${condition.detail[language]}`),
  ];
  return lines.map(printable).join('\n');
}

const mark: Readonly<Record<Standing, string>> = { eligible: '✓', 'not-eligible': '✗', undetermined: '?' };

function drawProposals({ search, bound, order, proposals, left }: Proposals, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const how =
    search === 'exact'
      ? say('已证明没有用途更多或面积更大的组合', 'none has more uses or more area: proved')
      : say(
          `未穷举；任何方案的用途不超过 ${bound.useGroups} 类、面积不超过 ${bound.areaM2.toFixed(2)} ㎡`,
          `not all were tried; none has more than ${bound.useGroups} uses or ${bound.areaM2.toFixed(2)} m²`,
        );
  const lines = [
    `${say('推荐组合', 'Proposals')}（${how}）`,
    `  ${order[language]}`,
    ...proposals.flatMap((one) => [
      `  ${one.rank}. ${one.parcels.join('、')}  ${one.areaM2.toFixed(2)} ㎡  ${one.useGroups.length} ${say('类用途', 'uses')}  ${standingWords[one.standing][language]}`,
      ...(one.beatsNext ? [`     ${one.beatsNext[language]}`] : []),
    ]),
    ...(proposals.length === 0 ? [`  ${say('没有满足条件的组合。', 'None meets the constraints.')}`] : []),
    ...left.map(({ parcel, detail }) => `  ${say('未参与', 'left out')}  ${parcel}  ${detail[language]}`),
  ];
  return lines.map(printable).join('\n');
}
