/**
 * Writes tables as files of GIS programs, through GDAL: GeoPackage (all tables in one file), FlatGeobuf (one table) and
 * zipped shapefiles. The same tables and the same day give the same bytes.
 */
import {
  type ExportField,
  type ExportLoss,
  type ExportRow,
  type ExportTable,
  type WrittenFile,
  withoutNested,
} from './export-table.js';
import { writeVectors } from './gdal-bridge.js';
import type { WriteFeature, WriteField, WriteLayer } from './gdal-types.js';
import { narrowTexts, type TextLimit } from './narrow-texts.js';
import { shortNamesOf } from './short-names.js';
import { encodeGbk } from './txt-encoding.js';
import { writeZip } from './write-zip.js';

export interface GisWriting {
  /** The day the files bear, YYYY-MM-DD. */
  date: string;
  signal?: AbortSignal | undefined;
}

export async function writeGeoPackage(
  tables: readonly ExportTable[],
  { date, signal }: GisWriting,
): Promise<WrittenFile> {
  const narrowed = tables.map(withoutNested);
  const layers = narrowed.map(({ table }) =>
    toLayer(
      table,
      table.fields.map(({ name }) => name),
      wideFields(table),
    ),
  );
  for (const layer of layers) if (layer.geometryType !== 'NONE') layer.options = ['GEOMETRY_NAME=geom'];
  const config = { OGR_CURRENT_DATE: `${date}T00:00:00.000Z` };
  const { files } = await writeVectors('GPKG', 'out.gpkg', layers, { config, signal });
  return { bytes: files[0]!.bytes, losses: eachOnce(narrowed.flatMap(({ losses }) => losses)) };
}

export async function writeFlatGeobuf(given: ExportTable, { signal }: GisWriting): Promise<WrittenFile> {
  const { table, losses } = withoutNested(given);
  const layer = toLayer(
    table,
    table.fields.map(({ name }) => name),
    wideFields(table),
  );
  const { files } = await writeVectors('FlatGeobuf', 'out.fgb', [layer], { signal });
  return { bytes: files[0]!.bytes, losses };
}

/** A shapefile holds no more than 254 bytes in a text, and its encoding must be said twice to be understood everywhere. */
const encodings = {
  gbk: { gdal: 'GBK', cpg: 'GBK', languageDriver: 0x4d },
  'utf-8': { gdal: 'UTF-8', cpg: 'UTF-8', languageDriver: 0 },
} as const;
export type ShapefileEncoding = keyof typeof encodings;

const limitOf: Readonly<Record<ShapefileEncoding, TextLimit>> = {
  gbk: {
    maxBytes: 254,
    lengthOf: (text) => encodeGbk(text).bytes.length,
    lostIn: (text) => encodeGbk(text).lost,
  },
  'utf-8': { maxBytes: 254, lengthOf: (text) => Buffer.byteLength(text), lostIn: () => [] },
};

export async function writeShapefiles(
  tables: readonly ExportTable[],
  encoding: ShapefileEncoding,
  { date, signal }: GisWriting,
): Promise<WrittenFile> {
  const losses: ExportLoss[] = [];
  const limit = limitOf[encoding];
  const layers = tables.map((given) => {
    const { table, losses: nested } = withoutNested(given);
    const { names, losses: cut } = shortNamesOf(table.fields, limit.lengthOf);
    const { table: narrow, widths, losses: narrowed } = narrowTexts(table, limit);
    losses.push(...nested, ...cut, ...narrowed);
    const fields = narrow.fields.map((field, i) => narrowField(field, widths[i]!, narrow.rows));
    const options = [`ENCODING=${encodings[encoding].gdal}`, `DBF_DATE_LAST_UPDATE=${date}`];
    return { ...toLayer(narrow, names, fields), options };
  });
  // a name without extension makes a folder of shapefiles
  const { files } = await writeVectors('ESRI Shapefile', 'out', layers, { signal });
  const entries = files.map(({ name, bytes }) => ({ name: name.replace(/^out\//, ''), bytes }));
  for (const entry of entries) mark(entry, encoding);
  return { bytes: await writeZip(entries, date), losses: eachOnce(losses) };
}

/** Several tables of one file often lose the same. */
const eachOnce = (losses: readonly ExportLoss[]): ExportLoss[] => [
  ...new Map(losses.map((loss) => [loss.detail.en, loss])).values(),
];

/** ArcGIS asks the language driver first and .cpg second, GDAL the other way round. */
function mark(entry: { name: string; bytes: Uint8Array }, encoding: ShapefileEncoding): void {
  const { cpg, languageDriver } = encodings[encoding];
  if (entry.name.endsWith('.dbf')) entry.bytes[29] = languageDriver;
  if (entry.name.endsWith('.cpg')) entry.bytes = Buffer.from(cpg);
}

const kinds = {
  text: 'String',
  code: 'String',
  number: 'Real',
  integer: 'Integer64',
  flag: 'Integer',
  data: 'String',
} as const;

const wideFields = ({ fields }: ExportTable): Omit<WriteField, 'name'>[] =>
  fields.map(({ type }) => ({ type: kinds[type] }));

/** Figures with known decimals are 18 wide, as the standard tables have them; others get the room their digits need. */
function narrowField(
  { name, type, decimals }: ExportField,
  width: number,
  rows: readonly ExportRow[],
): Omit<WriteField, 'name'> {
  if (type === 'number') {
    if (decimals !== undefined) return { type: 'Real', width: 18, precision: decimals };
    return { type: 'Real', ...roomFor(rows.map(({ values }) => values[name])) };
  }
  if (type === 'integer') return { type: 'Integer64', width: 18 };
  if (type === 'flag') return { type: 'Integer', width: 1 };
  return { type: 'String', width };
}

/** A column of numbers has at most 32 signs; very small and very large ones end there. */
function roomFor(values: readonly unknown[]): { width: number; precision: number } {
  let [whole, precision] = [1, 1];
  for (const value of values) {
    if (typeof value !== 'number') continue;
    const [left = '', right = ''] = (/e/.test(String(value)) ? value.toFixed(15) : String(value)).split('.');
    whole = Math.max(whole, left.length);
    precision = Math.max(precision, right.length);
  }
  const width = Math.min(32, whole + 1 + precision);
  return { width, precision: Math.max(0, Math.min(precision, width - whole - 1)) };
}

function toLayer(
  { name, rows, fields, epsg }: ExportTable,
  names: readonly string[],
  types: readonly Omit<WriteField, 'name'>[],
): WriteLayer {
  return {
    name,
    geometryType: epsg === undefined ? 'NONE' : 'MULTIPOLYGON',
    crs: `EPSG:${epsg ?? 4490}`,
    fields: types.map((type, i) => ({ ...type, name: names[i]! })),
    features: rows.map(
      ({ values, rings }): WriteFeature => ({
        polygons: rings ?? null,
        properties: Object.fromEntries(fields.map((field, i) => [names[i]!, toValue(values[field.name])])),
      }),
    ),
  };
}

function toValue(value: unknown): string | number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' || typeof value === 'number') return value;
  return null;
}
