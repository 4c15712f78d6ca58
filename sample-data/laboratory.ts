/**
 * The laboratory: a district of rectangles on round metres at the city's south edge, the same in every city. The
 * answers of the curated parcels follow from this table alone. Origin (0, 0) is LAB_ORIGIN in EPSG:4526; x east, y north.
 */

export const LAB_ORIGIN = { x: 38_430_645, y: 3_897_900 } as const;
/** East–west and north–south size, m. */
export const LAB_SIZE = { x: 1525, y: 1140 } as const;
/** The border of the two southern counties runs along x = 755, the west edge of a field road 10 m wide. */
export const LAB_ROAD = { x0: 755, x1: 765 } as const;

/** [x0, y0, x1, y1] in metres from LAB_ORIGIN. */
export type LabBox = readonly [number, number, number, number];

/** Zones of 城镇开发边界. */
export type Zone = '城镇集中建设区' | '城镇弹性发展区' | '特别用途区';

export interface LabPatch {
  box: LabBox;
  dlbm: string;
  /** 田坎系数 as a fraction. */
  kcxs?: number;
  /** 耕地坡度级别 1…5. */
  slope?: number;
  zone?: Zone;
  /** Permanent basic farmland (永久基本农田). */
  permanent?: true;
  /** Inside the ecological red line. */
  redLine?: true;
  /** Planned use, 用地用海 code. */
  plannedUse?: string;
}

/** Painted in order: a later rectangle cuts a window into an earlier one. Edges lie on the lattice's lines. */
export const labPatches: readonly LabPatch[] = [
  // north-west: industry in the concentrated zone
  { box: [0, 760, 380, 1140], dlbm: '0601', zone: '城镇集中建设区', plannedUse: '1001' },
  // north: the two other zones
  { box: [380, 760, 580, 1140], dlbm: '0102', zone: '城镇弹性发展区', plannedUse: '16' },
  { box: [580, 760, 755, 1140], dlbm: '0201K', zone: '特别用途区', plannedUse: '1401' },
  // middle: housing around a window of permanent basic farmland (开天窗)
  { box: [380, 380, 755, 760], dlbm: '0701', zone: '城镇集中建设区', plannedUse: '0701' },
  { box: [480, 480, 630, 630], dlbm: '0102', permanent: true },
  // west: every kind of ground inside the concentrated zone
  {
    box: [0, 380, 125, 760],
    dlbm: '0103',
    kcxs: 0.1134,
    slope: 3,
    zone: '城镇集中建设区',
    plannedUse: '0901',
  },
  { box: [125, 380, 250, 580], dlbm: '0301', zone: '城镇集中建设区', plannedUse: '0901' },
  { box: [125, 580, 250, 760], dlbm: '0404', zone: '城镇集中建设区', plannedUse: '0901' },
  { box: [250, 380, 380, 580], dlbm: '0101', zone: '城镇集中建设区', plannedUse: '0804' },
  { box: [250, 580, 380, 760], dlbm: '1104A', zone: '城镇集中建设区', plannedUse: '0804' },
  // south-west: outside the boundary
  { box: [0, 0, 200, 380], dlbm: '0102' },
  { box: [200, 0, 380, 380], dlbm: '0102', permanent: true },
  { box: [380, 0, 755, 200], dlbm: '0702' },
  { box: [380, 200, 580, 380], dlbm: '1202' },
  { box: [580, 200, 755, 380], dlbm: '1206' },
  // east of the county border
  { box: [765, 760, 1145, 1140], dlbm: '0601', zone: '城镇集中建设区', plannedUse: '1001' },
  { box: [765, 380, 1145, 760], dlbm: '0103', kcxs: 0.2, slope: 4 },
  { box: [765, 0, 965, 380], dlbm: '0602' },
  { box: [965, 0, 1145, 380], dlbm: '0103', kcxs: 0.1523, slope: 4, permanent: true },
  // far east: woodland, and the red line with its straight western border x = 1145
  { box: [1145, 0, 1525, 380], dlbm: '0305' },
  { box: [1145, 380, 1525, 760], dlbm: '0301', redLine: true },
  { box: [1145, 760, 1525, 1140], dlbm: '1106', redLine: true },
];

/** A patch that lies as a window in another one, off the lattice: 10 × 10.002 m, ellipsoid area 100.01 m². */
export const labIsland: LabPatch = { box: [900, 500, 910, 510.002], dlbm: '0103', kcxs: 0.5, slope: 5 };

/** Index in `labPatches` of the rectangle around the island. */
export const LAB_ISLAND_PARENT = 16;

/** Index of the laboratory patch that owns a point, or −1. The point must not lie on a border. */
export function labPatchAt(x: number, y: number): number {
  const u = x - LAB_ORIGIN.x;
  const v = y - LAB_ORIGIN.y;
  for (let n = labPatches.length - 1; n >= 0; n--) {
    const [x0, y0, x1, y1] = labPatches[n]!.box;
    if (u > x0 && u < x1 && v > y0 && v < y1) return n;
  }
  return -1;
}

/** Distance in metres from a point to the laboratory's rectangle; 0 inside and on its edge. */
export function distanceToLab(x: number, y: number): number {
  const dx = Math.max(LAB_ORIGIN.x - x, x - LAB_ORIGIN.x - LAB_SIZE.x, 0);
  const dy = Math.max(LAB_ORIGIN.y - y, y - LAB_ORIGIN.y - LAB_SIZE.y, 0);
  return Math.hypot(dx, dy);
}
