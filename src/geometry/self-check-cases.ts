/**
 * The overlays and areas that the boot self-check measures, with answers that follow from their construction (the
 * arithmetic is beside each) or from the ministry's algorithm computed elsewhere. No answer comes from the kernel.
 */
import type { MultiPolygonRings, Ring } from '../core/geometry-types.js';

/** Two multipolygons in m, within 1,024 m of the origin, and the area of their overlap. */
export interface OverlapCase {
  name: string;
  a: MultiPolygonRings;
  b: MultiPolygonRings;
  areaM2: number;
}

/** A ring in a Gauss–Krüger CRS and its official ellipsoid area to 0.01 m². */
export interface OfficialCase {
  name: string;
  epsg: number;
  ring: Ring;
  areaM2: number;
}

const close = (points: [number, number][]): Ring => [...points, points[0]!];
const box = (x0: number, y0: number, x1: number, y1: number): Ring =>
  close([
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ]);
const one = (...points: [number, number][]): MultiPolygonRings => [[close(points)]];

/** A comb of `teeth` upright teeth, each `width` wide with gaps of the same width, on a bar of height `bar`. */
function comb(teeth: number, width: number, bar: number, top: number): MultiPolygonRings {
  const points: [number, number][] = [[0, 0]];
  points.push([(2 * teeth - 1) * width, 0]);
  for (let i = teeth - 1; i >= 0; i--) {
    points.push([(2 * i + 1) * width, top], [2 * i * width, top]);
    if (i > 0) points.push([2 * i * width, bar], [(2 * i - 1) * width, bar]);
  }
  return [[close(points)]];
}

const E20 = 2 ** -20;
const E30 = 2 ** -30;
const slanted: [number, number][] = [
  [3.5, 2.25],
  [97.125, 11.75],
  [104.625, 88.5],
  [8.375, 79.0625],
];
// shoelace by hand: ½ (−177.40625 + 7366.21875 + 7530.7265625 − 257.875)
const SLANTED_AREA = 7230.83203125;

