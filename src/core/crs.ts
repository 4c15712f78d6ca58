/**
 * The coordinate reference systems the product knows, as data. EPSG codes and parameters: EPSG registry
 * (CGCS2000 4490–4554; Xi'an 80 and Beijing 54 listed only so that they can be refused by name).
 */

export type CrsKind = 'geographic' | 'gauss-kruger';

export interface Crs {
  epsg: number;
  kind: CrsKind;
  nameZh: string;
  /** proj4 definition; axis order x = east/lon, y = north/lat. */
  proj4: string;
  /** Gauss–Krüger only. */
  centralMeridian?: number;
  zoneWidth?: 3 | 6;
  zone?: number;
  /** Easting carries the zone number in front (8 digits). */
  zonePrefix?: boolean;
  falseEasting?: number;
}

/** SRID of the analysis plane: cylindrical equal-area on the CGCS2000 ellipsoid. Areas in it equal ellipsoid areas. */
export const ANALYSIS_SRID = 904490;
export const ANALYSIS_PROJ4 = '+proj=cea +lon_0=105 +lat_ts=35 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs';

export const CGCS2000_PROJ4 = '+proj=longlat +ellps=GRS80 +no_defs';

const gk = (centralMeridian: number, falseEasting: number): string =>
  `+proj=tmerc +lat_0=0 +lon_0=${centralMeridian} +k=1 +x_0=${falseEasting} +y_0=0 +ellps=GRS80 +units=m +no_defs`;

function buildTable(): Map<number, Crs> {
  const table = new Map<number, Crs>();
  const add = (crs: Crs): void => void table.set(crs.epsg, crs);
  add({ epsg: 4490, kind: 'geographic', nameZh: '2000国家大地坐标系（经纬度）', proj4: CGCS2000_PROJ4 });
  add({
    epsg: 4326,
    kind: 'geographic',
    nameZh: 'WGS 84（经纬度）',
    proj4: '+proj=longlat +datum=WGS84 +no_defs',
  });
  for (let zone = 25; zone <= 45; zone++) {
    const cm = zone * 3;
    const both = { kind: 'gauss-kruger', centralMeridian: cm, zoneWidth: 3, zone } as const;
    const prefixed = zone * 1e6 + 500_000;
    add({
      ...both,
      epsg: 4488 + zone,
      zonePrefix: true,
      falseEasting: prefixed,
      proj4: gk(cm, prefixed),
      nameZh: `CGCS2000 3度带 第${zone}带（带号）`,
    });
    add({
      ...both,
      epsg: 4534 + (cm - 75) / 3,
      zonePrefix: false,
      falseEasting: 500_000,
      proj4: gk(cm, 500_000),
      nameZh: `CGCS2000 3度带 中央经线${cm}E`,
    });
  }
  for (let zone = 13; zone <= 23; zone++) {
    const cm = zone * 6 - 3;
    const both = { kind: 'gauss-kruger', centralMeridian: cm, zoneWidth: 6, zone } as const;
    const prefixed = zone * 1e6 + 500_000;
    add({
      ...both,
      epsg: 4491 + (zone - 13),
      zonePrefix: true,
      falseEasting: prefixed,
      proj4: gk(cm, prefixed),
      nameZh: `CGCS2000 6度带 第${zone}带（带号）`,
    });
    add({
      ...both,
      epsg: 4502 + (zone - 13),
      zonePrefix: false,
      falseEasting: 500_000,
      proj4: gk(cm, 500_000),
      nameZh: `CGCS2000 6度带 中央经线${cm}E`,
    });
  }
  return table;
}

/** Every CRS that input may be in, by EPSG code. */
export const crsTable: ReadonlyMap<number, Crs> = buildTable();

/** 3° Gauss–Krüger zone number for a longitude: zone 38 covers 112.5°–115.5°E. */
export const gkZone3 = (lon: number): number => Math.floor((lon + 1.5) / 3);

/** The 3° zone CRS with zone prefix, e.g. 38 → EPSG:4526. */
export const zoneCrs = (zone: number): Crs => {
  // the codes next to 4513–4533 are other systems, not further zones
  const crs = crsTable.get(4488 + zone);
  if (crs?.zoneWidth !== 3 || crs.zone !== zone) throw new RangeError(`no 3° zone ${zone} in China`);
  return crs;
};

/** Datum of codes that are recognised only to be refused: no public transformation to CGCS2000 exists. */
export function oldDatum(epsg: number): 'xian80' | 'beijing54' | undefined {
  if (epsg === 4610 || (epsg >= 2327 && epsg <= 2390)) return 'xian80';
  if (epsg === 4214 || epsg === 4555 || (epsg >= 2401 && epsg <= 2442)) return 'beijing54';
  if ((epsg >= 21413 && epsg <= 21423) || (epsg >= 21453 && epsg <= 21463)) return 'beijing54';
  return undefined;
}
