/**
 * What a job has made, as people read it: the verdict, the sentence, the figures with their basis, the ground on a map,
 * as far as an output has them; and all of it as text, cut where it is long.
 */
import { verdictWords } from '../../checks/report-fields.js';
import type { Job } from '../../jobs/job-types.js';
import { figureText, measureVerdicts, unitSign } from '../../measures/answer-words.js';
import { drawMap } from '../common/map.js';
import { anchor, type Cell, escapeHtml, pageAnswer, say } from '../common/pages.js';
import { verdictSpan } from '../common/shown-values.js';
import { addressWith } from '../media.js';
import type { Language, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { pageLinks } from './job-html.js';
import { writeJson } from './process-pages.js';
import type { Process } from './process-types.js';
import { hundredths, list, part, verdictLine } from './result-parts.js';
import { readOutputs } from './run-process.js';
import { supplyHtml } from './supply-html.js';

/** Characters of an output that are taken apart for a page. */
const MOST_READ = 4_000_000;
const MOST_SHOWN = 20_000;

export async function resultsPage(
  request: StandardRequest,
  parts: StandardParts,
  process: Process,
  job: Job,
): Promise<StandardAnswer> {
  const { language } = request;
  const { named } = await readOutputs(parts, process, job);
  const ways = [
    ...pageLinks(request, process, job),
    anchor(addressWith(request, { f: 'json' }), say(language, '全部内容（JSON）', 'Everything (JSON)')),
  ];
  const sections = named.map(([name, text]) => {
    const title = process.outputs[name]?.title[language] ?? name;
    return `<h2>${escapeHtml(title)}</h2>${outputHtml(parts.localize(text, language), language)}`;
  });
  const title = say(language, `${process.title.zh} · 结果`, `${process.title.en} · results`);
  return pageAnswer(request, title, `<p>${ways.join(' · ')}</p>${sections.join('')}`);
}

function outputHtml(text: string, language: Language): string {
  if (text.length > MOST_READ)
    return `<p>${say(language, '内容较多，请看上面的链接。', 'It is long: see the links above.')}</p>`;
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return `<p>${escapeHtml(String(value))}</p>`;
  return answerHtml(value, language) + wholeText(value, language);
}

/** Members that answers of checks and measures share; what an output does not have is left out. */
interface Answer {
  verdict?: unknown;
  sentence?: string;
  suggestion?: boolean;
  figures?: readonly { label: string; value: number | null; unit: string; basis: string | null }[];
  parcels?: readonly {
    id: string;
    name?: string | null;
    verdict?: unknown;
    area?: { ellipsoidM2?: number; mu?: number };
  }[];
  /** Of a check: over all parcels together. */
  findings?: readonly { verdict: unknown; title: string; detail: string }[];
  unreviewed?: readonly { nameZh: string; nameEn: string }[];
  missing?: readonly { detail: string }[];
  warnings?: readonly { detail: string }[];
  sources?: readonly { document: string; article: string }[];
  layers?: readonly { nameZh: string; nameEn: string; version: string | null; dataDate: string | null }[];
  geometry?: {
    features?: readonly {
      id: string;
      geometry: { type: string; coordinates: number[][][][] };
      properties: { areaM2?: number };
    }[];
  } | null;
}

function answerHtml(answer: Answer, language: Language): string {
  const { sentence, geometry } = answer;
  const drawn = (geometry?.features ?? []).map(({ id, geometry: shape, properties: { areaM2 } }) => ({
    label: areaM2 === undefined ? id : `${id} · ${areaM2} ㎡`,
    coordinates: shape.coordinates,
  }));
  return [
    verdictHtml(answer, language),
    sentence === undefined ? '' : `<p>${escapeHtml(sentence)}</p>`,
    drawMap(drawn, language),
    supplyHtml(answer, language),
    figuresTable(answer, language),
    parcelsTable(answer, language),
    findingsTable(answer, language),
    list(
      say(language, '未登记、未审查的图层', 'Layers not registered, not reviewed'),
      answer.unreviewed?.map(({ nameZh, nameEn }) => say(language, nameZh, nameEn)),
    ),
    list(
      say(language, '缺少的输入', 'Missing'),
      answer.missing?.map(({ detail }) => detail),
    ),
    list(
      say(language, '提示', 'Warnings'),
      answer.warnings?.map(({ detail }) => detail),
    ),
    list(
      say(language, '依据', 'Sources'),
      answer.sources?.map((one) => `${one.document} ${one.article}`),
    ),
    layersTable(answer, language),
  ].join('');
}

/** A measure, which has a sentence, is met or not; parcels of a check run into something or not. */
function verdictHtml({ verdict, sentence, parcels, suggestion }: Answer, language: Language): string {
  const words =
    sentence !== undefined
      ? verdictSpan(verdict, measureVerdicts, language)
      : isOfCheck(parcels)
        ? verdictSpan(verdict, verdictWords, language)
        : '';
  const only = suggestion
    ? say(language, '（建议方案，不是审查结论）', ' (a suggestion, not a judgement)')
    : '';
  return words && `<p>${verdictLine(words, language)}${only}</p>`;
}

const isOfCheck = (parcels: Answer['parcels']): boolean => parcels?.[0]?.verdict !== undefined;

function figuresTable({ figures = [] }: Answer, language: Language): string {
  const head = [
    say(language, '指标', 'Figure'),
    say(language, '数值', 'Value'),
    say(language, '单位', 'Unit'),
    say(language, '口径', 'Basis'),
  ];
  const rows = figures.map(({ label, value, unit, basis }): Cell[] => [
    label,
    { figure: figureText(value, unit) },
    unitSign(unit),
    basis ?? '',
  ]);
  return part(say(language, '数值', 'Figures'), head, rows, language);
}

function parcelsTable({ parcels = [] }: Answer, language: Language): string {
  if (!isOfCheck(parcels)) return '';
  const head = [
    say(language, '地块', 'Parcel'),
    say(language, '名称', 'Name'),
    say(language, '结论', 'Verdict'),
    say(language, '椭球面积（㎡）', 'Ellipsoid area (m²)'),
    say(language, '亩', 'mu'),
  ];
  const rows = parcels.map(({ id, name, verdict, area }): Cell[] => [
    ...[id, name ?? ''],
    { html: verdictSpan(verdict, verdictWords, language) },
    ...[area?.ellipsoidM2, area?.mu].map(hundredths),
  ]);
  const heading = say(language, `地块（${parcels.length}）`, `Parcels (${parcels.length})`);
  return part(heading, head, rows, language);
}

function findingsTable({ findings = [] }: Answer, language: Language): string {
  const head = [
    say(language, '事项', 'Title'),
    say(language, '结论', 'Verdict'),
    say(language, '说明', 'Detail'),
  ];
  const rows = findings.map(({ title, verdict, detail }): Cell[] => [
    title,
    { html: verdictSpan(verdict, verdictWords, language) },
    detail,
  ]);
  return part(say(language, '全部地块合计', 'All parcels together'), head, rows, language);
}

function layersTable({ layers = [] }: Answer, language: Language): string {
  const head = [
    say(language, '图层', 'Layer'),
    say(language, '版本', 'Version'),
    say(language, '数据日期', 'Data date'),
  ];
  const rows = layers.map(({ nameZh, nameEn, version, dataDate }) => [
    say(language, nameZh, nameEn),
    version ?? say(language, '未导入', 'not imported'),
    dataDate ?? '',
  ]);
  return part(say(language, '所用图层', 'Layers used'), head, rows, language);
}

function wholeText(value: object, language: Language): string {
  const text = writeJson(value);
  const cut = text.length > MOST_SHOWN;
  const summary = cut
    ? say(language, '原文（JSON，仅开头部分）', 'As text (JSON, the beginning)')
    : say(language, '原文（JSON）', 'As text (JSON)');
  return `<details><summary>${summary}</summary><pre>${escapeHtml(text.slice(0, MOST_SHOWN))}${cut ? ' …' : ''}</pre></details>`;
}
