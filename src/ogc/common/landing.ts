/** What all OGC API standards share (OGC 19-072): landing page, conformance list, and the OpenAPI document put together from every dialect. */
import {
  chooseRepresentation,
  HTML_TYPE,
  JSON_TYPE,
  OPENAPI_TYPE,
  type Representation,
  refuseUnknownParameters,
  selfLinks,
} from '../media.js';
import type { Language, Link, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { anchor, escapeHtml, pageAnswer, say, table } from './pages.js';

export const jsonAndHtml: readonly [Representation, Representation] = [
  { f: 'json', type: JSON_TYPE },
  { f: 'html', type: HTML_TYPE, also: ['application/xhtml+xml'] },
];

export const rootOf = ({ base }: StandardRequest): string => `${base}/ogc`;

/** The links of the content stand in the header too. */
export const jsonAnswer = (
  content: { links?: readonly Link[] } | object,
  type: string = JSON_TYPE,
  tag?: string,
): StandardAnswer => ({
  type,
  body: JSON.stringify(content),
  ...('links' in content && content.links && { headers: linkHeader(content.links) }),
  ...(tag !== undefined && { tag }),
});

/** Longer ones are left out: readers take 8 to 16 kB for all headers together. */
const LONGEST_LINKS = 4_000;

/** Links as the header of RFC 8288. */
export function linkHeader(links: readonly Link[]): Record<string, string> {
  const value = links.map(({ href, rel, type }) => `<${href}>; rel="${rel}"; type="${type}"`).join(', ');
  return value.length <= LONGEST_LINKS ? { link: value } : {};
}

const title = (language: Language): string =>
  say(language, '一张图预检 · OGC 服务', 'onemap-precheck · OGC services');

const describe = (language: Language): string =>
  say(
    language,
    '自然资源“一张图”图层与预检成果，可在 QGIS、GDAL、ArcGIS、SuperMap 等软件中直接打开。',
    'Layers of the one map and the results of land-use checks, for QGIS, GDAL, ArcGIS, SuperMap and others.',
  );

export async function readLandingPage(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const { language } = request;
  const root = rootOf(request);
  const links: Link[] = [
    ...selfLinks({ ...request, path: '/ogc' }, jsonAndHtml, current),
    {
      href: `${root}/api`,
      rel: 'service-desc',
      type: OPENAPI_TYPE,
      title: say(language, '接口定义', 'API definition'),
    },
    {
      href: `${root}/api?f=html`,
      rel: 'service-doc',
      type: 'text/html',
      title: say(language, '接口说明', 'API documentation'),
    },
    {
      href: `${root}/conformance`,
      rel: 'conformance',
      type: JSON_TYPE,
      title: say(language, '符合的标准', 'Conformance classes'),
    },
    ...parts.dialects.flatMap((dialect) => dialect.landingLinks(root, language)),
  ];
  if (current.f === 'json')
    return jsonAnswer({ title: title(language), description: describe(language), links });
  // people want what is to be read here; two standards name one page in two ways
  const shown = links.filter(
    ({ href, title: name }, i) => name !== undefined && links.findIndex((one) => one.href === href) === i,
  );
  const ofTheApi = ({ rel }: Link): boolean => /^service-|conformance$/.test(rel);
  const ordered = [...shown.filter((link) => !ofTheApi(link)), ...shown.filter(ofTheApi)];
  // a browser is given a page where there is one
  const rows = ordered.map(({ href, rel, title: name }) => [
    { html: anchor(rel === 'service-desc' ? `${href}?f=json` : href, name!) },
    { html: `<code>${escapeHtml(href)}</code>` },
  ]);
  const head = [say(language, '内容', 'What'), say(language, '地址', 'Address')];
  const addresses = say(
    language,
    `在 QGIS、GDAL 等软件中填写的地址：WFS <code>${escapeHtml(request.base)}/wfs</code>，OGC API – Features <code>${escapeHtml(root)}</code>。`,
    `Addresses for QGIS, GDAL and others: WFS <code>${escapeHtml(request.base)}/wfs</code>, OGC API – Features <code>${escapeHtml(root)}</code>.`,
  );
  const body = `<p>${escapeHtml(describe(language))}</p>${table(head, rows)}<p>${addresses}</p>`;
  return pageAnswer(request, title(language), body);
}

/** Classes of OGC API – Common that the pages of this file make true. */
const commonClasses = [
  'http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core',
  'http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections',
];

export async function readConformance(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const conformsTo = [...commonClasses, ...parts.dialects.flatMap((dialect) => dialect.conformance)];
  if (current.f === 'json')
    return jsonAnswer({ links: selfLinks(request, jsonAndHtml, current), conformsTo });
  const list = conformsTo.map((name) => `<li><code>${escapeHtml(name)}</code></li>`).join('');
  return pageAnswer(request, say(request.language, '符合的标准', 'Conformance'), `<ul>${list}</ul>`);
}

const apiForms: readonly [Representation, Representation] = [
  { f: 'json', type: OPENAPI_TYPE, also: ['application/openapi+json;version=3.0', JSON_TYPE] },
  { f: 'html', type: HTML_TYPE, also: ['application/xhtml+xml'] },
];

export async function readApi(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, apiForms);
  const document = await openApiDocument(request, parts);
  if (current.f === 'json') return jsonAnswer(document, OPENAPI_TYPE);
  const rows = Object.entries(document.paths).map(([path, item]) => {
    const methods = Object.entries(item as Record<string, { summary?: string }>);
    const summary = methods
      .map(([method, { summary: text = '' }]) => `${method.toUpperCase()} ${text}`)
      .join('\n');
    return [{ html: `<code>${escapeHtml(path)}</code>` }, summary];
  });
  const { language } = request;
  const head = [say(language, '地址', 'Path'), say(language, '说明', 'What it does')];
  const intro = `<p>${anchor(`${rootOf(request)}/api?f=json`, 'OpenAPI 3.0')}</p>`;
  return pageAnswer(request, say(language, '接口说明', 'API documentation'), intro + table(head, rows));
}

