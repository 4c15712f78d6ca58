/** Small scenes of neighbours that go wrong in practice, in metres around the origin; each is turned and moved by the test. */
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';

type Points = readonly (readonly [number, number])[];

const ring = (points: Points): Position[] => [...points, points[0]!];
const polygon = (points: Points, ...holes: Points[]): MultiPolygonRings => [
  [ring(points), ...holes.map(ring)],
];
const box = (x0: number, y0: number, x1: number, y1: number): MultiPolygonRings =>
  polygon([
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ]);

/** A box whose left side is drawn through these points (from top to bottom). */
const leftDrawn = (x1: number, y0: number, y1: number, left: Points): MultiPolygonRings =>
  polygon([[left.at(-1)![0], y0], [x1, y0], [x1, y1], ...left.slice(0, -1), left.at(-1)!]);

const teeth = (x: number, y0: number, y1: number, step: number, size: number): Points => {
  const points: [number, number][] = [];
  const count = Math.round((y1 - y0) / step);
  for (let i = 0; i <= count; i++)
    points.push([x + (i === 0 || i === count ? 0 : i % 2 ? size : -size), y1 - i * step]);
  return points;
};

const circle = (x: number, y: number, radius: number, count: number, phase = 0): Points =>
  Array.from({ length: count }, (_, i) => {
    const angle = phase + (2 * Math.PI * i) / count;
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)] as const;
  });

