/**
 * Moves rings between the planes the product uses: Gauss–Krüger zones, lon/lat (EPSG:4490) and the analysis plane.
 * Knows which edges are straight where; measures nothing. Axis order is always x = east/lon, y = north/lat.
 */
import proj4 from 'proj4';
import { ANALYSIS_PROJ4, type Crs, zoneCrs } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { MultiPolygonRings, Position, Ring } from '../core/geometry-types.js';

/** Longest edge in metres that is taken over unbroken; the same 70 m as the official area computation. */
export const LONGEST_EDGE_M = 70;

export const RAD = Math.PI / 180;
export const DEG = 180 / Math.PI;

interface Point {
  x: number;
  y: number;
}

/** A projection's own formulas, radians in and out; without the wrapper that checks and copies every point. */
export interface Formulas {
  forward(point: Point): Point;
  inverse(point: Point): Point;
}

const formulasByEpsg = new Map<number, Formulas>();
export const analysisFormulas = new proj4.Proj(ANALYSIS_PROJ4) as unknown as Formulas;

export function formulasOf(crs: Crs): Formulas {
  if (crs.kind !== 'gauss-kruger') {
    throw new AppError('internal', `EPSG:${crs.epsg} is not a projected CRS`, { epsg: crs.epsg });
  }
  let formulas = formulasByEpsg.get(crs.epsg);
  if (!formulas) {
    formulas = new proj4.Proj(crs.proj4) as unknown as Formulas;
    formulasByEpsg.set(crs.epsg, formulas);
  }
  return formulas;
}

type Move = (x: number, y: number) => Position;

/** Plane → lon/lat in degrees. */
function inverseOf(formulas: Formulas, name: string): Move {
  const point = { x: 0, y: 0 };
  return (x, y) => {
    point.x = x;
    point.y = y;
    const { x: lon, y: lat } = formulas.inverse(point);
    return finite([lon * DEG, lat * DEG], name);
  };
}

/** Lon/lat in degrees → plane. */
function forwardOf(formulas: Formulas, name: string): Move {
  const point = { x: 0, y: 0 };
  return (lon, lat) => {
    point.x = lon * RAD;
    point.y = lat * RAD;
    const { x, y } = formulas.forward(point);
    return finite([x, y], name);
  };
}

function finite(position: [number, number], name: string): Position {
  if (Number.isFinite(position[0]) && Number.isFinite(position[1])) return position;
  throw outOfRange(name);
}

export const outOfRange = (name: string): AppError =>
  new AppError('bad-crs', `a coordinate lies outside the range of ${name}`, {
    detail: {
      zh: `有坐标超出 ${name} 的适用范围；请核对坐标系、带号与坐标轴顺序`,
      en: `a coordinate lies outside the range of ${name}; check the CRS, its zone and the axis order`,
    },
  });

const moveAll = (rings: MultiPolygonRings, move: Move): MultiPolygonRings =>
  rings.map((polygon) => polygon.map((ring) => ring.map((p) => move(p[0], p[1]))));

const toAnalysis: Move = forwardOf(analysisFormulas, 'SRID 904490');
const fromAnalysis: Move = inverseOf(analysisFormulas, 'SRID 904490');

/**
 * Multipolygon in `crs` → lon/lat degrees (EPSG:4490), vertex by vertex. Geographic input is returned as it is:
 * WGS 84 and CGCS2000 are the same to a centimetre, and the product ships no transformation between datums.
 */
export function toLonLat(rings: MultiPolygonRings, crs: Crs): MultiPolygonRings {
  if (crs.kind === 'geographic') return rings;
  return moveAll(rings, inverseOf(formulasOf(crs), `EPSG:${crs.epsg}`));
}

/** Multipolygon in lon/lat degrees → metres of a Gauss–Krüger CRS, vertex by vertex. */
export function toPlane(lonLat: MultiPolygonRings, crs: Crs): MultiPolygonRings {
  return moveAll(lonLat, forwardOf(formulasOf(crs), `EPSG:${crs.epsg}`));
}

