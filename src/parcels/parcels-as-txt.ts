/** Parcels as one 国土 TXT file, in the plane they came in or another of the same ground. */
import { crsTable } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { ExportLoss, WrittenFile } from '../formats/export-table.js';
import { writeTxtInTurns } from '../formats/write-txt.js';
import type { Parcel } from './parcel-types.js';
import { pointNumbersOf } from './point-numbers.js';
import { ringsInCrs } from './rings-in-crs.js';
import { assertNearZone, getTargetCrs } from './target-crs.js';

/** `renumber`: J1… clockwise from the north-west corner. `keep`: the numbers that came with the parcel, and their order. */
export const txtNumberings = ['renumber', 'keep'] as const;
export type TxtNumbering = (typeof txtNumberings)[number];

export interface TxtRequest {
  /** 数据产生日期, YYYY-MM-DD. */
  date: string;
  /** 数据产生单位 */
  producer?: string | undefined;
  /** A CGCS2000 Gauss–Krüger CRS; without it the plane the coordinates came in, else the zone they lie in. */
  crs?: string | undefined;
  numbering?: TxtNumbering | undefined;
}

/** @throws AppError bad-parameter for degrees, or parcels of several zones and no CRS; bad-crs */
export async function parcelsAsTxt(
  parcels: readonly Parcel[],
  { date, producer, crs, numbering = 'renumber' }: TxtRequest,
): Promise<WrittenFile & { epsg: number }> {
  const { epsg, ringsOf } = crs === undefined ? planeOf(parcels) : statedPlane(parcels, crs);
  let withoutNumbers = 0;
  const outputs = parcels.map((parcel) => {
    const numbers = numbering === 'keep' ? pointNumbersOf(parcel) : undefined;
    if (!numbers) withoutNumbers += 1;
    const { id, name, landUse, properties } = parcel;
    return {
      ...{ id, name, landUse, attributes: properties, rings: ringsOf(parcel) },
      ...(numbers && { numbers }),
    };
  });
  const { bytes, warnings } = await writeTxtInTurns(outputs, { epsg, date, ...(producer && { producer }) });
  const losses = warnings.map(({ code, detail }): ExportLoss => ({ code, detail }));
  const isLost = numbering === 'keep' && withoutNumbers > 0;
  return { bytes, losses: isLost ? [...losses, numberedAnew(withoutNumbers)] : losses, epsg };
}

const numberedAnew = (count: number): ExportLoss => ({
  code: 'points-renumbered',
  detail: {
    zh: `${count} 个地块没有可保留的界址点号，已从西北角起顺时针重新编号。`,
    en: `${count} parcels bring no point numbers that could be kept; they were numbered clockwise from the north-west corner.`,
  },
});

const unfit = (zh: string, en: string): AppError => new AppError('bad-parameter', en, { detail: { zh, en } });

interface Plane {
  epsg: number;
  ringsOf: (parcel: Parcel) => MultiPolygonRings;
}

function statedPlane(parcels: readonly Parcel[], crs: string): Plane {
  const target = getTargetCrs(crs);
  assertNearZone(parcels, target);
  if (target.kind !== 'gauss-kruger') {
    throw unfit(
      `国土 TXT 存放高斯投影的米制坐标，不能写成 EPSG:${target.epsg}。`,
      `国土 TXT holds Gauss–Krüger metres, not EPSG:${target.epsg}.`,
    );
  }
  return { epsg: target.epsg, ringsOf: (parcel) => ringsInCrs(parcel, target) };
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
      zh: `地块分属 3 度带第 ${zones.join('、')} 带，一个 TXT 文件只能写一个带号，请用 crs 指明，或按带分别预检后导出。`,
      en: `The parcels lie in the 3° zones ${zones.join(', ')}; a TXT file has one zone. State it with crs, or check and write them zone by zone.`,
    },
  });
}
