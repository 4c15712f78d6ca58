/**
 * A stored check as a file for other programs: its parcels with their figures, the pieces behind the figures, the
 * classes and the findings. Tables are made in report-tables.ts; 国土 TXT has a shape of its own and holds parcels only.
 */
import { chinaDay } from '../core/china-time.js';
import { crsTable } from '../core/crs.js';
import { AppError, type Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { ExportTable, WrittenFile } from '../formats/export-table.js';
import { writeCsv } from '../formats/write-csv.js';
import { writeGeoJson } from '../formats/write-geojson.js';
import {
  type ShapefileEncoding,
  writeFlatGeobuf,
  writeGeoPackage,
  writeShapefiles,
} from '../formats/write-gis.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { parcelsAsTxt, type TxtNumbering } from '../parcels/parcels-as-txt.js';
import { lonLatInCrs, ringsInCrs } from '../parcels/rings-in-crs.js';
import { assertNearZone, getTargetCrs } from '../parcels/target-crs.js';
import type { CheckParts } from './check-parts.js';
import { checkPieces } from './check-pieces.js';
import type { Check } from './check-types.js';
import { storedParcels } from './replay-check.js';
import {
  checklistTable,
  classTable,
  findingTable,
  parcelTable,
  pieceTable,
  type ReportPart,
  reportParts,
} from './report-tables.js';

export const reportFormats = ['geojson', 'gpkg', 'shp', 'fgb', 'csv', 'txt'] as const;
export type ReportFormat = (typeof reportFormats)[number];

export interface ReportRequest {
  format: ReportFormat;
  /** Default `parcels`; where a file holds several tables (gpkg, shp), all of them. */
  part?: ReportPart;
  /** EPSG code of the coordinates in the file; default that of the source, for GeoJSON degrees (RFC 7946). */
  crs?: string;
  /** CSV: add the geometry as a column. */
  wkt?: boolean;
  /** Shapefile: default `gbk`. */
  encoding?: ShapefileEncoding;
  /** 国土 TXT: default `renumber`. */
  numbering?: TxtNumbering;
  /** Of titles and words; codes and figures never change with it. */
  language: keyof Bilingual;
}

export interface ReportFile extends WrittenFile {
  mediaType: string;
  fileName: string;
}

/** Throws `not-found`, and `bad-parameter` where what is asked for does not go into one file of the format. */
export async function checkReport(
  parts: CheckParts,
  checkId: string,
  request: ReportRequest,
  signal?: AbortSignal,
): Promise<ReportFile> {
  refuseUnfit(request);
  const { answer, parcels } = await storedParcels(parts.db, checkId);
  const check = JSON.parse(answer) as Check;
  const { format, part, crs } = request;
  const { mediaType, extension } = fileTypes[format];
  const fileName = `${checkId}${part === undefined || part === 'parcels' ? '' : `-${part}`}.${extension}`;
  const date = chinaDay(new Date(check.createdAt));
  if (format === 'txt') {
    const { bytes, losses } = await parcelsAsTxt(parcels, { date, crs, numbering: request.numbering });
    return { bytes, losses, mediaType, fileName };
  }
  const wanted = part !== undefined ? [part] : holdsSeveral(format) ? reportParts : (['parcels'] as const);
  const tables: ExportTable[] = [];
  for (const one of wanted) tables.push(await makeTable(parts, check, parcels, one, request, signal));
  const written = await write(tables, request, date, signal);
  return { ...written, mediaType, fileName };
}

const fileTypes: Readonly<Record<ReportFormat, { mediaType: string; extension: string }>> = {
  geojson: { mediaType: 'application/geo+json', extension: 'geojson' },
  gpkg: { mediaType: 'application/geopackage+sqlite3', extension: 'gpkg' },
  shp: { mediaType: 'application/zip', extension: 'shp.zip' },
  fgb: { mediaType: 'application/flatgeobuf', extension: 'fgb' },
  csv: { mediaType: 'text/csv; charset=utf-8', extension: 'csv' },
  txt: { mediaType: 'text/plain; charset=gbk', extension: 'txt' },
};

const holdsSeveral = (format: ReportFormat): boolean => format === 'gpkg' || format === 'shp';

function write(
  tables: readonly ExportTable[],
  { format, crs, wkt = false, encoding = 'gbk', language }: ReportRequest,
  date: string,
  signal: AbortSignal | undefined,
): WrittenFile | Promise<WrittenFile> {
  const [table] = tables;
  if (format === 'gpkg') return writeGeoPackage(tables, { date, signal });
  if (format === 'shp') return writeShapefiles(tables, encoding, { date, signal });
  if (format === 'fgb') return writeFlatGeobuf(table!, { date, signal });
  if (format === 'csv') return writeCsv(table!, { language, wkt });
  return writeGeoJson(table!, crs !== undefined);
}

function refuseUnfit({ format, part = 'parcels', crs, wkt, encoding, numbering }: ReportRequest): void {
  const hasGround = part === 'parcels' || part === 'pieces';
  if (format === 'txt' && part !== 'parcels') {
    throw unfit('国土 TXT 只能存放地块（what=parcels）。', '国土 TXT holds parcels only (what=parcels).');
  }
  if ((format === 'geojson' || format === 'fgb') && !hasGround) {
    throw unfit(
      `${part} 没有图形，请用 f=csv。`,
      `The table ${part} has no geometry: ask for it with f=csv.`,
    );
  }
  if (encoding !== undefined && format !== 'shp') {
    throw unfit('encoding 只用于 f=shp。', 'encoding belongs to f=shp.');
  }
  if (numbering !== undefined && format !== 'txt') {
    throw unfit('numbering 只用于 f=txt。', 'numbering belongs to f=txt.');
  }
  if (wkt && (format !== 'csv' || !hasGround)) {
    throw unfit(
      'wkt 只用于 f=csv 的 parcels 与 pieces。',
      'wkt belongs to f=csv with what=parcels or what=pieces.',
    );
  }
  if (format === 'csv' && crs !== undefined && !wkt) {
    throw unfit(
      'CSV 未带图形列，crs 无意义；请加 wkt=true。',
      'A CSV without wkt=true has no coordinates: crs says nothing.',
    );
  }
}

const unfit = (zh: string, en: string): AppError => new AppError('bad-parameter', en, { detail: { zh, en } });

async function makeTable(
  parts: CheckParts,
  check: Check,
  parcels: readonly Parcel[],
  part: ReportPart,
  { format, crs, language }: ReportRequest,
  signal: AbortSignal | undefined,
): Promise<ExportTable> {
  if (part === 'classes') return classTable(check, language);
  if (part === 'findings') return findingTable(check, language);
  if (part === 'checklist') return checklistTable(check, language);
  const byDefault = format === 'geojson' ? 4490 : ownCrsOf(parcels);
  const target = crs === undefined ? crsTable.get(byDefault)! : getTargetCrs(crs);
  assertNearZone(parcels, target);
  if (part === 'parcels') {
    const ringsOf = (parcel: Parcel): MultiPolygonRings => ringsInCrs(parcel, target);
    return parcelTable(check, parcels, target.epsg, ringsOf, language, format === 'shp' ? 'short' : 'name');
  }
  const { features } = await checkPieces(parts, check.id, signal);
  const inCrs = (lonLat: MultiPolygonRings): MultiPolygonRings => lonLatInCrs(lonLat, target);
  return pieceTable(check, features, target.epsg, inCrs, language);
}

/** All parcels of a check come in one CRS. Degrees go out as those of CGCS2000, whatever program wrote them. */
function ownCrsOf(parcels: readonly Parcel[]): number {
  const { sourceEpsg } = parcels[0]!;
  return crsTable.get(sourceEpsg)?.kind === 'geographic' ? 4490 : sourceEpsg;
}
