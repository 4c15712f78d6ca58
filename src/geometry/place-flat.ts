/**
 * Moves flat rings of a layer file to lon/lat and to the analysis plane, as `planes.ts` does with the few rings of a
 * parcel and to the same bits: this is the way of the millions. Knows no file and no layer.
 */
import { ANALYSIS_SRID, type Crs, zoneCrs } from '../core/crs.js';
import type { FlatMultiPolygon, FlatRing } from '../core/geometry-types.js';
import {
  analysisFormulas,
  breakEdge,
  DEG,
  type Formulas,
  formulasOf,
  LONGEST_EDGE_M,
  outOfRange,
  RAD,
} from './planes.js';
import { RingPen } from './ring-pen.js';

export interface PlacedRings {
  /** EPSG:4490 degrees, vertex by vertex. */
  lonLat: FlatMultiPolygon;
  /** Analysis plane (SRID 904490), metres, edges broken at 70 m. */
  analysis: FlatMultiPolygon;
}

/**
 * Places rings of a file in `crs`. A file in the version's own 3° zone keeps its plane coordinates, whose edges are
 * straight there; anything else goes by way of lon/lat and the plane of `zone`. Throws `bad-crs` out of range.
 */
export function placeFlat(rings: FlatMultiPolygon, crs: Crs, zone: number): PlacedRings {
  const inZone = crs.kind === 'gauss-kruger' && crs.zoneWidth === 3 && crs.zone === zone;
  const lonLat = crs.kind === 'geographic' ? rings : mapRings(rings, inverse(formulasOf(crs), crs.epsg));
  const toAnalysis = inZone ? fromPlane(crs) : fromLonLat(zone);
  const analysis = lonLat.map((polygon, p) => polygon.map((ring, r) => toAnalysis(ring, rings[p]![r]!)));
  return { lonLat, analysis };
}

const mapRings = (rings: FlatMultiPolygon, move: (ring: FlatRing) => FlatRing): FlatMultiPolygon =>
  rings.map((polygon) => polygon.map(move));

const point = { x: 0, y: 0 };
const drawn = new RingPen();

/** Plane → degrees. */
function inverse(formulas: Formulas, epsg: number): (ring: FlatRing) => FlatRing {
  return (ring) => {
    const out = new Float64Array(ring.length);
    for (let i = 0; i < ring.length; i += 2) {
      point.x = ring[i]!;
      point.y = ring[i + 1]!;
      const { x, y } = formulas.inverse(point);
      if (!Number.isFinite(x) || !Number.isFinite(y)) throw outOfRange(`EPSG:${epsg}`);
      out[i] = x * DEG;
      out[i + 1] = y * DEG;
    }
    return out;
  };
}

/** Draws the place of degrees in the analysis plane. */
function draw(lon: number, lat: number): void {
  point.x = lon * RAD;
  point.y = lat * RAD;
  const { x, y } = analysisFormulas.forward(point);
  if (!Number.isFinite(x) || !Number.isFinite(y)) throw outOfRange(`SRID ${ANALYSIS_SRID}`);
  drawn.add(x, y);
}

/** The inner points of a long edge between two places of a plane. */
function drawBetween(formulas: Formulas, ax: number, ay: number, bx: number, by: number): void {
  if ((bx - ax) ** 2 + (by - ay) ** 2 < SHORT_M2) return;
  breakEdge([ax, ay], [bx, by], (x, y) => {
    point.x = x;
    point.y = y;
    const inner = formulas.inverse(point);
    draw(inner.x * DEG, inner.y * DEG);
  });
}

/** Squared length below which an edge is not asked for its inner points, far enough from 70 m for any rounding. */
const SHORT_M2 = (LONGEST_EDGE_M - 1) ** 2;

type ToAnalysis = (lonLat: FlatRing, source: FlatRing) => FlatRing;

function fromPlane(crs: Crs): ToAnalysis {
  const formulas = formulasOf(crs);
  return (lonLat, plane) => {
    drawn.begin();
    for (let i = 0; i < lonLat.length; i += 2) {
      if (i > 0) drawBetween(formulas, plane[i - 2]!, plane[i - 1]!, plane[i]!, plane[i + 1]!);
      draw(lonLat[i]!, lonLat[i + 1]!);
    }
    return drawn.take();
  };
}

/** A degree is at most 111,694 m (of latitude, at a pole); a length in a zone's plane is at most 1.006 times the true one within 6° of its meridian. */
const METRES_A_DEGREE = 111_700 * 1.006;
const NEAR_MERIDIAN = 6;

/** Edges that are short for certain, which are most, need not go through the zone's plane. */
function fromLonLat(zone: number): ToAnalysis {
  const formulas = formulasOf(zoneCrs(zone));
  const meridian = 3 * zone;
  const project = (lon: number, lat: number): { x: number; y: number } => {
    point.x = lon * RAD;
    point.y = lat * RAD;
    const { x, y } = formulas.forward(point);
    if (!Number.isFinite(x) || !Number.isFinite(y)) throw outOfRange(`EPSG:${zoneCrs(zone).epsg}`);
    return { x, y };
  };
  return (ring) => {
    drawn.begin();
    for (let i = 0; i < ring.length; i += 2) {
      const lon = ring[i]!;
      const lat = ring[i + 1]!;
      if (i > 0) {
        const east = (lon - ring[i - 2]!) * METRES_A_DEGREE;
        const north = (lat - ring[i - 1]!) * METRES_A_DEGREE;
        const short = east * east + north * north < LONGEST_EDGE_M ** 2;
        if (!short || Math.abs(lon - meridian) > NEAR_MERIDIAN) {
          const a = project(ring[i - 2]!, ring[i - 1]!);
          const b = project(lon, lat);
          drawBetween(formulas, a.x, a.y, b.x, b.y);
        }
      }
      draw(lon, lat);
    }
    return drawn.take();
  };
}
