/** Fragments for a planner at a terminal: each against the limit, the sum against the cap, kinds, hosts, reasons. */
import type { Language } from '../http/language.js';
import { fragmentVerdicts } from '../supply/answer-words.js';
import type { Fragment, FragmentAnswer } from '../supply/fragment-types.js';
import { columns } from './bundle-table.js';
import { drawTable, printable } from './text-table.js';

export function drawFragments(answer: FragmentAnswer, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const percent = (share: number | null): string => (share === null ? '—' : `${(100 * share).toFixed(2)} %`);
  const head = [
    `${say('零星地块', 'Fragments')}（${answer.parameters.source}）  ${fragmentVerdicts[answer.verdict][language]}`,
    answer.areaBasis[language],
    `${say('改造项目用地', 'Project')} ${answer.projectM2 === null ? '—' : `${answer.projectM2.toFixed(2)} ㎡`}   ${say('零星合计', 'fragments')} ${answer.sumM2.toFixed(2)} ㎡（${answer.sumMu.toFixed(2)} 亩）`,
    `${say('占比（总面积含零星）', 'share, fragments in the base')} ${percent(answer.ratio.included)}   ${say('占比（不含零星）', 'not in the base')} ${percent(answer.ratio.excluded)}   ${say('上限', 'most')} ${percent(answer.parameters.cap as number)}`,
    ...answer.reasons.map(({ detail }) => `  ${detail[language]}`),
  ];
  const parts = [
    head.join('\n'),
    drawRows(answer.fragments, language),
    ...answer.fragments.map((row) => drawFragment(row, language)),
    drawDiscovered(answer, language),
    ...answer.warnings.map(({ detail }) => `! ${printable(detail[language])}`),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function drawRows(rows: readonly Fragment[], language: Language): string {
  if (rows.length === 0) return language === 'zh' ? '没有零星地块。' : 'There are no fragments.';
  const titles =
    language === 'zh'
      ? [
          '地块',
          '类型',
          '>面积㎡',
          '>亩',
          '≤3亩',
          '>围合%',
          '>内切圆米',
          '>均宽米',
          '>临路米',
          '相邻产业',
          '结论',
        ]
      : [
          'Parcel',
          'Kind',
          '>Area m²',
          '>亩',
          '≤3亩',
          '>Bounded %',
          '>Circle m',
          '>Width m',
          '>Road m',
          'Industry',
          'Verdict',
        ];
  return drawTable(
    columns(titles),
    rows.map((row) => [
      row.id,
      row.kind,
      row.areaM2.toFixed(2),
      row.mu.toFixed(2),
      row.withinLimit ? '✓' : '✗',
      (100 * row.evidence.boundedShare).toFixed(1),
      row.evidence.inscribedDiameterM.toFixed(2),
      row.evidence.meanWidthM.toFixed(2),
      row.evidence.roadAccessM === null ? '—' : row.evidence.roadAccessM.toFixed(1),
      row.hosts
        .filter(({ industrial }) => industrial)
        .map(({ id, sharedEdgeM }) => `${id}（${sharedEdgeM.toFixed(2)}m）`)
        .join('、') || '—',
      fragmentVerdicts[row.verdict][language],
    ]),
  ).trimEnd();
}

function drawFragment(row: Fragment, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const merge = row.merge;
  const lines = [
    `${row.id}${row.name ? ` ${row.name}` : ''}  ${row.kind}  ${row.why[language]}`,
    ...row.reasons.map(
      ({ verdict, detail }) => `  ${fragmentVerdicts[verdict][language]}  ${detail[language]}`,
    ),
    ...row.evidence.hardToDevelop.map(
      (reason) => `  ${say('难以独立开发', 'hard to develop alone')}  ${reason[language]}`,
    ),
    ...(merge
      ? [
          `  ${say('与', 'merged with')} ${merge.host} ${say('归并', '')}  ${merge.areaBeforeM2.toFixed(2)} → ${merge.areaAfterM2.toFixed(2)} ㎡  ${merge.oneRing ? say('一个环', 'one ring') : say('不是一个环，请核对间隙', 'not one ring: look at the gap')}`,
        ]
      : []),
  ];
  return lines.map(printable).join('\n');
}

function drawDiscovered({ discovered }: FragmentAnswer, language: Language): string {
  if (!discovered) return '';
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const { selection, towns, villages, cleaned, larger, builtM2, takenM2, subtracted } = discovered;
  const how =
    selection.search === 'exact'
      ? say('已证明最优', 'proved to be the best')
      : say(
          `任何方案不超过 ${selection.boundM2.toFixed(2)} ㎡`,
          `none exceeds ${selection.boundM2.toFixed(2)} m²`,
        );
  const regions = (name: string, rows: typeof towns): string[] =>
    rows.map(
      (row) =>
        `  ${name}  ${row.code ?? '—'} ${row.name ?? ''}  ${row.fragments}  ${row.areaM2.toFixed(2)} ㎡`,
    );
  const takenBy = subtracted
    .filter(({ features }) => features > 0)
    .map(
      ({ nameZh, nameEn, features, areaM2 }) =>
        `${say(nameZh, nameEn)} ${features}（${areaM2.toFixed(2)} ㎡）`,
    );
  return [
    `${say('范围内现状建设用地（不含道路、水工）', 'Construction land without roads and dams')} ${builtM2.toFixed(2)} ㎡  ${say('已扣除', 'taken off')} ${takenM2.toFixed(2)} ㎡${takenBy.length > 0 ? `  ${takenBy.join('、')}` : ''}`,
    `${say('10% 上限内可回收', 'Recoverable under the cap')}（${how}）  ${selection.areaM2.toFixed(2)} / ${selection.capM2.toFixed(2)} ㎡  ${selection.ids.join('、')}`,
    ...regions(say('乡镇', 'town'), towns),
    ...regions(say('村', 'village'), villages),
    `  ${say('剔除碎面', 'slivers left out')} ${cleaned.pieces}（${cleaned.areaM2.toFixed(2)} ㎡）  ${say('超过 3 亩的地块', 'larger than 3 亩')} ${larger.pieces}（${larger.areaM2.toFixed(2)} ㎡）`,
  ]
    .map(printable)
    .join('\n');
}
