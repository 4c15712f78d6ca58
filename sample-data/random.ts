/** Chance without state: numbers that depend only on the seed and on what they are for, so that any part of the city can be built alone. */

/** Uniform in [0, 1) from a seed and up to four keys (32-bit integer mixing after MurmurHash3's finalizer). */
export function chance(seed: number, a: number, b = 0, c = 0, d = 0): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  h = mix(h ^ Math.imul(a | 0, 0xcc9e2d51));
  h = mix(h ^ Math.imul(b | 0, 0x1b873593));
  h = mix(h ^ Math.imul(c | 0, 0x2c1b3c6d));
  h = mix(h ^ Math.imul(d | 0, 0x297a2d39));
  return (h >>> 0) / 4294967296;
}

function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  return h ^ (h >>> 16);
}

/** A stream of numbers in [0, 1) for one task (mulberry32), started from keys. */
export function dice(seed: number, a: number, b = 0, c = 0): () => number {
  let state = Math.floor(chance(seed, a, b, c) * 4294967296);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Smooth noise in [-1, 1] over the plane, one hill about every `wavelengthM`. */
export function smoothNoise(
  seed: number,
  channel: number,
  x: number,
  y: number,
  wavelengthM: number,
): number {
  const u = x / wavelengthM;
  const v = y / wavelengthM;
  const i = Math.floor(u);
  const j = Math.floor(v);
  const fu = ease(u - i);
  const fv = ease(v - j);
  const at = (di: number, dj: number): number => chance(seed, channel, i + di, j + dj) * 2 - 1;
  const south = at(0, 0) + (at(1, 0) - at(0, 0)) * fu;
  const north = at(0, 1) + (at(1, 1) - at(0, 1)) * fu;
  return south + (north - south) * fv;
}

const ease = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);

/** Picks from `[item, weight]` pairs by a number in [0, 1). */
export function pick<T>(choices: readonly (readonly [T, number])[], at: number): T {
  let rest = at * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [item, weight] of choices) {
    rest -= weight;
    if (rest < 0) return item;
  }
  return choices[choices.length - 1]![0];
}
