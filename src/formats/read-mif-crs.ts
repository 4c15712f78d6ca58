/** The `CoordSys` line of a MapInfo MIF: which system it is, by the numbers that MapInfo gives datums and projections. */
import { gaussKrugerBy, type WktReading } from './read-wkt-crs.js';

/** Numbers of datums as GDAL and MapInfo write them; CGCS2000 has none that both know, and goes out as WGS 84. */
const datums: Readonly<Record<string, 'wgs84' | "Xi'an 1980" | 'Beijing 1954'>> = {
  '104': 'wgs84',
  '1017': "Xi'an 1980",
  '154': 'Beijing 1954',
};

const LONGITUDE_LATITUDE = '1';
const TRANSVERSE_MERCATOR = '8';

/** Null where the file has no such line, or says that its coordinates are not on the earth. */
export function readMifCrs(text: string): WktReading | null {
  // the line may go on over several lines; it ends where the columns begin
  const [head = ''] = text.split(/^\s*columns\s+\d/im);
  const [, said] = /^\s*CoordSys\s+([\s\S]+)$/im.exec(head) ?? [];
  const line = said
    ?.split(/^\s*(?:transform|delimiter|index|unique|charset)\b/im)[0]
    ?.replace(/\s+/g, ' ')
    .trim();
  if (line === undefined || /^nonearth\b/i.test(line)) return null;
  return readLine(line) ?? { kind: 'named', name: `MapInfo CoordSys ${line.slice(0, 60)}` };
}

function readLine(line: string): WktReading | undefined {
  const [, list] = /^Earth Projection ([^a-z]*(?:"[a-z]+"[^a-z]*)?)(?: Bounds .*)?$/i.exec(line) ?? [];
  if (list === undefined) return undefined;
  const [projection, datum = '', ...rest] = list.split(',').map((part) => part.trim().replaceAll('"', ''));
  const known = datums[datum];
  if (known === undefined) return undefined;
  if (known !== 'wgs84') return { kind: 'named', name: known };
  if (projection === LONGITUDE_LATITUDE) return { kind: 'crs', epsg: 4326 };
  const [unit, ...numbers] = rest;
  if (projection !== TRANSVERSE_MERCATOR || unit !== 'm') return undefined;
  const [meridian, latitude, scale, easting, northing] = numbers.map(Number);
  const crs = gaussKrugerBy({ meridian, latitude, scale, easting, northing }, line);
  return crs && { kind: 'crs', epsg: crs.epsg, asWgs84: line };
}