export const overlapCases: readonly OverlapCase[] = [
  { name: 'corner over corner', a: [[box(0, 0, 100, 100)]], b: [[box(50, 50, 150, 150)]], areaM2: 2500 },
  { name: 'the same ring twice', a: one(...slanted), b: one(...slanted), areaM2: SLANTED_AREA },
  {
    name: 'the same ring from another vertex, other way round',
    a: one(...slanted),
    b: one(slanted[2]!, slanted[1]!, slanted[0]!, slanted[3]!),
    areaM2: SLANTED_AREA,
  },
  {
    name: 'slanted border shared to the last bit',
    a: one([0, 0], [60, 0], [37.4375, 100], [0, 100]),
    b: one([60, 0], [120, 0], [120, 100], [37.4375, 100]),
    areaM2: 0,
  },
  {
    name: 'shared border broken by a vertex on one side only',
    a: one([0, 0], [64, 0], [32, 96], [0, 96]),
    b: one([64, 0], [128, 0], [128, 96], [32, 96], [48, 48]),
    areaM2: 0,
  },
  {
    // heights differ by E20·x/512 − E20 over x in 512…1024: ½·512·E20
    name: 'near-parallel edges that cross in the middle',
    a: one([0, 0], [1024, 0], [1024, 100 + E20], [0, 100]),
    b: one([0, 100 + E20], [1024, 100], [1024, 200], [0, 200]),
    areaM2: 256 * E20,
  },
  {
    name: 'the same square moved by a nanometre',
    a: [[box(0, 0, 100, 100)]],
    b: [[box(E30, 0, 100 + E30, 100)]],
    areaM2: (100 - E30) * 100,
  },
  {
    name: 'sliver of 47 mm along 200 m',
    a: [[box(0, 0, 200, 50)]],
    b: [[box(0, 49.953125, 200, 100)]],
    areaM2: 200 * 0.046875,
  },
  {
    name: 'inside a hole',
    a: [[box(0, 0, 100, 100), box(20, 20, 80, 80)]],
    b: [[box(30, 30, 70, 70)]],
    areaM2: 0,
  },
  {
    name: 'hole filled exactly',
    a: [[box(0, 0, 100, 100), box(20, 20, 80, 80)]],
    b: [[box(20, 20, 80, 80)]],
    areaM2: 0,
  },
  {
    name: 'over a hole, wound against the rules',
    a: [[[...box(0, 0, 100, 100)].reverse(), box(20, 20, 80, 80)]],
    b: [[[...box(10, 10, 90, 90)].reverse()]],
    areaM2: 80 * 80 - 60 * 60,
  },
  {
    name: 'two parts under a strip',
    a: [[box(0, 0, 40, 100)], [box(60, 0, 100, 100), box(70, 40, 90, 60)]],
    b: [[box(-10, 50, 110, 70)]],
    areaM2: 40 * 20 + 40 * 20 - 20 * 10,
  },
  {
    name: 'parcel in the middle of a large piece',
    a: one(...slanted),
    b: one([-900, -700], [1000, -820], [930, 990], [-950, 900]),
    areaM2: SLANTED_AREA,
  },
  {
    name: 'large parcel around a small piece',
    a: one([-900, -700], [1000, -820], [930, 990], [-950, 900]),
    b: one(...slanted),
    areaM2: SLANTED_AREA,
  },
  {
    // 3 × 3 less the corner above 5x + 7y = 35: ½ · (3 − 14/5) · (3 − 20/7)
    name: 'triangle over a square, rational crossings',
    a: one([0, 0], [7, 0], [0, 5]),
    b: [[box(0, 0, 3, 3)]],
    areaM2: 9 - 1 / 70,
  },
  {
    // |x − 50| + |y − 50| ≤ 60 cuts four corners of legs 40 off the square
    name: 'diamond over a square',
    a: one([-10, 50], [50, -10], [110, 50], [50, 110]),
    b: [[box(0, 0, 100, 100)]],
    areaM2: 10_000 - 4 * 0.5 * 40 * 40,
  },
  {
    name: 'comb in comb, turned over',
    a: comb(20, 4, 10, 90),
    b: comb(20, 4, 10, 90).map((p) => p.map((r) => r.map(([x, y]) => [x, 100 - y] as const))),
    areaM2: 20 * 4 * 80,
  },
  {
    name: 'comb beside comb: teeth in the gaps',
    a: comb(20, 4, 10, 90),
    b: comb(20, 4, 10, 90).map((p) => p.map((r) => r.map(([x, y]) => [x + 4, 101 - y] as const))),
    areaM2: 0,
  },
  {
    name: 'spike and doubled vertices',
    a: one([0, 0], [50, 0], [50, 0], [100, 0], [100, 50], [180, 50], [100, 50], [100, 100], [0, 100]),
    b: [[box(40, -20, 200, 60)]],
    areaM2: 60 * 60,
  },
  {
    name: 'corners that touch',
    a: [[box(0, 0, 50, 50)]],
    b: [[box(50, 50, 100, 100)]],
    areaM2: 0,
  },
];

const ringEN = (east: number, north: number, width: number, height: number): Ring =>
  box(east, north, east + width, north + height);

export const officialCases: readonly OfficialCase[] = [
  { name: 'rect 500x300', epsg: 4547, ring: ringEN(430000, 3898000, 500, 300), areaM2: 149982.02 },
  { name: 'road 30m x 5km', epsg: 4547, ring: ringEN(430000, 3898000, 5000, 30), areaM2: 149983.15 },
  { name: 'road with zone prefix', epsg: 4526, ring: ringEN(38430000, 3898000, 5000, 30), areaM2: 149983.15 },
  { name: '10km sq', epsg: 4547, ring: ringEN(425000, 3895000, 10000, 10000), areaM2: 99987908.2 },
  {
    name: '3 mu: 2000.10 m² in the plane',
    epsg: 4547,
    ring: close([
      [430675.3051, 3898777.7467],
      [430720.0276, 3898777.7467],
      [430720.0276, 3898822.4692],
      [430675.3051, 3898822.4692],
    ]),
    areaM2: 1999.87,
  },
];
