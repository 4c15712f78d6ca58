/**
 * The ellipsoid area as the ministry specifies it (国土调查办发〔2008〕32号《图幅理论面积与图斑椭球面积计算公式及要求》,
 * with the CGCS2000 constants of the third survey), and the plane area of the same ring. These are the printed
 * figures of a parcel or a patch; overlaps are measured by the area kernel in the analysis plane.
 */
import type { Crs } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { MultiPolygonRings, Ring } from '../core/geometry-types.js';
import { roundHalfUp } from '../core/units.js';
import { planarAreaM2 } from './area-kernel.js';
import { breakLongEdges } from './planes.js';

// The document's constants for CGCS2000, digit by digit: other digits give other hundredths.
const B_AXIS_M = 6356752.31414036;
const E2 = 0.0066943800229;
const SECOND_E2 = 0.00673949677548;
const POLAR_RADIUS_M = 6399593.62586;
const SECONDS_PER_RADIAN = 206264.8062471;
const K0 = 1.57048761144159e-7;
const K1 = 5.05250178820567e-3;
const K2 = 2.98472900956587e-5;
const K3 = 2.41626669230084e-7;
const K4 = 2.22241238938534e-9;

const E4 = E2 * E2;
const E6 = E4 * E2;
const E8 = E4 * E4;
const A = 1 + (3 / 6) * E2 + (30 / 80) * E4 + (35 / 112) * E6 + (630 / 2304) * E8;
const B = (1 / 6) * E2 + (15 / 80) * E4 + (21 / 112) * E6 + (420 / 2304) * E8;
const C = (3 / 80) * E4 + (7 / 112) * E6 + (180 / 2304) * E8;
const D = (1 / 112) * E6 + (45 / 2304) * E8;
const E = (5 / 2304) * E8;

/** Longitude from the central meridian and latitude, both in seconds of arc to 6 decimals. */
interface Seconds {
  lon: number;
  lat: number;
}

/**
 * Official ellipsoid area in m² of a multipolygon (closed rings, outer first, any winding; easting and northing in
 * metres of a CGCS2000 Gauss–Krüger CRS, with or without zone prefix). Not rounded at the end: print it with
 * `officialAreaCents` or `toM2`. Throws AppError('internal') for a CRS that is not projected.
 */
export function officialAreaM2(planeRings: MultiPolygonRings, crs: Crs): number {
  if (crs.kind !== 'gauss-kruger' || crs.falseEasting === undefined) {
    throw new AppError('internal', `official area needs Gauss–Krüger coordinates, not EPSG:${crs.epsg}`, {
      epsg: crs.epsg,
    });
  }
  let sum = 0;
  for (const polygon of planeRings) {
    for (let r = 0; r < polygon.length; r++) {
      const area = Math.abs(ringArea(polygon[r]!, crs.falseEasting));
      sum += r === 0 ? area : -area;
    }
  }
  return sum;
}

/** The official area as printed, in hundredths of a square metre, rounded half up. */
export function officialAreaCents(planeRings: MultiPolygonRings, crs: Crs): number {
  return Math.round(roundHalfUp(officialAreaM2(planeRings, crs), 2) * 100);
}

/** Plane area in m² (平面面积) of a multipolygon in a projected CRS: the figure of 地籍 and 勘测定界. */
export function planeAreaM2(planeRings: MultiPolygonRings): number {
  return planarAreaM2(planeRings);
}

/** Signed area of one ring: the sum of the trapezoids between its edges and the central meridian. */
function ringArea(ring: Ring, falseEasting: number): number {
  const rounded: Ring = ring.map((p) => [round(p[0] - falseEasting, 1e4), round(p[1], 1e4)]);
  const points = breakLongEdges(rounded);
  let sum = 0;
  let last: Seconds | undefined;
  for (let i = 0; i < points.length; i++) {
    const here = toSeconds(round(points[i]![1], 1e6), round(points[i]![0], 1e6));
    if (last) sum += trapezoid(last, here);
    last = here;
  }
  return sum;
}

const round = (value: number, units: number): number => Math.round(value * units) / units;

/** Gauss inverse of the document: northing and easting from the central meridian, m → seconds of arc. */
function toSeconds(north: number, east: number): Seconds {
  const e = K0 * north;
  const sinE = Math.sin(e);
  const sin2 = sinE * sinE;
  const foot = e + Math.cos(e) * sinE * (K1 - sin2 * (K2 - sin2 * (K3 - sin2 * K4)));
  const cosF = Math.cos(foot);
  const t = Math.tan(foot);
  const t2 = t * t;
  const eta2 = SECOND_E2 * cosF * cosF;
  const v2 = 1 + eta2;
  const y = (east * Math.sqrt(v2)) / POLAR_RADIUS_M;
  const y2 = y * y;
  const lat =
    foot -
    ((v2 * t * y2) / 2) *
      (1 -
        (y2 / 12) * (5 + 3 * t2 + eta2 - 9 * eta2 * t2) +
        ((y2 * y2) / 360) * (61 + 90 * t2 + 45 * t2 * t2));
  const lon =
    (y / cosF) *
    (1 -
      (y2 / 6) * (1 + 2 * t2 + eta2) +
      ((y2 * y2) / 120) * (5 + 28 * t2 + 24 * t2 * t2 + 6 * eta2 + 8 * eta2 * t2));
  return { lon: round(lon * SECONDS_PER_RADIAN, 1e6), lat: round(lat * SECONDS_PER_RADIAN, 1e6) };
}

/** Area in m² between an edge and the central meridian, positive when latitude grows east of it. */
function trapezoid(p: Seconds, q: Seconds): number {
  const width = (p.lon + q.lon) / 2 / SECONDS_PER_RADIAN;
  const half = (q.lat - p.lat) / 2 / SECONDS_PER_RADIAN;
  const mid = (q.lat + p.lat) / 2 / SECONDS_PER_RADIAN;
  return (
    2 *
    B_AXIS_M *
    B_AXIS_M *
    width *
    (A * Math.sin(half) * Math.cos(mid) -
      B * Math.sin(3 * half) * Math.cos(3 * mid) +
      C * Math.sin(5 * half) * Math.cos(5 * mid) -
      D * Math.sin(7 * half) * Math.cos(7 * mid) +
      E * Math.sin(9 * half) * Math.cos(9 * mid))
  );
}
