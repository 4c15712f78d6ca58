/**
 * From the points of one record to closed rings, in the order of the file. Ring numbers begin rings, closing points
 * end them; whether a ring is a part or a hole is not decided here.
 */
import { type TxtFaultList, txtWarning } from './txt-faults.js';
import type { TxtPoint, TxtRecord } from './txt-records.js';

export interface TxtRing {
  /** Closed: the last point is the first again. */
  points: TxtPoint[];
}

/** Points of which a fault was told are added to `condemned`, so that it is told once. */
export function cutRings(record: TxtRecord, faults: TxtFaultList, condemned: Set<TxtPoint>): TxtRing[] {
  const rings: TxtRing[] = [];
  const open: TxtPoint[] = [];
  const split: TxtPoint[] = [];
  /** Last point of each ring number whose ring was left open. */
  const leftOpen = new Map<string, TxtPoint>();
  const runs = runsOf(record.points);
  for (const [runNo, run] of runs.entries()) {
    const [start] = run;
    const before = leftOpen.get(start!.ring);
    if (before) {
      faults.add('ring-resumed', start!.line, { ring: start!.ring, lastLine: before.line });
      continue;
    }
    for (const [piece, points] of splitAtClosings(run).entries()) {
      if (piece > 0) split.push(points[0]!);
      const last = points[points.length - 1]!;
      if (countDifferent(points) < 3) {
        leftOpen.set(start!.ring, last);
        const goesOn = runs.some((later, no) => no > runNo && later[0]!.ring === start!.ring);
        // a line that could not be read may be what is missing
        if (goesOn || record.spoiled) continue;
        faults.add('too-few-points', points[0]!.line, { count: countDifferent(points) });
        continue;
      }
      if (isSame(points[0]!, last)) rings.push({ points });
      else if (isBadClosing(points)) {
        condemned.add(last);
        faults.add('bad-closing-point', last.line, {
          firstLine: points[0]!.line,
          found: `${last.first}, ${last.second}`,
          expected: `${points[0]!.first}, ${points[0]!.second}`,
        });
      } else {
        open.push(points[0]!);
        leftOpen.set(start!.ring, last);
        rings.push({ points: [...points, { ...points[0]!, line: last.line }] });
      }
    }
  }
  if (split.length > 0) {
    record.warnings.push(txtWarning('ring-split', split[0]!.line, { count: split.length }));
  }
  if (open.length > 0) record.warnings.push(txtWarning('ring-closed', open[0]!.line, { count: open.length }));
  return rings;
}

/** Stretches of points under the same ring number. */
function runsOf(points: readonly TxtPoint[]): TxtPoint[][] {
  const runs: TxtPoint[][] = [];
  for (const point of points) {
    const run = runs[runs.length - 1];
    if (run && run[0]!.ring === point.ring) run.push(point);
    else runs.push([point]);
  }
  return runs;
}

/** Some programs write every ring under one number: a point that closes a ring ends it. */
function splitAtClosings(run: readonly TxtPoint[]): TxtPoint[][] {
  const pieces: TxtPoint[][] = [];
  let piece: TxtPoint[] = [];
  for (const point of run) {
    const closed = pieces[pieces.length - 1];
    // a closing point written twice
    if (piece.length === 0 && closed && isSame(closed[0]!, point)) continue;
    piece.push(point);
    if (piece.length >= 4 && isSame(piece[0]!, point) && countDifferent(piece) >= 3) {
      pieces.push(piece);
      piece = [];
    }
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

/**
 * The last line of an open ring was meant to close it when it carries the number of the first, or the same value as
 * both coordinates (a known exporter fault); taking it for a further corner would bend the boundary.
 */
function isBadClosing(points: readonly TxtPoint[]): boolean {
  const first = points[0]!;
  const last = points[points.length - 1]!;
  if (last.first === last.second) return true;
  const numbersTell = bare(points[1]!.number) !== bare(first.number);
  return numbersTell && bare(last.number) === bare(first.number);
}

const bare = (number: string): string => number.replace(/^j/i, '');

const isSame = (a: TxtPoint, b: TxtPoint): boolean => a.first === b.first && a.second === b.second;

/** Stops counting at 3: more does not matter. */
function countDifferent(points: readonly TxtPoint[]): number {
  const a = points[0]!;
  const b = points.find((point) => !isSame(point, a));
  if (!b) return 1;
  return points.some((point) => !isSame(point, a) && !isSame(point, b)) ? 3 : 2;
}
