/** The ground of a parcel outside the development boundary, by county, in printed figures that add up to it. */
import { closeToTotal } from '../geometry/closing.js';
import { getSnapshot } from '../layers/describe-layers.js';
import { constructPieces } from '../overlay/construct-pieces.js';
import { measureOverlaps } from '../overlay/measure-overlaps.js';
import { shapeOfParcel } from '../overlay/shapes.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { rebuildParcel, type StoredParcel } from '../parcels/rebuild-parcel.js';
import type { CheckParts, PinnedRequest } from './check-parts.js';
import type { CheckParcel } from './check-types.js';

export interface CountyGround {
  /** Null where no district is known. */
  county: { code: string; name: string | null } | null;
  areaM2: number;
}

/** Districts may be towns: a county is the first six digits of its code. */
const COUNTY_DIGITS = 6;

/**
 * One county, or a parcel that lies outside altogether: the figures of the check. Otherwise the ground outside is drawn
 * from the pinned versions and measured against the districts.
 */
export async function outsideByCounty(
  parts: CheckParts,
  request: PinnedRequest,
  parcel: CheckParcel,
  source: StoredParcel,
): Promise<CountyGround[]> {
  const boundary = parcel.overlays.find((one) => one.layer === 'czkfbj')!;
  const districts = parcel.overlays.find((one) => one.layer === 'xzq');
  const whole = byCounty(districts?.byClass ?? []);
  const { outsideM2 } = boundary;
  if (whole.length === 0 || !districts) return [{ county: null, areaM2: outsideM2 }];
  const known = districts.undeterminedM2 === 0;
  if (known && whole.length === 1) return [{ ...whole[0]!, areaM2: outsideM2 }];
  const rows =
    boundary.areaM2 === 0
      ? [...whole, ...(known ? [] : [{ county: null, areaM2: districts.undeterminedM2 }])]
      : await measureOutside(parts, request, source, boundary);
  const sum = rows.reduce((acc, row) => acc + row.areaM2, 0);
  const closed = closeToTotal(
    rows.map((row) => (row.areaM2 * outsideM2) / sum),
    outsideM2,
    rows.map((row) => row.county?.code ?? ''),
  );
  return rows.map(({ county }, i) => ({ county, areaM2: closed[i]! })).filter((row) => row.areaM2 > 0);
}

/**
 * The ground of a parcel of a stored check that lies outside the boundary, drawn from the pinned version; undefined where
 * nothing can be drawn of it.
 */
export async function outsideGround(
  { db: sql, geos }: CheckParts,
  request: PinnedRequest,
  boundary: CheckParcel['overlays'][number],
  source: StoredParcel,
): Promise<Parcel | undefined> {
  const parcel = rebuildParcel(source);
  if (boundary.areaM2 === 0) return parcel;
  const { version } = request.layers.find((layer) => layer.layerId === 'czkfbj')!;
  const czkfbj = await getSnapshot(sql, 'czkfbj', version!);
  const numbers = boundary.features.map(({ featureId }) => Number(featureId.split('.').at(-1)));
  const pieces = await constructPieces({ sql, geos }, czkfbj, shapeOfParcel(parcel), numbers, true);
  const outside = pieces.find(({ kind }) => kind === 'outside');
  return outside && rebuildParcel({ ...source, sourceEpsg: 4490, source: outside.lonLat });
}

async function measureOutside(
  parts: CheckParts,
  request: PinnedRequest,
  source: StoredParcel,
  boundary: CheckParcel['overlays'][number],
): Promise<CountyGround[]> {
  const { db: sql, geos, tiles, features, maxPairs } = parts;
  const { version } = request.layers.find((layer) => layer.layerId === 'xzq')!;
  const xzq = await getSnapshot(sql, 'xzq', version!);
  const ground = await outsideGround(parts, request, boundary, source);
  if (!ground) return [{ county: null, areaM2: 1 }];
  const noNoise = { areaM2: 0.01, widthM: 0.002 };
  const [measured] = await measureOverlaps(
    { sql, geos, tiles, features, maxPairs, signal: undefined },
    [ground],
    [xzq],
    () => noNoise,
  );
  const overlay = measured!.overlays[0]!;
  const rows: CountyGround[] = byCounty(overlay.byClass, true);
  if (overlay.undeterminedM2 > 0) rows.push({ county: null, areaM2: overlay.undeterminedM2 });
  return rows;
}

function byCounty(
  classes: CheckParcel['overlays'][number]['byClass'],
  withNoise = false,
): { county: { code: string; name: string | null }; areaM2: number }[] {
  const counties = new Map<string, { county: { code: string; name: string | null }; areaM2: number }>();
  for (const { code, label, areaM2, noise } of classes) {
    if (code === null || (noise && !withNoise)) continue;
    const county = code.slice(0, COUNTY_DIGITS);
    const before = counties.get(county);
    // the name of a town is not the name of its county
    const name = code.length === COUNTY_DIGITS ? label : (before?.county.name ?? null);
    counties.set(county, { county: { code: county, name }, areaM2: (before?.areaM2 ?? 0) + areaM2 });
  }
  return [...counties.values()].sort((a, b) => (a.county.code < b.county.code ? -1 : 1));
}