interface OpenApiDocument {
  paths: Record<string, unknown>;
  [name: string]: unknown;
}

/** OpenAPI 3.0.3: clients and the test suites of OGC do not read 3.1. Paths are relative to the landing page. */
async function openApiDocument(request: StandardRequest, parts: StandardParts): Promise<OpenApiDocument> {
  const { language } = request;
  const paths: Record<string, unknown> = { ...commonPaths(language) };
  const components: Record<string, Record<string, unknown>> = {
    parameters: { f: fParameter(['json', 'html']) },
    schemas: { exception: exceptionSchema },
    responses: { Fault: faultResponse },
  };
  for (const dialect of parts.dialects) {
    const part = await dialect.openApi(parts, language);
    Object.assign(paths, part.paths);
    for (const [kind, entries] of Object.entries(part.components ?? {})) {
      components[kind] = { ...components[kind], ...entries };
    }
  }
  return inOpenApi30({
    openapi: '3.0.3',
    info: { title: title(language), description: describe(language), version: parts.version },
    servers: [{ url: rootOf(request) }],
    paths,
    components,
  });
}

/** Words of JSON Schema that come with OpenAPI 3.1: the document of 3.0 may not have them. */
const laterWords = new Set(['contentMediaType', 'contentEncoding']);

const inOpenApi30 = (document: OpenApiDocument): OpenApiDocument =>
  JSON.parse(JSON.stringify(document, (word, value) => (laterWords.has(word) ? undefined : value)));

export const fParameter = (values: readonly string[]): object => ({
  name: 'f',
  in: 'query',
  required: false,
  description: 'Format of the answer; wins over Accept',
  schema: { type: 'string', enum: values },
  style: 'form',
  explode: false,
});

const exceptionSchema = {
  type: 'object',
  required: ['code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    description: { type: 'string' },
    instance: { type: 'string' },
  },
};

const faultResponse = {
  description: 'What is wrong with the request (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/exception' } } },
};

/** One GET of the document; `types` are the media types of the answer, `fault` the component that its errors are. */
export function getOperation(
  id: string,
  summary: string,
  parameters: readonly object[],
  types: readonly string[],
  fault = 'Fault',
): object {
  const error = { $ref: `#/components/responses/${fault}` };
  const content = Object.fromEntries(
    types.map((type) => [type, { schema: { type: type.startsWith('text') ? 'string' : 'object' } }]),
  );
  return {
    get: {
      operationId: id,
      summary,
      parameters,
      responses: {
        '200': { description: 'OK', content },
        ...{ '400': error, '404': error, '500': error },
      },
    },
  };
}

function commonPaths(language: Language): Record<string, unknown> {
  const f = [{ $ref: '#/components/parameters/f' }];
  const both = [JSON_TYPE, 'text/html'];
  return {
    '/': getOperation('getLandingPage', say(language, '首页', 'Landing page'), f, both),
    '/conformance': getOperation('getConformance', say(language, '符合的标准', 'Conformance'), f, both),
    '/api': getOperation('getApi', say(language, '接口定义', 'API definition'), f, [
      OPENAPI_TYPE,
      'text/html',
    ]),
  };
}
