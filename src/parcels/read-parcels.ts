/**
 * Makes submitted parcels usable, or says everything that is wrong with them in one answer. The story on one screen;
 * each step stands in its own file. Stores nothing and knows no layer.
 */

import { kindOfBox } from '../core/coordinate-kind.js';
import type { CrsKind } from '../core/crs.js';
import { runInTurns, startTurn } from '../core/event-loop-turn.js';
import { checkGeometry, type GeometryJudge } from './check-geometry.js';
import { checkInPlane } from './check-in-plane.js';
import { findOverlaps } from './find-overlaps.js';
import { nameParcels } from './name-parcels.js';
import type { ParcelDraft } from './parcel-draft.js';
import { createFaultList, parcelWarning } from './parcel-faults.js';
import {
  defaultParcelLimits,
  type ParcelBatch,
  type ParcelInput,
  type ParcelWarning,
} from './parcel-types.js';
import { readJson } from './read-json.js';
import { readStructure } from './read-structure.js';
import { resolveCrs } from './resolve-crs.js';
import { toParcels } from './to-parcels.js';

/**
 * Reads GeoJSON parcels: EPSG:4490/4326 degrees or CGCS2000 Gauss–Krüger metres, x = east, y = north. Throws one
 * `AppError` (`bad-json`, `bad-geojson`, `bad-crs`, `bad-parcel`, `outside-jurisdiction`, `too-large`) whose
 * `facts.errors` list every fault with its JSON pointer, code and place. `geos` is a `GeosPool`.
 */
export async function readParcels(input: ParcelInput, geos: GeometryJudge): Promise<ParcelBatch> {
  const { jurisdiction, limits = defaultParcelLimits, repair = false } = input;
  const faults = createFaultList(limits.maxFaults);
  const warnings: ParcelWarning[] = [];
  const breathe = startTurn();
  const { json, decimals } = readJson(input.body, limits);
  await breathe();
  const { drafts, crsMembers } = await runInTurns(
    readStructure(json, input.decimals ?? decimals, limits, faults),
  );
  nameParcels(drafts, faults);
  const crs = resolveCrs({
    parameter: input.crs,
    mustDeclare: input.mustDeclareCrs ?? false,
    members: crsMembers,
    drafts,
    jurisdiction,
    faults,
    warnings,
  });
  const sound = (): ParcelDraft[] => drafts.filter((draft) => !draft.broken);
  const kind = crs?.kind ?? guessKind(drafts);
  const repairs = await checkGeometry(sound(), kind, repair && crs !== undefined, geos, faults);
  const parcels = crs ? await runInTurns(toParcels(sound(), crs, jurisdiction, repairs, faults)) : [];
  await checkInPlane(parcels, geos, faults);
  faults.throwIfAny();
  noteHeights(drafts, warnings);
  await findOverlaps(parcels, limits, geos);
  return {
    parcels: parcels.map(({ draft, ...parcel }) => parcel),
    warnings,
    sourceEpsg: crs!.epsg,
  };
}

/** For faults of geometry in a file whose CRS is itself at fault. */
function guessKind(drafts: readonly ParcelDraft[]): CrsKind {
  return drafts.some(({ box }) => kindOfBox(box).startsWith('degrees')) ? 'geographic' : 'gauss-kruger';
}

function noteHeights(drafts: readonly ParcelDraft[], warnings: ParcelWarning[]): void {
  const count = drafts.reduce((sum, draft) => sum + draft.zCount, 0);
  if (count > 0) warnings.push(parcelWarning('z-dropped', { count }));
}
