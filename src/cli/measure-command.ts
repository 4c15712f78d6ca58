/** The computable measures at the terminal: the list of them, and one answer as a table, JSON or GeoJSON. */
import type { Language } from '../http/language.js';
import { localize } from '../http/language.js';
import { figureText, measureVerdicts, unitSign } from '../measures/answer-words.js';
import { measureTable } from '../measures/measure-table.js';
import type { MeasureAnswer } from '../measures/measure-types.js';
import { getMeasure } from '../measures/run-measure.js';
import { badArguments, oneOf, readArguments } from './arguments.js';
import { type Command, withService } from './command.js';
import { exitCodeOfVerdict } from './exit-codes.js';
import { readInputFile, writeOutput } from './files.js';
import { drawTable, printable } from './text-table.js';

const formats = ['table', 'json', 'geojson', 'txt'] as const;

const withGround = measureTable.flatMap(({ id, givesGround }) => (givesGround ? [id] : []));

export const measureCommand: Command = async (args, context) => {
  const given = readArguments(args, { format: { type: 'string' }, out: { type: 'string' } }, 2);
  const format = oneOf('format', given.text('format') ?? 'table', formats);
  const { terminal, language, config } = context;
  const { id, givesGround } = getMeasure(given.files[0]!);
  if (format === 'txt' && !givesGround)
    throw badArguments({
      zh: `测算 ${id} 不给出图形方案，--format txt 只用于 ${withGround.join('、')}。`,
      en: `The measure ${id} proposes no ground; --format txt belongs to ${withGround.join(', ')}.`,
    });
  const body = await readInputFile(given.files[1]!, terminal, config.maxBodyBytes);
  return withService(context, async (service, signal) => {
    const answer = await service.runMeasure(id, body, signal);
    const text =
      format === 'txt' ? (await service.suggestionTxt(answer)).bytes : print(answer, format, language);
    const out = given.text('out');
    if (out === undefined) terminal.stdout.write(text);
    else await writeOutput(out, text, terminal);
    return exitCodeOfVerdict[answer.verdict];
  });
};

export const measuresCommand: Command = async (args, { terminal, language, say }) => {
  readArguments(args, {}, 0);
  const columns = [
    say('测算', 'Measure'),
    say('名称', 'Name'),
    say('条款', 'Articles'),
    say('图层', 'Layers'),
  ];
  const rows = measureTable.map(({ id, title, sources, layers }) => [
    id,
    title[language],
    [...new Set(sources.map(({ article }) => article))].join(' '),
    layers.join(' ') || '—',
  ]);
  terminal.stdout.write(
    drawTable(
      columns.map((title) => ({ title, align: 'left' })),
      rows,
    ),
  );
  return 0;
};

function print(answer: MeasureAnswer, format: 'table' | 'json' | 'geojson', language: Language): string {
  if (format === 'table') return drawAnswer(answer, language);
  const content =
    format === 'json' ? answer : (answer.geometry ?? { type: 'FeatureCollection', features: [] });
  return `${JSON.stringify(localize(content, language), null, 2)}\n`;
}

export function drawAnswer(answer: MeasureAnswer, language: Language): string {
  const say = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const head = [
    `${answer.title[language]}（${answer.measure}）  ${answer.onDate}`,
    `${say('结论', 'Verdict')}  ${measureVerdicts[answer.verdict][language]}${answer.suggestion ? say('（建议方案，不是审查结论）', ' (a suggestion, not a judgement)') : ''}`,
    answer.sentence[language],
    ...answer.missing.map(({ pointer, detail }) => `  ? ${pointer}  ${detail[language]}`),
    ...answer.warnings.map(({ detail }) => `  ! ${detail[language]}`),
  ];
  const rows = answer.figures.map(({ label, value, unit, basis }) => [
    label[language],
    figureText(value, unit),
    unitSign(unit),
    basis?.[language] ?? '',
  ]);
  const columns = [
    { title: say('指标', 'Figure'), align: 'left' },
    { title: say('数值', 'Value'), align: 'right' },
    { title: say('单位', 'Unit'), align: 'left' },
    { title: say('口径', 'Basis'), align: 'left' },
  ] as const;
  const sources = answer.sources.map(
    ({ document, article, clause }) =>
      `${say('依据', 'Source')}  ${document} ${article}${clause === undefined ? '' : ` “${clause}”`}`,
  );
  const layers = answer.layers.map(
    ({ id, version, dataDate }) =>
      `${say('图层', 'Layer')}  ${id} ${version ?? say('未导入', 'not imported')}${dataDate === null ? '' : `（${dataDate}）`}`,
  );
  const table = rows.length > 0 ? [drawTable(columns, rows).trimEnd()] : [];
  return `${[head.map(printable).join('\n'), ...table, [...layers, ...sources].map(printable).join('\n')].join('\n\n')}\n`;
}
