/** The list of processes and one of them (OGC 18-062r2 §7.9, §7.10). */
import { jsonAndHtml, jsonAnswer, rootOf } from '../common/landing.js';
import { toOpenApiSchema } from '../common/openapi-schema.js';
import { anchor, escapeHtml, pageAnswer, say, table } from '../common/pages.js';
import {
  badParameter,
  chooseRepresentation,
  JSON_TYPE,
  parameterOf,
  refuseUnknownParameters,
  selfLinks,
} from '../media.js';
import type { Language, Link, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { nextLinks, nextPage } from './next-page.js';
import { noSuchProcess } from './process-faults.js';
import type { Process } from './process-types.js';

const EXECUTE = 'http://www.opengis.net/def/rel/ogc/1.0/execute';

export async function readProcesses(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f', 'limit', 'after']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const { language } = request;
  const own = `${rootOf(request)}/processes`;
  const { shown, next } = readPage(request, parts.processes);
  if (current.f === 'html') {
    const rows = shown.map(({ id, title, description }) => [
      { html: anchor(`${own}/${id}?f=html`, title[language]) },
      { html: `<code>${escapeHtml(id)}</code>` },
      description[language],
    ]);
    const head = [
      say(language, '名称', 'Name'),
      say(language, '代码', 'Code'),
      say(language, '说明', 'About'),
    ];
    return pageAnswer(
      request,
      say(language, '处理过程', 'Processes'),
      table(head, rows) + nextPage(request, next),
    );
  }
  const processes = shown.map((process) => ({
    ...summaryOf(process, language),
    links: [{ href: `${own}/${process.id}`, rel: 'self', type: JSON_TYPE }],
  }));
  return jsonAnswer({
    processes,
    links: [...selfLinks(request, jsonAndHtml, current), ...nextLinks(request, next)],
  });
}

/** The processes of this page; `next` is the last of them where more follow. */
function readPage(request: StandardRequest, all: readonly Process[]) {
  const limit = readLimit(request, 100);
  const after = parameterOf(request, 'after');
  const last = all.findIndex(({ id }) => id === after);
  if (after !== undefined && last < 0) throw badParameter('after', '没有此过程', 'there is no such process');
  const shown = all.slice(last + 1, last + 1 + limit);
  return { shown, next: last + 1 + limit < all.length ? shown.at(-1)!.id : undefined };
}

export async function readProcess(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const process = getProcess(request, parts);
  if (current.f === 'html') return processPage(request, process);
  const links: Link[] = [
    ...selfLinks(request, jsonAndHtml, current),
    { href: executionOf(request, process), rel: EXECUTE, type: JSON_TYPE },
  ];
  return jsonAnswer({ ...describeProcess(process, request.language), links, example: process.example });
}

const executionOf = (request: StandardRequest, { id }: Process): string =>
  `${rootOf(request)}/processes/${id}/execution`;

/** What goes in and what comes out, and a request that works as it stands. */
function processPage(request: StandardRequest, process: Process): StandardAnswer {
  const { language } = request;
  const { title, description, inputs, outputs, example } = process;
  const row = (name: string, label: string, schema: object, required = false) => [
    name,
    required ? `${label} *` : label,
    { html: `<code>${escapeHtml(schemaText(schema))}</code>`, long: true },
  ];
  const head = [say(language, '名称', 'Name'), say(language, '说明', 'About'), 'JSON Schema'];
  const given = Object.entries(inputs).map(([name, one]) =>
    row(name, one.title[language], one.schema, one.required),
  );
  const answered = Object.entries(outputs).map(([name, one]) => row(name, one.title[language], one.schema));
  const body = `<p>${escapeHtml(description[language])}</p>
<h2>${escapeHtml(say(language, '输入（* 必需）', 'Inputs (* required)'))}</h2>${table(head, given)}
<h2>${escapeHtml(say(language, '输出', 'Outputs'))}</h2>${table(head, answered)}
<h2>${escapeHtml(say(language, '执行', 'Execute'))}</h2>
<pre>POST ${escapeHtml(executionOf(request, process))}
content-type: application/json

${escapeHtml(writeJson(example))}</pre>`;
  return pageAnswer(request, `${title[language]} (${process.id})`, body);
}

/** Without what stands beside it, and no longer than a reader has patience for. */
function schemaText(schema: object): string {
  const { title: _title, description: _description, ...words } = toOpenApiSchema(schema);
  const text = JSON.stringify(words);
  return text.length > 300 ? `${text.slice(0, 300)} …` : text;
}

/** JSON with a position on one line. */
export const writeJson = (value: unknown): string =>
  JSON.stringify(value, null, 1).replace(/\[\s+(-?[\d.]+),\s+(-?[\d.]+)\s+\]/g, '[$1, $2]');

/** Throws `no-such-process`. */
export function getProcess({ params }: StandardRequest, { processes }: StandardParts): Process {
  const process = processes.find(({ id }) => id === params.id);
  if (!process) throw noSuchProcess(params.id ?? '');
  return process;
}

const summaryOf = ({ id, title, description, version }: Process, language: Language) => ({
  id,
  title: title[language],
  description: description[language],
  version,
  jobControlOptions: ['sync-execute', 'async-execute', 'dismiss'],
  outputTransmission: ['value'],
});

function describeProcess(process: Process, language: Language): object {
  const inputs = Object.entries(process.inputs).map(([name, { title, schema, required, most = 1 }]) => [
    name,
    { title: title[language], minOccurs: required ? 1 : 0, maxOccurs: most, schema: toOpenApiSchema(schema) },
  ]);
  const outputs = Object.entries(process.outputs).map(([name, { title, schema }]) => [
    name,
    { title: title[language], schema: toOpenApiSchema(schema) },
  ]);
  return {
    ...summaryOf(process, language),
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
  };
}

export function readLimit(request: StandardRequest, most: number): number {
  const text = parameterOf(request, 'limit');
  if (text === undefined) return most;
  const limit = Number(text);
  if (!/^\d{1,9}$/.test(text) || limit < 1)
    throw badParameter('limit', '应为正整数', 'it must be a whole number above 0');
  return Math.min(limit, most);
}
