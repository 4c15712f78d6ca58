/** A check for a person at a terminal: parcels × layers, then what each finding asks for. */
import type { Check, CheckFinding, CheckParcel, CheckPassedRule } from '../checks/check-types.js';
import { stageWords } from '../checks/report-fields.js';
import type { Bilingual } from '../core/errors.js';
import { toMu } from '../core/units.js';
import type { Language } from '../http/language.js';
import type { Verdict } from '../policy/policy-types.js';
import { type Column, drawTable, printable } from './text-table.js';

const verdictWords: Readonly<Record<Verdict, Bilingual>> = {
  clear: { zh: '不涉及', en: 'clear' },
  attention: { zh: '涉及—需论证', en: 'attention' },
  prohibited: { zh: '涉及—禁止', en: 'prohibited' },
  undetermined: { zh: '无法判定', en: 'undetermined' },
};

export function drawCheck(check: Check, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const head = [
    `${say('预检', 'Check')} ${check.id}   ${say('阶段', 'Stage')} ${stageWords[check.stage][language]}`,
    `${say('规则包', 'Rule pack')} ${check.rulePack.id} ${check.rulePack.version}${check.asOf ? `   ${say('数据截至', 'As of')} ${check.asOf}` : ''}`,
    `${say('总结论', 'Verdict')} ${verdictWords[check.verdict][language]}`,
  ];
  const parts = [
    head.join('\n'),
    drawTable(
      columnsIn(language),
      check.parcels.flatMap((parcel) => rowsOf(parcel, check, language)),
    ).trimEnd(),
    ...check.parcels.map((parcel) => drawFindings(check, parcel, language)).filter((part) => part !== ''),
    drawCheckWide(check, language),
    ...check.warnings.map((w) => `! ${printable(w.detail[language])}`),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Over all parcels together: findings, what was not reviewed, and the list of what to hand in. */
function drawCheckWide(check: Check, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const lines = [
    ...check.findings.flatMap((finding) => findingLines(check, finding, language)),
    ...check.passed.map((passed) => `  ✓ ${printable(passedText(check, passed, language))}`),
  ];
  const missing = check.unreviewed.map((one) => (language === 'zh' ? one.nameZh : one.nameEn));
  return [
    ...(lines.length > 0 ? [[say('合计', 'All parcels together'), ...lines].join('\n')] : []),
    ...(missing.length > 0
      ? [
          `${say('未登记、未审查的图层', 'Layers not registered, not reviewed')}  ${missing.join(say('、', ', '))}`,
        ]
      : []),
    ...(check.checklist.length > 0
      ? [
          [
            say('材料清单', 'Checklist'),
            ...check.checklist.map(
              ({ id, text, parcels }) =>
                `  ☐ ${printable(text[language])}  [${id}]${parcels.length > 0 ? `  ${shortList(parcels, language)}` : ''}`,
            ),
          ].join('\n'),
        ]
      : []),
  ].join('\n\n');
}

/** The first few of many. */
const shortList = (names: readonly string[], language: Language): string =>
  names.length <= 4
    ? printable(names.join(' '))
    : `${printable(names.slice(0, 3).join(' '))} … ${language === 'zh' ? `共 ${names.length} 个` : `${names.length} in all`}`;

function columnsIn(language: Language): Column[] {
  const titles =
    language === 'zh'
      ? [
          '地块',
          '名称',
          '面积㎡',
          '面积亩',
          '图层',
          '数据',
          '涉及㎡',
          '涉及亩',
          '净面积㎡',
          '未涉及㎡',
          '未知㎡',
          '结论',
        ]
      : [
          'Parcel',
          'Name',
          'Area m²',
          '亩',
          'Layer',
          'Data',
          'Overlap m²',
          '亩',
          'Net m²',
          'Unknown m²',
          'Verdict',
        ];
  const numeric = new Set([2, 3, 6, 7, 8, 9, 10]);
  return titles.map((title, i) => ({ title, align: numeric.has(i) ? 'right' : 'left' }));
}

function rowsOf(parcel: CheckParcel, check: Check, language: Language): string[][] {
  const { ellipsoidM2, mu } = parcel.area;
  const own = [parcel.id, parcel.name ?? '', ellipsoidM2.toFixed(2), mu.toFixed(2)];
  const blank = own.map(() => '');
  return parcel.overlays.map((overlay, i) => {
    const layer = check.layers.find((l) => l.id === overlay.layer);
    const name = layer && (language === 'zh' ? layer.nameZh : layer.nameEn);
    return [
      ...(i === 0 ? own : blank),
      name ?? overlay.layer,
      layer?.dataDate ?? '—',
      overlay.areaM2.toFixed(2),
      toMu(overlay.areaM2).toFixed(2),
      overlay.netAreaM2 === null ? '—' : overlay.netAreaM2.toFixed(2),
      overlay.outsideM2.toFixed(2),
      overlay.undeterminedM2.toFixed(2),
      verdictWords[overlay.verdict][language],
    ];
  });
}

function drawFindings(check: Check, parcel: CheckParcel, language: Language): string {
  const lines = [
    ...parcel.findings.flatMap((finding) => findingLines(check, finding, language)),
    ...parcel.passed.map((passed) => `  ✓ ${printable(passedText(check, passed, language))}`),
    ...parcel.warnings.map((warning) => `  ! ${printable(warning.detail[language])}`),
  ];
  if (lines.length === 0) return '';
  const name = parcel.name === null ? '' : ` ${parcel.name}`;
  return [`${printable(parcel.id + name)}  ${verdictWords[parcel.verdict][language]}`, ...lines].join('\n');
}

const passedText = (check: Check, { rule, text }: CheckPassedRule, language: Language): string =>
  (text ?? check.rules[rule]?.passed)?.[language] ?? rule;

function findingLines(check: Check, finding: CheckFinding, language: Language): string[] {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const cite = ({ document, article }: CheckFinding['source']): string => `${document} ${article}`;
  const rule = check.rules[finding.rule];
  const clause = (finding.source.confidence ? finding.source : rule?.source)?.clause;
  const also = (finding.alsoSources ?? rule?.alsoSources ?? []).map(cite);
  const lines = [
    `  ${verdictWords[finding.verdict][language]}  ${finding.title[language]}`,
    `    ${finding.detail[language]}`,
    `    ${say('依据', 'Source')}  ${cite(finding.source)}${clause === undefined ? '' : ` “${clause}”`}`,
    ...(also.length > 0 ? [`    ${say('另见', 'See also')}  ${also.join(say('；', '; '))}`] : []),
    ...finding.requires.map((required) => `    ${say('须提交', 'Hand in')}  ${required[language]}`),
  ];
  return lines.map(printable);
}
