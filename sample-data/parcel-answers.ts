/** Works out what the curated parcels hit, by arithmetic on the laboratory's rectangles. */
import type { MultiPolygonRings, Ring } from '../src/core/geometry-types.js';
import { roundHalfUp, toM2 } from '../src/core/units.js';
import { officialAreaM2, planeAreaM2 } from '../src/geometry/official-area.js';
import { netAreas } from './attributes.js';
import type { CuratedParcel } from './curated-parcels.js';
import { counties, TOWN_WITHOUT_DATA_DEPTH_M, townWithoutData } from './districts.js';
import {
  LAB_ISLAND_PARENT,
  LAB_ORIGIN,
  LAB_ROAD,
  LAB_SIZE,
  type LabBox,
  type LabPatch,
  labIsland,
  labPatches,
} from './laboratory.js';
import { planeCrs } from './write-features.js';

/** A sum of rectangles with signs, in laboratory metres. */
type SignedBoxes = readonly { box: LabBox; sign: 1 | -1 }[];

export interface AreaPair {
  planeM2: number;
  ellipsoidM2: number;
}

export interface ClassAnswer extends AreaPair {
  code: string;
  /** Only for layers with KCXS. */
  netM2?: number;
}

export interface LayerAnswer extends AreaPair {
  outside: AreaPair;
  undetermined: AreaPair;
  byClass: readonly ClassAnswer[];
}

const meet = (a: LabBox, b: LabBox): LabBox | undefined => {
  const box = [
    Math.max(a[0], b[0]),
    Math.max(a[1], b[1]),
    Math.min(a[2], b[2]),
    Math.min(a[3], b[3]),
  ] as const;
  return box[0] < box[2] && box[1] < box[3] ? box : undefined;
};

const cutTo = (boxes: SignedBoxes, by: LabBox): SignedBoxes =>
  boxes.flatMap(({ box, sign }) => {
    const common = meet(box, by);
    return common ? [{ box: common, sign }] : [];
  });

const negative = (boxes: SignedBoxes): SignedBoxes =>
  boxes.map(({ box, sign }) => ({ box, sign: sign === 1 ? -1 : 1 }));

export const boxRing = ([x0, y0, x1, y1]: LabBox, clockwise = false): Ring => {
  const at = (x: number, y: number): readonly [number, number] => [
    roundHalfUp(LAB_ORIGIN.x + x, 3),
    roundHalfUp(LAB_ORIGIN.y + y, 3),
  ];
  const ring = [at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)];
  return clockwise ? ring.reverse() : ring;
};

function areaOf(boxes: SignedBoxes): AreaPair {
  let plane = 0;
  let ellipsoid = 0;
  for (const { box, sign } of boxes) {
    const rings: MultiPolygonRings = [[boxRing(box)]];
    plane += sign * planeAreaM2(rings);
    ellipsoid += sign * officialAreaM2(rings, planeCrs);
  }
  return { planeM2: toM2(plane) || 0, ellipsoidM2: toM2(ellipsoid) || 0 };
}

/** Every patch of the laboratory with what a later rectangle leaves of it: rectangle minus windows. */
const groundPatches: readonly { patch: LabPatch; windows: readonly LabBox[]; county: string }[] = [
  ...labPatches.map((patch, n) => ({
    patch,
    windows: [
      ...labPatches.slice(n + 1).flatMap((later) => {
        const window = meet(patch.box, later.box);
        return window ? [window] : [];
      }),
      ...(n === LAB_ISLAND_PARENT ? [labIsland.box] : []),
    ],
    county: patch.box[0] < LAB_ROAD.x0 ? counties[0]!.code : counties[1]!.code,
  })),
  { patch: labIsland, windows: [], county: counties[1]!.code },
  {
    patch: { box: [LAB_ROAD.x0, 0, LAB_ROAD.x1, LAB_SIZE.y], dlbm: '1006' },
    windows: [],
    county: counties[1]!.code,
  },
];

interface Hit {
  patch: LabPatch;
  county: string;
  boxes: SignedBoxes;
  netM2: number;
}

function hitsOf(parcel: SignedBoxes): Hit[] {
  return groundPatches.flatMap(({ patch, windows, county }) => {
    const cut = (whole: SignedBoxes): SignedBoxes => [
      ...cutTo(whole, patch.box),
      ...windows.flatMap((window) => negative(cutTo(whole, window))),
    ];
    const boxes = cut(parcel);
    const { planeM2, ellipsoidM2 } = areaOf(boxes);
    if (planeM2 === 0) return [];
    return [{ patch, county, boxes, netM2: netAreas(ellipsoidM2, patch.kcxs ?? 0).netM2 }];
  });
}

function layerAnswer(
  parcel: SignedBoxes,
  hits: readonly Hit[],
  classOf: (hit: Hit) => string | undefined,
  net: boolean,
  coveredFrom = 0,
): LayerAnswer {
  const classes = new Map<string, Hit[]>();
  for (const hit of hits) {
    const code = classOf(hit);
    if (code !== undefined) classes.set(code, [...(classes.get(code) ?? []), hit]);
  }
  const covered = cutTo(parcel, [-1e6, coveredFrom, 1e6, 1e6]);
  const taken = [...classes.values()].flat().flatMap((hit) => hit.boxes);
  return {
    ...areaOf(taken),
    outside: areaOf([...covered, ...negative(taken)]),
    undetermined: areaOf([...parcel, ...negative(covered)]),
    byClass: [...classes].map(([code, members]) => ({
      code,
      ...areaOf(members.flatMap((hit) => hit.boxes)),
      ...(net ? { netM2: toM2(members.reduce((sum, hit) => sum + hit.netM2, 0)) } : {}),
    })),
  };
}

/** Plane and ellipsoid areas of a curated parcel on every layer, from rectangles alone. */
export function answerOf(parcel: Pick<CuratedParcel, 'boxes' | 'holes'>): {
  area: AreaPair;
  layers: Record<'czkfbj' | 'stbhhx' | 'yjjbnt' | 'dltb' | 'xzq', LayerAnswer>;
} {
  const boxes: SignedBoxes = [
    ...parcel.boxes.map((box) => ({ box, sign: 1 as const })),
    ...(parcel.holes ?? []).map((box) => ({ box, sign: -1 as const })),
  ];
  const hits = hitsOf(boxes);
  const south = [-1e6, -TOWN_WITHOUT_DATA_DEPTH_M, 1e6, 0] as const;
  const withoutData = cutTo(boxes, south);
  const county = townWithoutData.county.code;
  const southern: Hit[] =
    withoutData.length > 0 ? [{ patch: { box: south, dlbm: '' }, county, boxes: withoutData, netM2: 0 }] : [];
  return {
    area: areaOf(boxes),
    layers: {
      czkfbj: layerAnswer(boxes, hits, ({ patch }) => patch.zone, false),
      stbhhx: layerAnswer(boxes, hits, ({ patch }) => (patch.redLine ? '生物多样性维护' : undefined), false),
      yjjbnt: layerAnswer(boxes, hits, ({ patch }) => (patch.permanent ? patch.dlbm : undefined), true),
      dltb: layerAnswer(boxes, hits, ({ patch }) => patch.dlbm, true),
      xzq: layerAnswer(boxes, [...hits, ...southern], (hit) => hit.county, false, south[1]),
    },
  };
}