/**
 * Multipolygon whose edges are straight in a Gauss–Krüger plane → analysis plane (SRID 904490, planar area =
 * ellipsoid area). Edges longer than 70 m are broken first, so that neighbours who share a straight edge keep
 * sharing it: unbroken, a 1.3 km edge bulges by 2–8 m² of false overlap.
 */
export function planeToAnalysis(planeRings: MultiPolygonRings, crs: Crs): MultiPolygonRings {
  const toDegrees = inverseOf(formulasOf(crs), `EPSG:${crs.epsg}`);
  const move: Move = (x, y) => {
    const [lon, lat] = toDegrees(x, y);
    return toAnalysis(lon, lat);
  };
  return planeRings.map((polygon) =>
    polygon.map((ring) => {
      const out: Position[] = [];
      for (let i = 0; i < ring.length; i++) {
        if (i > 0) breakEdge(ring[i - 1]!, ring[i]!, (x, y) => out.push(move(x, y)));
        out.push(move(ring[i]![0], ring[i]![1]));
      }
      return out;
    }),
  );
}

/**
 * Multipolygon in lon/lat degrees whose edges are straight in the 3° zone `zone` → analysis plane. Vertices keep
 * their own lon/lat; only the points inserted on edges longer than 70 m go through the zone's plane.
 */
export function lonLatToAnalysis(lonLat: MultiPolygonRings, zone: number): MultiPolygonRings {
  const crs = zoneCrs(zone);
  const name = `EPSG:${crs.epsg}`;
  const project = forwardOf(formulasOf(crs), name);
  const toDegrees = inverseOf(formulasOf(crs), name);
  const insert = (out: Position[]) => (x: number, y: number) => {
    const [lon, lat] = toDegrees(x, y);
    out.push(toAnalysis(lon, lat));
  };
  return lonLat.map((polygon) =>
    polygon.map((ring) => {
      const out: Position[] = [];
      const push = insert(out);
      let last: Position | undefined;
      for (const p of ring) {
        const here = project(p[0], p[1]);
        if (last) breakEdge(last, here, push);
        out.push(toAnalysis(p[0], p[1]));
        last = here;
      }
      return out;
    }),
  );
}

/** Multipolygon in the analysis plane → lon/lat degrees (EPSG:4490), vertex by vertex. */
export function analysisToLonLat(rings: MultiPolygonRings): MultiPolygonRings {
  return moveAll(rings, fromAnalysis);
}

/**
 * Visits the floor(d / 70) equally spaced inner points of an edge longer than 70 m, from p to q. They are
 * interpolated from the lexicographically smaller end, so both neighbours of a shared edge get the same bits.
 */
export function breakEdge(p: Position, q: Position, visit: (x: number, y: number) => void): void {
  const forward = p[0] < q[0] || (p[0] === q[0] && p[1] <= q[1]);
  const start = forward ? p : q;
  const end = forward ? q : p;
  const sx = start[0];
  const sy = start[1];
  const dx = end[0] - sx;
  const dy = end[1] - sy;
  const length = Math.sqrt(dx * dx + dy * dy);
  if (!(length > LONGEST_EDGE_M)) return;
  const count = Math.floor(length / LONGEST_EDGE_M);
  for (let i = 1; i <= count; i++) {
    const share = (forward ? i : count + 1 - i) / (count + 1);
    visit(sx + dx * share, sy + dy * share);
  }
}

/** A ring with the inner points of its long edges put in (same plane). */
export function breakLongEdges(ring: Ring): Position[] {
  const out: Position[] = [];
  for (let i = 0; i < ring.length; i++) {
    if (i > 0) breakEdge(ring[i - 1]!, ring[i]!, (x, y) => out.push([x, y]));
    out.push([ring[i]![0], ring[i]![1]]);
  }
  return out;
}
