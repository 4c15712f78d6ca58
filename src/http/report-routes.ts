/** A stored check as a file: which formats and parts may be asked for, and how the file is sent. */
import Type, { type Static } from 'typebox';
import { type ReportRequest, reportFormats } from '../checks/check-report.js';
import { reportParts } from '../checks/report-tables.js';
import { txtNumberings } from '../parcels/parcels-as-txt.js';
import { CheckParams } from './check-routes.js';
import { txtExample } from './examples.js';
import type { Language } from './language.js';
import { operation } from './route.js';
import { parameters } from './schemas.js';

const ReportQuery = parameters({
  f: Type.Union(
    reportFormats.map((format) => Type.Literal(format)),
    { description: 'Format of the file' },
  ),
  what: Type.Optional(
    Type.Union(
      reportParts.map((part) => Type.Literal(part)),
      {
        description:
          'Which table; without it parcels, in gpkg and shp all of them. Columns: docs/export-fields.md',
      },
    ),
  ),
  crs: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description:
        'CRS of the coordinates; without it that of the submitted parcels (GeoJSON: RFC 7946 degrees)',
      examples: ['EPSG:4526'],
    }),
  ),
  encoding: Type.Optional(
    Type.Union([Type.Literal('gbk'), Type.Literal('utf-8')], {
      description: 'shp: of its texts; without it gbk',
    }),
  ),
  numbering: Type.Optional(
    Type.Union(
      txtNumberings.map((numbering) => Type.Literal(numbering)),
      {
        description:
          'txt: point numbers anew, J1 … clockwise from the north-west corner (without it), or those the parcels came with, in their order',
      },
    ),
  ),
  wkt: Type.Optional(Type.Boolean({ description: 'csv: with a column WKT that holds the geometry' })),
});

export const readReport = operation({
  id: 'readReport',
  tag: 'checks',
  summary: { zh: '把预检存为文件', en: 'The check as a file' },
  description: {
    zh: 'geojson：RFC 7946 经纬度，给 crs 则为该坐标系并带 crs 成员；与提交的坐标系相同时数字原样保留。gpkg：一个文件内含全部表。shp：ZIP 内含各表，GBK 或 UTF-8，字段名不超过 10 字节。fgb：FlatGeobuf。csv：UTF-8 带 BOM，编码按文本。txt：国土 TXT，只含地块（9 列，GBK，J1 起自西北角顺时针，或用 numbering=keep 保留原界址点号，0.001 米）。',
    en: 'geojson: RFC 7946 degrees, or in crs with the member; in the submitted CRS the numbers stay as they were. gpkg: all tables in one file. shp: a ZIP of all tables, GBK or UTF-8, names of at most 10 bytes. fgb: FlatGeobuf. csv: UTF-8 with BOM, codes as text. txt: 国土 TXT, parcels only (9 columns, GBK, clockwise from the north-west or with numbering=keep the point numbers that came, 0.001 m).',
  },
  params: CheckParams,
  query: ReportQuery,
  answers: {
    200: {
      description: { zh: '文件', en: 'The file' },
      type: 'text/plain',
      schema: Type.String(),
      example: txtExample,
      headers: {
        'Content-Disposition': { zh: '文件名', en: 'Name of the file' },
        'X-Losses': {
          zh: '未能照原样写出的内容的代码（GBK 没有的字、取整后消失的圈、放不进表格的字段、截断的字段名与文字）',
          en: 'Codes of what could not be written as it was (characters GBK lacks, rings that vanish when rounded, fields that no table holds, names and texts that were cut)',
        },
      },
    },
  },
  problems: ['not-found', 'bad-crs', 'overloaded', 'time-limit'],
  async handle({ parts, params, query, reply, language, callerGone }) {
    const { mediaType, fileName, bytes, losses } = await parts.checkGate.run(
      (signal) => parts.service.checkReport(params.id, toRequest(query, language), signal),
      callerGone,
    );
    reply.type(mediaType).header('content-disposition', `attachment; filename="${fileName}"`);
    const codes = [...new Set(losses.map(({ code }) => code))];
    if (codes.length > 0) reply.header('x-losses', codes.join(', '));
    return Buffer.from(bytes);
  },
});

const toRequest = (
  { f, what, crs, encoding, numbering, wkt }: Static<typeof ReportQuery>,
  language: Language,
): ReportRequest => ({
  format: f,
  language,
  ...(what !== undefined && { part: what }),
  ...(crs !== undefined && { crs }),
  ...(encoding !== undefined && { encoding }),
  ...(numbering !== undefined && { numbering }),
  ...(wkt !== undefined && { wkt }),
});
