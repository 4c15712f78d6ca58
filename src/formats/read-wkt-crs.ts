/**
 * Which coordinate reference system a WKT description (of a .prj, a FileGDB, a GeoPackage) is: by its datum and its
 * parameters, since the names that ArcGIS, SuperMap and others give the same system differ.
 */
import { type Crs, crsTable, oldDatum } from '../core/crs.js';

export type WktReading =
  /** `asWgs84`: the metres of a zone of CGCS2000 on what calls itself WGS 84, by its own name. */
  | { kind: 'crs'; epsg: number; asWgs84?: string }
  /** Told apart by name only; whoever knows more names may still know it. */
  | { kind: 'named'; name: string };

/** `epsg` is the code that the description itself or GDAL names; it wins where the product knows it. */
export function readWktCrs(wkt: string, epsg: number | null): WktReading {
  if (epsg !== null && (crsTable.has(epsg) || oldDatum(epsg))) return { kind: 'crs', epsg };
  const name = /^\s*\w+\s*\[\s*"([^"]*)"/.exec(wkt)?.[1] ?? '';
  const datum = /\b(?:DATUM|ENSEMBLE|GEODETICDATUM)\s*\[\s*"([^"]*)"/i.exec(wkt)?.[1] ?? '';
  const words = `${datum} ${name}`;
  if (/xi.?an|西安/i.test(words)) return { kind: 'named', name: "Xi'an 1980" };
  if (/beijing|北京|krassov/i.test(words)) return { kind: 'named', name: 'Beijing 1954' };
  const isChinese = /china.?2000|cgcs.?2000|china.?geodetic|国家大地/i.test(words);
  const isWgs = /wgs.?(19)?84|world.?geodetic/i.test(datum);
  const projected = /^\s*(PROJCS|PROJCRS|PROJECTEDCRS)/i.test(wkt);
  if (!projected && isChinese) return { kind: 'crs', epsg: 4490 };
  if (!projected && isWgs) return { kind: 'crs', epsg: 4326 };
  const said = name || wkt.slice(0, 60);
  const crs = isChinese || isWgs ? byParameters(wkt, name) : undefined;
  if (!crs) return { kind: 'named', name: said };
  return { kind: 'crs', epsg: crs.epsg, ...(!isChinese && { asWgs84: said }) };
}

function byParameters(wkt: string, name: string): Crs | undefined {
  if (!/gauss|transverse.?mercator/i.test(wkt)) return undefined;
  const parameter = (pattern: string): number | undefined => {
    const found = new RegExp(`PARAMETER\\s*\\[\\s*"(?:${pattern})"\\s*,\\s*([-+0-9.eE]+)`, 'i').exec(wkt);
    return found ? Number(found[1]) : undefined;
  };
  const metres = /\b(?:UNIT|LENGTHUNIT)\s*\[\s*"(?:metre|meter|m|米)"\s*,\s*1(?:\.0*)?\s*[\],]/i.test(wkt);
  if (!metres) return undefined;
  const given = {
    meridian: parameter('central_meridian|longitude of natural origin'),
    easting: parameter('false_easting|false easting'),
    northing: parameter('false_northing|false northing') ?? 0,
    latitude: parameter('latitude_of_origin|latitude of natural origin') ?? 0,
    scale: parameter('scale_factor|scale factor at natural origin') ?? 1,
  };
  return gaussKrugerBy(given, name);
}

interface GaussKruger {
  meridian: number | undefined;
  easting: number | undefined;
  northing: number | undefined;
  latitude: number | undefined;
  scale: number | undefined;
}

/** The zone that has these parameters in metres; `name` may tell 6° from 3°. */
export function gaussKrugerBy(
  { meridian, easting, northing, latitude, scale }: GaussKruger,
  name: string,
): Crs | undefined {
  if (northing !== 0 || latitude !== 0 || scale !== 1) return undefined;
  const same = [...crsTable.values()].filter(
    (crs) => crs.centralMeridian === meridian && crs.falseEasting === easting,
  );
  // without a zone number a 3° and a 6° system of one meridian are the same projection
  const six = /6.?(degree|度)/i.test(name);
  return same.find((crs) => (crs.zoneWidth === 6) === six) ?? same[0];
}
