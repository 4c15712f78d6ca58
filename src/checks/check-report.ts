/** A stored check as a file for other programs. Today: its parcels as 国土 TXT, with the coordinates that were sent. */
import { crsTable } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import { writeTxt } from '../formats/write-txt.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { rebuildParcel, type StoredParcel } from '../parcels/rebuild-parcel.js';
import type { Check } from './check-types.js';
import { readAnswer } from './read-checks.js';
import { checkNotFound } from './replay-check.js';
import { selectStoredParcels } from './sql.js';

export type ReportFormat = 'txt';

export interface ReportFile {
  mediaType: string;
  fileName: string;
  bytes: Uint8Array;
  /** Codes of what could not be written as it was. */
  losses: readonly string[];
}

/** Throws `not-found`, and `bad-parameter` where the parcels do not fit into one file of the format. */
export async function checkReport(sql: Sql, checkId: string, format: ReportFormat): Promise<ReportFile> {
  const row = await readAnswer(sql, checkId);
  if (!row) throw checkNotFound(checkId);
  const { createdAt } = JSON.parse(row.answer.toString()) as Check;
  const stored = (await selectStoredParcels(sql, checkId)) as StoredParcel[];
  return { ...parcelsAsTxt(stored.map(rebuildParcel), createdAt), fileName: `${checkId}.${format}` };
}

/** `createdAt` in ISO 8601; the file bears the day it was in China. */
export function parcelsAsTxt(parcels: readonly Parcel[], createdAt: string): Omit<ReportFile, 'fileName'> {
  const { epsg, ringsOf } = planeOf(parcels);
  const outputs = parcels.map((parcel) => ({
    id: parcel.id,
    name: parcel.name,
    landUse: parcel.landUse,
    attributes: parcel.properties,
    rings: ringsOf(parcel),
  }));
  const date = new Date(Date.parse(createdAt) + 8 * 3_600_000).toISOString().slice(0, 10);
  const { bytes, warnings } = writeTxt(outputs, { epsg, date });
  return { mediaType: 'text/plain; charset=gbk', bytes, losses: warnings.map(({ code }) => code) };
}

interface Plane {
  epsg: number;
  ringsOf: (parcel: Parcel) => MultiPolygonRings;
}

/** The plane the coordinates came in, where they came in one; else the zone all parcels lie in. */
function planeOf(parcels: readonly Parcel[]): Plane {
  const [first] = parcels;
  const { sourceEpsg, planeEpsg } = first!;
  const isPlane = crsTable.get(sourceEpsg)?.kind === 'gauss-kruger';
  if (isPlane && parcels.every((parcel) => parcel.sourceEpsg === sourceEpsg)) {
    return { epsg: sourceEpsg, ringsOf: ({ source }) => source };
  }
  if (parcels.every((parcel) => parcel.planeEpsg === planeEpsg)) {
    return { epsg: planeEpsg, ringsOf: ({ plane }) => plane };
  }
  const zones = [...new Set(parcels.map((parcel) => parcel.planeEpsg - 4488))].sort();
  throw new AppError('bad-parameter', 'parcels of several zones', {
    detail: {
      zh: `地块分属 3 度带第 ${zones.join('、')} 带，一个 TXT 文件只能写一个带号，请按带分别预检后导出。`,
      en: `The parcels lie in the 3° zones ${zones.join(', ')}; a TXT file has one zone. Check and write them zone by zone.`,
    },
  });
}
