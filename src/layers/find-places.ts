/** Finds a point and a width to show for overlaps and gaps, so that an official can go and look. Constructs with GEOS; no area comes from here. */
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { analysisToLonLat, toLonLat, toPlane } from '../geometry/planes.js';
import { type Gap, LISTED, type OverlapPair, type Place } from './certificate.js';
import type { GapGroup } from './group-gaps.js';
import { readFeatureGeometries } from './read-features.js';

const SHAPES_SHOWN = 200;

interface Spot {
  place: Place | null;
  widthM: number | null;
}

/** Centre and diameter of the largest circle inside; rings in the metres of the 3° zone. */
async function findSpot(geos: GeosPool, plane: MultiPolygonRings, zone: number): Promise<Spot> {
  if (plane.length === 0) return { place: null, widthM: null };
  const circle = await geos.inscribedCircle(plane, 1e-2);
  const at = toLonLat([[[[circle.x, circle.y]]]], zoneCrs(zone))[0]?.[0]?.[0];
  return { place: at ? [at[0], at[1]] : null, widthM: Math.round(circle.radius * 2000) / 1000 };
}

/** The largest gaps with place and width. */
export async function locateGaps(
  geos: GeosPool,
  groups: readonly GapGroup[],
  zone: number,
  tileSizeM: number,
): Promise<Gap[]> {
  return Promise.all(
    groups.slice(0, LISTED).map(async (group) => {
      const spot = await tolerant(async () => {
        const shape = await geos.union(shapesOf(group, tileSizeM));
        return findSpot(geos, toPlane(analysisToLonLat(shape), zoneCrs(zone)), zone);
      });
      return { areaM2: group.areaM2, ...spot };
    }),
  );
}

/** The bits of a gap, whole empty tiles first, as many as are needed to show where it is. */
function shapesOf(group: GapGroup, tileSizeM: number): MultiPolygonRings[] {
  const empty = group.emptyTiles.slice(0, SHAPES_SHOWN).map((tile) => tileSquare(tile, tileSizeM));
  const bits = [...group.bits].sort((a, b) => b.areaM2 - a.areaM2).slice(0, SHAPES_SHOWN);
  return [...empty, ...bits.map((bit) => bit.rings)];
}

function tileSquare({ tileX, tileY }: { tileX: number; tileY: number }, sizeM: number): MultiPolygonRings {
  const [x, y] = [tileX * sizeM, tileY * sizeM];
  return [
    [
      [
        [x, y],
        [x + sizeM, y],
        [x + sizeM, y + sizeM],
        [x, y + sizeM],
        [x, y],
      ],
    ],
  ];
}

/** The given pairs with a place inside what they share. */
export async function locateOverlaps(
  parts: { db: Sql; geos: GeosPool },
  version: { versionId: number; layerId: string; version: string },
  pairs: readonly Omit<OverlapPair, 'place'>[],
  zone: number,
): Promise<OverlapPair[]> {
  const numbers = [...new Set(pairs.flatMap((pair) => [pair.featureA, pair.featureB]))];
  const shapes = await readFeatureGeometries(parts.db, version, numbers);
  const planes = new Map(numbers.map((no) => [no, toPlane(shapes.get(no)!, zoneCrs(zone))]));
  return Promise.all(
    pairs.map(async (pair) => {
      const { place } = await tolerant(async () => {
        const both = await parts.geos.intersection(planes.get(pair.featureA)!, planes.get(pair.featureB)!);
        return findSpot(parts.geos, both, zone);
      });
      return { ...pair, place };
    }),
  );
}

/** A place is a help, not a figure: one that cannot be constructed is left open and the pair stays listed. */
async function tolerant(find: () => Promise<Spot>): Promise<Spot> {
  try {
    return await find();
  } catch {
    return { place: null, widthM: null };
  }
}
