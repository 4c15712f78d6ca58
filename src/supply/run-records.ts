/**
 * Intervals along the segments of one border, each with the distance to the other border at its ends, and what they add
 * up to when ground that several of them cover counts once, at the least distance.
 */

/** Numbers of a record: segment, start and end along it, distance at start and at end; linear in between. */
const STRIDE = 5;

export interface Records {
  data: Float64Array;
  count: number;
}

export const newRecords = (): Records => ({ data: new Float64Array(STRIDE * 64), count: 0 });

/** Adds an interval; an empty one, or one with an end that is no number, adds nothing. */
export function addRecord(
  records: Records,
  segment: number,
  start: number,
  end: number,
  atStart: number,
  atEnd: number,
): void {
  if (!(end > start)) return;
  if (STRIDE * (records.count + 1) > records.data.length) {
    const data = new Float64Array(2 * records.data.length);
    data.set(records.data);
    records.data = data;
  }
  const { data } = records;
  const at = STRIDE * records.count++;
  data[at] = segment;
  data[at + 1] = start;
  data[at + 2] = end;
  data[at + 3] = atStart;
  data[at + 4] = atEnd;
}

export interface RunSum {
  lengthM: number;
  /** Integral of the distance over the run, m². */
  distanceM2: number;
}

/** Up to this many records insertion beats the general sort. */
const INSERTION_UP_TO = 48;

/** Length of the union of all records and the integral of the least distance over it. */
export function sumRecords(records: Records): RunSum {
  const sum = { lengthM: 0, distanceM2: 0 };
  const order = sorted(records);
  const { data } = records;
  for (let n = 0; n < order.length; ) {
    const segment = data[order[n]!]!;
    let end = n + 1;
    while (end < order.length && data[order[end]!]! === segment) end++;
    if (end === n + 1) addAlone(data, order[n]!, sum);
    else addGroup(data, order, n, end, sum);
    n = end;
  }
  return sum;
}

/** Places of the records in `data`, by segment, then start. */
function sorted({ data, count }: Records): number[] {
  const order: number[] = [];
  const isBefore = (p: number, q: number): boolean =>
    data[p]! < data[q]! || (data[p] === data[q] && data[p + 1]! < data[q + 1]!);
  for (let n = 0; n < count; n++) order.push(STRIDE * n);
  if (count > INSERTION_UP_TO)
    return order.sort((p, q) => data[p]! - data[q]! || data[p + 1]! - data[q + 1]!);
  for (let n = 1; n < count; n++) {
    const record = order[n]!;
    let k = n;
    for (; k > 0 && isBefore(record, order[k - 1]!); k--) order[k] = order[k - 1]!;
    order[k] = record;
  }
  return order;
}

function addAlone(data: Float64Array, at: number, sum: RunSum): void {
  const length = data[at + 2]! - data[at + 1]!;
  sum.lengthM += length;
  sum.distanceM2 += (length * (data[at + 3]! + data[at + 4]!)) / 2;
}

/** The records order[from…to−1] lie on one segment: swept, so that each stretch meets only the records that cover it. */
function addGroup(data: Float64Array, order: readonly number[], from: number, to: number, sum: RunSum): void {
  let next = from;
  let active: number[] = [];
  let here = -Infinity;
  while (next < to || active.length > 0) {
    if (active.length === 0) here = data[order[next]! + 1]!;
    while (next < to && data[order[next]! + 1]! <= here) active.push(order[next++]!);
    let there = next < to ? data[order[next]! + 1]! : Infinity;
    for (const record of active) there = Math.min(there, data[record + 2]!);
    sum.lengthM += there - here;
    sum.distanceM2 += integralOfLeast(data, active, here, there);
    here = there;
    active = active.filter((record) => data[record + 2]! > here);
  }
}

/** ∫ of the lower envelope of linear distances. The line that is least at both ends is least in between. */
function integralOfLeast(data: Float64Array, active: readonly number[], u: number, v: number): number {
  const first = leastAt(data, active, u, v);
  const last = leastAt(data, active, v, u);
  const firstAtU = distanceAt(data, first, u);
  const lastAtV = distanceAt(data, last, v);
  const firstAtV = distanceAt(data, first, v);
  const lastAtU = distanceAt(data, last, u);
  const ahead = lastAtU - firstAtU;
  const behind = firstAtV - lastAtV;
  const crossing = u + ((v - u) * ahead) / (ahead + behind);
  if (first === last || !(ahead > 0 && behind > 0 && crossing > u && crossing < v)) {
    return ((v - u) * (firstAtU + lastAtV)) / 2;
  }
  return integralOfLeast(data, active, u, crossing) + integralOfLeast(data, active, crossing, v);
}

/** The record that is nearest at `at`; of several the one that stays nearest towards `towards`. */
function leastAt(data: Float64Array, active: readonly number[], at: number, towards: number): number {
  let best = active[0]!;
  for (const record of active) {
    const lead = distanceAt(data, best, at) - distanceAt(data, record, at);
    if (lead > 0 || (lead === 0 && distanceAt(data, record, towards) < distanceAt(data, best, towards)))
      best = record;
  }
  return best;
}

function distanceAt(data: Float64Array, record: number, at: number): number {
  const start = data[record + 1]!;
  const share = (at - start) / (data[record + 2]! - start);
  return data[record + 3]! + share * (data[record + 4]! - data[record + 3]!);
}