/** Scenes by name; parcels of one scene stand to each other as the name says. */
export const scenes: Readonly<Record<string, (random: () => number) => MultiPolygonRings[]>> = {
  'one border, same vertices': () => [box(0, 0, 10, 10), box(10, 0, 20, 10)],
  'T-junction: one beside two': (random) => {
    const y = 2 + 6 * random();
    return [box(0, 0, 10, 10), box(10, 0, 20, y), box(10, y, 20, 10)];
  },
  'vertices that do not match': (random) => {
    const cuts = Array.from({ length: 6 }, random).sort((p, q) => q - p);
    return [
      box(-10, 0, 0, 10),
      leftDrawn(10, 0, 10, [[0, 10], ...cuts.map((c) => [0, 10 * c] as const), [0, 0]]),
    ];
  },
  'offset neighbours: partly shared': (random) => {
    const dy = 10 * random();
    return [box(0, 0, 10, 10), box(10, dy, 20, 10 + dy)];
  },
  'teeth of 2 cm against a straight border': () => [
    box(-30, 0, 0, 20),
    leftDrawn(20, 0, 20, teeth(0, 0, 20, 0.5, 0.02)),
  ],
  'teeth on both sides': () => [
    polygon([
      [-20, 0],
      [0, 0],
      ...[...teeth(0, 0, 20, 0.4, 0.02)].reverse().slice(1, -1),
      [0, 20],
      [-20, 20],
    ]),
    leftDrawn(20, 0, 20, teeth(0, 0, 20, 0.5, 0.02)),
  ],
  'steep teeth of 2 cm every 2 cm': () => [
    box(-20, 0, 0, 3),
    leftDrawn(20, 0, 3, teeth(0, 0, 3, 0.02, 0.02)),
  ],
  'densified against sparse': () => [box(-20, 0, 0, 20), leftDrawn(20, 0, 20, teeth(0, 0, 20, 0.2, 0))],
  'gap of exactly the tolerance': () => [box(0, 0, 10, 10), box(10.1, 0, 20, 10)],
  'gap just above the tolerance': () => [box(0, 0, 10, 10), box(10.101, 0, 20, 10)],
  'gap of 5 cm': () => [box(0, 0, 10, 10), box(10.05, 1, 20, 9)],
  'gap that opens': (random) => [
    box(0, 0, 10, 10),
    polygon([
      [10, 0],
      [20, 0],
      [20, 10],
      [10 + random(), 10],
    ]),
  ],
  'sliver parcel between two': () => [box(0, 0, 10, 10), box(10, 0, 10.04, 10), box(10.04, 0, 20, 10)],
  'overlap thinner than the tolerance': () => [box(0, 0, 10, 10), box(9.95, 0, 20, 10)],
  'overlap wider than the tolerance': () => [box(0, 0, 10, 10), box(9.8, 0, 20, 10)],
  'long thin overlap with one deep place': () => [
    box(0, 0, 10, 100),
    polygon([
      [10, 0],
      [20, 0],
      [20, 100],
      [9.99, 100],
      [9.99, 50],
      [9.6, 49.8],
      [9.99, 49.6],
    ]),
  ],
  'corner to corner': () => [box(0, 0, 10, 10), box(10, 10, 20, 20)],
  'corner a little apart': () => [box(0, 0, 10, 10), box(10.05, 10.05, 20, 20)],
  'corner overlap': (random) => [box(0, 0, 10, 10), box(9.95 - 0.3 * random(), 9.9, 20, 20)],
  'corner on a side': () => [
    box(0, 0, 10, 10),
    polygon([
      [10, 5],
      [15, 0],
      [20, 5],
      [15, 10],
    ]),
  ],
  'ring of corners around a place': () => [
    box(0, 0, 10, 10),
    box(10, 10, 20, 20),
    box(0, 20, 10, 30),
    box(-10, 10, 0, 20),
    polygon([
      [0, 10],
      [10, 10],
      [10, 20],
      [0, 20],
    ]),
  ],
  'contact of half a metre': () => [box(0, 0, 10, 10), box(10, 9.5, 20, 20)],
  'contact of exactly one metre': () => [box(0, 0, 10, 10), box(10, 9, 20, 20)],
  'fills a hole': () => [
    polygon(
      [
        [0, 0],
        [30, 0],
        [30, 30],
        [0, 30],
      ],
      [
        [10, 10],
        [20, 10],
        [20, 20],
        [10, 20],
      ],
    ),
    box(10, 10, 20, 20),
  ],
  'fills a round hole, drawn apart': () => [
    polygon(
      [
        [0, 0],
        [30, 0],
        [30, 30],
        [0, 30],
      ],
      circle(15, 15, 8, 40),
    ),
    polygon(circle(15, 15, 8, 52, 0.03)),
  ],
  'island in a hole, apart': () => [
    polygon(
      [
        [0, 0],
        [30, 0],
        [30, 30],
        [0, 30],
      ],
      [
        [10, 10],
        [20, 10],
        [20, 20],
        [10, 20],
      ],
    ),
    box(10.3, 10.3, 19.7, 19.7),
  ],
  'one inside the other': () => [box(0, 0, 30, 30), box(10, 10, 20, 20)],
  'one inside the other on its border': () => [box(0, 0, 30, 30), box(0, 10, 10, 20)],
  'the same parcel twice': () => [box(0, 0, 30, 30), box(0, 0, 30, 30)],
  'the same parcel, moved 3 cm': () => [box(0, 0, 30, 30), box(0.03, 0, 30.03, 30)],
  'crossed like a plus': () => [box(0, 10, 30, 20), box(10, 0, 20, 30)],
  'two parts on either side': () => [[...box(0, 0, 10, 10), ...box(20, 0, 30, 10)], box(10, 0, 20, 10)],
  'two parts, one far': () => [
    [...box(0, 0, 10, 10), ...box(100, 0, 110, 10)],
    box(10, 3, 20, 6),
    box(110, 9, 120, 20),
  ],
  'comb into comb': () => [
    polygon([
      [0, 0],
      [12, 0],
      [12, 2],
      [4, 2],
      [4, 4],
      [12, 4],
      [12, 6],
      [4, 6],
      [4, 8],
      [12, 8],
      [12, 10],
      [0, 10],
    ]),
    polygon([
      [20, 0],
      [20, 10],
      [14, 10],
      [14, 7.95],
      [4.05, 7.95],
      [4.05, 6.05],
      [14, 6.05],
      [14, 3.95],
      [4.05, 3.95],
      [4.05, 2.05],
      [14, 2.05],
      [14, 0],
    ]),
  ],
  'wedge at a small angle': (random) => {
    const angle = 0.01 + 0.2 * random();
    return [
      polygon([
        [0, 0],
        [20, 0],
        [20, -5],
        [0, -5],
      ]),
      polygon([
        [0, 0],
        [20 * Math.cos(angle), 20 * Math.sin(angle)],
        [0, 10],
      ]),
    ];
  },
  'round against round': () => [
    polygon(circle(0, 0, 10, 64)),
    polygon([
      [0, -20],
      [30, -20],
      [30, 20],
      [0, 20],
      ...[...circle(0, 0, 10.04, 48)].slice(0, 13).reverse(),
      ...[...circle(0, 0, 10.04, 48)].slice(36).reverse(),
    ]),
  ],
  'repeated vertices': () => [
    polygon([
      [0, 0],
      [10, 0],
      [10, 0],
      [10, 10],
      [10, 10],
      [10, 10],
      [0, 10],
    ]),
    box(10, 0, 20, 10),
  ],
  'wound the wrong way': () => [
    polygon([
      [0, 0],
      [0, 10],
      [10, 10],
      [10, 0],
    ]),
    polygon(
      [
        [-10, -10],
        [-10, 20],
        [40, 20],
        [40, -10],
      ],
      [
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ],
    ),
  ],
  'road of 20 m between': () => [box(0, 0, 10, 10), box(30, 2, 40, 12)],
  'a spike that nearly touches': () => [
    box(0, 0, 10, 10),
    polygon([
      [10.04, 5],
      [20, 0],
      [20, 10],
      [10.04, 5.02],
    ]),
  ],
};
