/**
 * Names of coordinate reference systems as the standards write them, and the order of axes that each form of name
 * means: URI and URN follow the authority, `EPSG:n` is x, y. Moving coordinates is left to others.
 */
import { crsTable, gkZone3, zoneCrs } from '../core/crs.js';
import type { Box } from '../core/geometry-types.js';

export interface NamedCrs {
  /** The name as it was asked for; an answer repeats it. */
  name: string;
  /** 84 stands for CRS84: longitude, latitude. */
  epsg: number;
  /** First axis is latitude or northing. */
  flipped: boolean;
  kind: 'degrees' | 'metres';
}

export const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';
export const STORAGE_EPSG = 4490;
const WEB_MERCATOR = 3857;

export const crsUri = (epsg: number): string =>
  epsg === 84 ? CRS84 : `http://www.opengis.net/def/crs/EPSG/0/${epsg}`;

export const crsUrn = (epsg: number): string =>
  epsg === 84 ? 'urn:ogc:def:crs:OGC:1.3:CRS84' : `urn:ogc:def:crs:EPSG::${epsg}`;

/** The systems in which a collection over `box` (degrees) can be had; CRS84 first, then the one it is stored in. */
export function offeredCrs(box: Box | null): number[] {
  const [west, , east] = box ?? [105, 35, 105, 35];
  const zones: number[] = [];
  for (let zone = gkZone3(west); zone <= gkZone3(east); zone++)
    if (zone >= 25 && zone <= 45) zones.push(zone);
  const prefixed = zones.map((zone) => zoneCrs(zone).epsg);
  const plain = zones.map((zone) => 4534 + zone - 25);
  return [84, STORAGE_EPSG, 4326, WEB_MERCATOR, ...prefixed, ...plain];
}

/** Latitude or northing first by the authority: EPSG's degrees and its CGCS2000 zones; not Web Mercator. */
const authorityFlips = (epsg: number): boolean => epsg !== 84 && epsg !== WEB_MERCATOR;

const AUTHORITY_FORMS = [
  /^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[0-9.]*\/(\d{4,6})$/i,
  // old GeoTools leaves the place of the edition out, not empty
  /^urn:(?:x-)?ogc:def:crs:EPSG:(?:[0-9.]*:)?(\d{4,6})$/i,
  /^\[EPSG:(\d{4,6})\]$/i,
];
const PLAIN_FORMS = [/^EPSG:(\d{4,6})$/i, /^https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#(\d{4,6})$/i];
const CRS84_FORMS = [
  /^https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/(?:1\.3|0)\/CRS84$/i,
  /^urn:(?:x-)?ogc:def:crs:OGC:(?:1\.3)?:CRS84$/i,
  /^\[?(?:OGC|CRS):(?:CRS)?84\]?$/i,
];

/** Reads a name of a CRS in any usual form; undefined when it is none of those the product can write. */
export function readCrs(name: string): NamedCrs | undefined {
  if (CRS84_FORMS.some((form) => form.test(name))) return { name, epsg: 84, flipped: false, kind: 'degrees' };
  const authority = numberIn(name, AUTHORITY_FORMS);
  const epsg = authority ?? numberIn(name, PLAIN_FORMS);
  if (epsg === undefined || !isKnown(epsg)) return undefined;
  const flipped = authority !== undefined && authorityFlips(epsg);
  return { name, epsg, flipped, kind: crsTable.get(epsg)?.kind === 'geographic' ? 'degrees' : 'metres' };
}

const isKnown = (epsg: number): boolean => epsg === WEB_MERCATOR || crsTable.has(epsg);

function numberIn(name: string, forms: readonly RegExp[]): number | undefined {
  for (const form of forms) {
    const found = form.exec(name);
    if (found) return Number(found[1]);
  }
  return undefined;
}

/** SRID to which stored degrees are moved; null where CGCS2000 degrees are taken as they are (WGS 84 to a centimetre). */
export const outputSrid = ({ epsg, kind }: NamedCrs): number | null => (kind === 'degrees' ? null : epsg);

/** Decimals of a metre that say as much as `degreeDecimals` of a degree: 4 for 9, 5 for 10. */
export const decimalsIn = ({ kind }: NamedCrs, degreeDecimals: number): number =>
  kind === 'degrees' ? degreeDecimals : degreeDecimals - 5;
