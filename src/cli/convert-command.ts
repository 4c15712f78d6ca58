/** `convert IN OUT`: a file of parcels in another format or CRS, by the readers and writers of the service. No database. */
import { basename, extname } from 'node:path';
import { chinaDay } from '../core/china-time.js';
import { crsTable } from '../core/crs.js';
import type { Bilingual } from '../core/errors.js';
import type { ExportLoss, WrittenFile } from '../formats/export-table.js';
import { readTxt } from '../formats/read-txt.js';
import { writeCsv } from '../formats/write-csv.js';
import { writeGeoJson } from '../formats/write-geojson.js';
import {
  type ShapefileEncoding,
  writeFlatGeobuf,
  writeGeoPackage,
  writeShapefiles,
} from '../formats/write-gis.js';
import { GeosPool } from '../geometry/geos-pool.js';
import { areaChangeOf, toParcelTable } from '../parcels/parcel-table.js';
import { defaultParcelLimits, type Parcel, type ParcelBatch } from '../parcels/parcel-types.js';
import { parcelsAsTxt, txtNumberings } from '../parcels/parcels-as-txt.js';
import { readParcelFile } from '../parcels/read-parcel-file.js';
import { assertNearZone, getTargetCrs } from '../parcels/target-crs.js';
import { type Arguments, badArguments, oneOf, readArguments } from './arguments.js';
import type { Command, CommandContext } from './command.js';
import { mediaTypeOfFile, readInputFile, writeOutput } from './files.js';

const options = {
  crs: { type: 'string' },
  layer: { type: 'string' },
  encoding: { type: 'string' },
  'to-crs': { type: 'string' },
  format: { type: 'string' },
  'to-encoding': { type: 'string' },
  numbering: { type: 'string' },
  repair: { type: 'boolean' },
} as const;

const formats = ['geojson', 'gpkg', 'shp', 'fgb', 'csv', 'txt'] as const;
type Format = (typeof formats)[number];

const formatOfEnding: Readonly<Record<string, Format>> = {
  ...{
    '.geojson': 'geojson',
    '.json': 'geojson',
    '.gpkg': 'gpkg',
    '.fgb': 'fgb',
    '.csv': 'csv',
    '.txt': 'txt',
  },
  '.zip': 'shp',
};

/** A file at the terminal is the user's own: larger ones than the service takes from the network. */
const limits = { ...defaultParcelLimits, maxFeatures: 200_000, maxVertices: 20_000_000 };

export const convertCommand: Command = async (args, context) => {
  const given = readArguments(args, options, 2);
  const [from = '', to = ''] = given.files;
  const format = formatOf(given, to);
  const target = given.text('to-crs');
  // refused before anything is read
  if (target !== undefined) getTargetCrs(target);
  const batch = await readFile(from, given, context);
  const { written, losses, areas } = await convert(batch.parcels, format, target, given);
  await writeOutput(to, written.bytes, context.terminal);
  tell(batch, [...losses, ...written.losses], context);
  const crs = written.epsg;
  const { terminal, say } = context;
  const square = (m2: number): string => m2.toFixed(2);
  terminal.stdout.write(
    say(
      `${batch.parcels.length} 个地块：EPSG:${batch.sourceEpsg} → EPSG:${crs}（${format}），椭球面积 ${square(areas[0])} ㎡ → ${square(areas[1])} ㎡\n`,
      `${batch.parcels.length} parcels: EPSG:${batch.sourceEpsg} → EPSG:${crs} (${format}), ellipsoid area ${square(areas[0])} m² → ${square(areas[1])} m²\n`,
    ),
  );
  return 0;
};

function formatOf(given: Arguments, to: string): Format {
  const stated = given.text('format');
  if (stated !== undefined) return oneOf('format', stated, formats);
  const ending = extname(to).toLowerCase();
  const format = formatOfEnding[ending];
  if (format) return format;
  const list = Object.keys(formatOfEnding).join(' ');
  throw badArguments({
    zh: `由 ${to} 的扩展名看不出格式（${list}），请用 --format 指明。`,
    en: `The ending of ${to} tells no format (${list}): state it with --format.`,
  });
}

async function readFile(
  from: string,
  given: Arguments,
  { terminal, config }: CommandContext,
): Promise<ParcelBatch> {
  const body = await readInputFile(from, terminal, config.maxLayerBytes);
  const geos = new GeosPool({ workers: config.geosWorkers });
  try {
    const contentType = mediaTypeOfFile(from);
    const [crs, layer, encoding] = [given.text('crs'), given.text('layer'), given.text('encoding')];
    const fileName = from === '-' ? undefined : basename(from);
    const file = { body, contentType, fileName, crs, layer, encoding, repair: given.flag('repair') };
    return await readParcelFile({ ...file, limits: { ...limits, maxBytes: config.maxLayerBytes } }, geos);
  } finally {
    await geos.close();
  }
}

