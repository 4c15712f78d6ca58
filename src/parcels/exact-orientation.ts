/**
 * On which side of a line a point lies, without rounding: a filtered determinant, and exact integers where the filter
 * cannot decide. (J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric
 * Predicates", 1997, for the filter's bound.)
 */

/** (3 + 16ε)ε with ε = 2⁻⁵³: the largest relative error of the plain determinant. */
const FILTER = 3.3306690738754716e-16;

/**
 * > 0 when c lies to the left of a → b, < 0 to the right, 0 exactly on the line. Exact as long as no product of two
 * differences underflows (coordinates on the ground are far from that).
 */
export function orientation(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  const left = (ax - cx) * (by - cy);
  const right = (ay - cy) * (bx - cx);
  const det = left - right;
  if (left > 0 ? right <= 0 : left < 0 ? right >= 0 : true) return det;
  if (Math.abs(det) >= FILTER * Math.abs(left + right)) return det;
  return exactOrientation(ax, ay, bx, by, cx, cy);
}

function exactOrientation(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): number {
  const [iax, iay, ibx, iby, icx, icy] = toIntegers([ax, ay, bx, by, cx, cy]) as [
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  const det = (iax - icx) * (iby - icy) - (iay - icy) * (ibx - icx);
  return det > 0n ? 1 : det < 0n ? -1 : 0;
}

const bits = new DataView(new ArrayBuffer(8));

/** The same numbers times one power of two that makes all of them integers. */
function toIntegers(values: readonly number[]): bigint[] {
  const parts = values.map((value) => {
    bits.setFloat64(0, value);
    const word = bits.getBigUint64(0);
    const biased = Number((word >> 52n) & 0x7ffn);
    const fraction = word & 0xfffffffffffffn;
    const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
    return { mantissa: value < 0 ? -mantissa : mantissa, exponent: Math.max(biased, 1) };
  });
  const used = parts.filter((part) => part.mantissa !== 0n).map((part) => part.exponent);
  const least = used.length > 0 ? Math.min(...used) : 0;
  return parts.map(({ mantissa, exponent }) => (mantissa === 0n ? 0n : mantissa << BigInt(exponent - least)));
}

/** How two segments meet. `cross`: their interiors cross in one point; `touch`: in any other way. */
export type Meeting = 'apart' | 'cross' | 'touch';

/** Exact for any two segments p → q and r → s. */
export function meetingOf(
  px: number,
  py: number,
  qx: number,
  qy: number,
  rx: number,
  ry: number,
  sx: number,
  sy: number,
): Meeting {
  const r = orientation(px, py, qx, qy, rx, ry);
  const s = orientation(px, py, qx, qy, sx, sy);
  if ((r > 0 && s > 0) || (r < 0 && s < 0)) return 'apart';
  const p = orientation(rx, ry, sx, sy, px, py);
  const q = orientation(rx, ry, sx, sy, qx, qy);
  if ((p > 0 && q > 0) || (p < 0 && q < 0)) return 'apart';
  if (r !== 0 && s !== 0 && p !== 0 && q !== 0) return 'cross';
  const touches =
    (r === 0 && inBox(px, py, qx, qy, rx, ry)) ||
    (s === 0 && inBox(px, py, qx, qy, sx, sy)) ||
    (p === 0 && inBox(rx, ry, sx, sy, px, py)) ||
    (q === 0 && inBox(rx, ry, sx, sy, qx, qy));
  return touches ? 'touch' : 'apart';
}

function inBox(ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean {
  return x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
}

interface RingEdges {
  /** Edge i runs from (x[i], y[i]) to (x[i + 1], y[i + 1]); the ring takes vertices [start, end], last = first. */
  x: Float64Array;
  y: Float64Array;
  start: number;
  end: number;
}

/** Whether the point lies inside the closed ring. Exact for a point that is not on the ring. */
export function isInsideRing({ x, y, start, end }: RingEdges, px: number, py: number): boolean {
  let inside = false;
  for (let i = start; i < end; i++) {
    const upward = y[i]! <= py && y[i + 1]! > py;
    if (!upward && !(y[i]! > py && y[i + 1]! <= py)) continue;
    const side = orientation(x[i]!, y[i]!, x[i + 1]!, y[i + 1]!, px, py);
    if (upward ? side > 0 : side < 0) inside = !inside;
  }
  return inside;
}
