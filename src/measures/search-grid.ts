/** Which places are tried, in which order: grid points by distance, then bearing, then turn. Pure and always the same. */
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';

export interface Place {
  /** Shift in the 3° zone's plane, m, east and north. */
  dx: number;
  dy: number;
  /** Turn about the parcel's centre, degrees, counter-clockwise. */
  turn: number;
}

/** Millimetres: a shift by whole millimetres keeps coordinates of whole millimetres. */
const mm = (value: number): number => Math.round(value * 1000) / 1000 || 0;

/** 0, −step, +step, −2·step … up to `most`. */
export function turnsUpTo(most: number, step: number): number[] {
  const turns = [0];
  for (let k = 1; most > 0 && k * step <= most + 1e-9; k++) turns.push(-k * step, k * step);
  return turns;
}

const distance = ({ dx, dy }: Place): number => Math.hypot(dx, dy);
/** Clockwise from north, 0…360. */
export const bearingOf = ({ dx, dy }: Pick<Place, 'dx' | 'dy'>): number =>
  (Math.atan2(dx, dy) * (180 / Math.PI) + 360) % 360;

function inOrder(places: Place[]): Place[] {
  return places.sort(
    (a, b) =>
      distance(a) - distance(b) ||
      bearingOf(a) - bearingOf(b) ||
      Math.abs(a.turn) - Math.abs(b.turn) ||
      a.turn - b.turn,
  );
}

/** Points of a square grid within the radius, the parcel's own place among them. */
export function placesWithin(radius: number, step: number, turns: readonly number[]): Place[] {
  const n = Math.floor(radius / step + 1e-9);
  const places: Place[] = [];
  for (let i = -n; i <= n; i++)
    for (let j = -n; j <= n; j++) {
      const [dx, dy] = [mm(i * step), mm(j * step)];
      if (Math.hypot(dx, dy) > radius + 1e-9) continue;
      for (const turn of turns) places.push({ dx, dy, turn });
    }
  return inOrder(places);
}

/** How many that would be, without making them. */
export const countWithin = (radius: number, step: number, turns: number): number =>
  Math.ceil(Math.PI * (radius / step + 1) ** 2) * turns;

/** Points of a finer grid about a place, nearer to the parcel than it is. */
export function placesAround(best: Place, reach: number, step: number, turns: readonly number[]): Place[] {
  const n = Math.round(reach / step);
  const places: Place[] = [];
  for (let i = -n; i <= n; i++)
    for (let j = -n; j <= n; j++)
      for (const turn of turns) {
        const place = { dx: mm(best.dx + i * step), dy: mm(best.dy + j * step), turn };
        if (distance(place) < distance(best) - 1e-9) places.push(place);
      }
  return inOrder(places);
}

/** Rings turned about a centre and shifted, same plane. */
export function movedTo(
  rings: MultiPolygonRings,
  [cx, cy]: Position,
  { dx, dy, turn }: Place,
): MultiPolygonRings {
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = turn === 0 ? [1, 0] : [Math.cos(angle), Math.sin(angle)];
  const move = ([x, y]: Position): Position =>
    turn === 0
      ? [x + dx, y + dy]
      : [cx + cos * (x - cx) - sin * (y - cy) + dx, cy + sin * (x - cx) + cos * (y - cy) + dy];
  return rings.map((polygon) => polygon.map((ring) => ring.map(move)));
}