interface Converted {
  written: WrittenFile & { epsg: number };
  losses: readonly ExportLoss[];
  /** Before and after, m². */
  areas: readonly [number, number];
}

async function convert(
  parcels: readonly Parcel[],
  format: Format,
  to: string | undefined,
  given: Arguments,
): Promise<Converted> {
  const date = chinaDay(new Date());
  const { sourceEpsg } = parcels[0]!;
  const own = crsTable.get(sourceEpsg)!.kind === 'geographic' ? 4490 : sourceEpsg;
  if (format === 'txt') {
    const file = await parcelsAsTxt(parcels, { date, crs: to, numbering: numberingOf(given) });
    // of what was written, to the millimetre
    const { parcels: again } = readTxt(file.bytes, {
      maxParcels: parcels.length,
      maxVertices: Infinity,
      maxFaults: 1,
    });
    const rows = again.map(({ rings }) => ({ rings, values: {} }));
    const table = { ...toParcelTable(parcels, crsTable.get(file.epsg)!), rows };
    const { beforeM2, afterM2, losses } = areaChangeOf(parcels, table);
    return { written: file, areas: [beforeM2, afterM2], losses: [...losses, ...leftOutOfTxt(parcels)] };
  }
  const target = to === undefined ? crsTable.get(own)! : getTargetCrs(to);
  assertNearZone(parcels, target);
  const table = toParcelTable(parcels, target);
  const { beforeM2, afterM2, losses } = areaChangeOf(parcels, table);
  const write = (): WrittenFile | Promise<WrittenFile> => {
    if (format === 'gpkg') return writeGeoPackage([table], { date });
    if (format === 'fgb') return writeFlatGeobuf(table, { date });
    if (format === 'csv') return writeCsv(table, { language: 'zh', wkt: true });
    if (format === 'shp') return writeShapefiles([table], encodingOf(given), { date });
    return writeGeoJson(table, to !== undefined || target.kind === 'gauss-kruger');
  };
  const written = { ...(await write()), epsg: target.epsg };
  return { written, losses, areas: [beforeM2, afterM2] };
}

const encodingOf = (given: Arguments): ShapefileEncoding =>
  oneOf('to-encoding', given.text('to-encoding') ?? 'gbk', ['gbk', 'utf-8']);

const numberingOf = (given: Arguments) =>
  oneOf('numbering', given.text('numbering') ?? 'renumber', txtNumberings);

/** Columns of the format, filled from the parcel itself or counted anew. */
const txtColumns = new Set(['DKBH', 'DKMC', 'DKYT', 'TFH', 'DLBM', 'JZDS', 'DKMJ', 'JLTXSX', '界址点号']);

function leftOutOfTxt(parcels: readonly Parcel[]): ExportLoss[] {
  const left = new Set<string>();
  for (const { id, name, landUse, properties } of parcels) {
    for (const [key, value] of Object.entries(properties)) {
      const stands = value === null || value === id || value === name || value === landUse;
      if (!stands && !txtColumns.has(key)) left.add(key);
    }
  }
  if (left.size === 0) return [];
  const list = [...left].slice(0, 30);
  const detail: Bilingual = {
    zh: `国土 TXT 没有以下属性的位置，未写出：${list.join('、')}。`,
    en: `国土 TXT has no place for these attributes, left out: ${list.join(', ')}.`,
  };
  return [{ code: 'fields-left-out', detail }];
}

const MOST_TOLD = 20;

/** What was assumed on reading, and what was lost on writing: each once, on the error stream. */
function tell(
  { warnings, parcels }: ParcelBatch,
  losses: readonly ExportLoss[],
  { terminal, language }: CommandContext,
): void {
  const lines = new Set<string>();
  for (const { detail } of warnings) lines.add(detail[language]);
  for (const { id, warnings: own } of parcels)
    for (const { detail } of own) lines.add(`${id}: ${detail[language]}`);
  const told = [...lines];
  for (const line of told.slice(0, MOST_TOLD)) terminal.stderr.write(`! ${line}\n`);
  if (told.length > MOST_TOLD) terminal.stderr.write(`! … +${told.length - MOST_TOLD}\n`);
  for (const { detail } of losses) terminal.stderr.write(`! ${detail[language]}\n`);
}
