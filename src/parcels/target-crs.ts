/** The CRS that somebody wants coordinates written in: by code or name, and near enough to the ground it is asked for. */
import type { Crs } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import { readCrsName } from './crs-names.js';
import type { Parcel } from './parcel-types.js';

/** Ground beside a zone is written in it now and then; further off a wrong zone was asked for. */
const BESIDE_ZONE_DEGREES = 1.5;

/** Throws `bad-crs` for what is unknown, and for datums to which nobody may publish a transformation. */
export function getTargetCrs(name: string): Crs {
  const reading = readCrsName(name);
  if (reading.kind === 'crs') return reading.crs;
  const said = name.replace(/\p{C}/gu, '').slice(0, 60);
  if (reading.kind === 'old-datum' || reading.kind === 'shifted') {
    throw bad(
      `不能写成 ${said}：它与 CGCS2000 基准不同，转换参数属涉密数据，本软件不含也不猜测。请用经批准的转换软件。`,
      `Nothing is written in ${said}: its datum is not CGCS2000, and the transformation is not public. Use the software approved for it.`,
    );
  }
  throw bad(
    `无法识别坐标系 ${said}；请给 CGCS2000 的 EPSG 代码，如 EPSG:4490、EPSG:4526、EPSG:4547。`,
    `${said} is no CRS that is written; give an EPSG code of CGCS2000, such as EPSG:4490, EPSG:4526 or EPSG:4547.`,
  );
}

/** Throws `bad-crs` where a parcel lies further beside the zone than anybody means. */
export function assertNearZone(
  parcels: readonly Pick<Parcel, 'id' | 'lonLat'>[],
  { kind, ...crs }: Crs,
): void {
  if (kind !== 'gauss-kruger') return;
  const reach = crs.zoneWidth! / 2 + BESIDE_ZONE_DEGREES;
  const far = parcels.find(({ lonLat }) => Math.abs(lonLat[0]![0]![0]![0] - crs.centralMeridian!) > reach);
  if (!far) return;
  const lon = far.lonLat[0]![0]![0]![0].toFixed(2);
  throw bad(
    `地块 ${far.id} 在东经 ${lon}°，离 EPSG:${crs.epsg} 的中央经线 ${crs.centralMeridian}° 太远；请核对带号。`,
    `Parcel ${far.id} lies at ${lon}°E, too far from the central meridian ${crs.centralMeridian}° of EPSG:${crs.epsg}; check the zone.`,
  );
}

const bad = (zh: string, en: string): AppError => new AppError('bad-crs', en, { detail: { zh, en } });
