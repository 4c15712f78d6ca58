/** Measures, judges and composes from pinned input: the part of a check that a replay runs again. */
import { throwIfStopped } from '../overlay/measure-ground.js';
import { isPresent, type MeasuredParcel, measureOverlaps } from '../overlay/measure-overlaps.js';
import type { NoiseLimits } from '../overlay/noise.js';
import { type Verification, verifyMeasures } from '../overlay/verify-measures.js';
import type { Parcel } from '../parcels/parcel-types.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import type { Answer, CheckParts, PinnedInput, PinnedRequest } from './check-parts.js';
import { CheckComposer } from './compose-check.js';

/**
 * Parcels measured and composed at a time: what is known of a parcel is written down and forgotten before it grows old
 * in memory. A second measure looks at all of them in one statement.
 */
const PARCELS_AT_ONCE = 256;

/** All parcels at once, for answers that are not stored as a check. */
export function measureInput(parts: CheckParts, input: PinnedInput): Promise<MeasuredParcel[]> {
  const { db: sql, geos, tiles, features, maxPairs } = parts;
  const overlay = { sql, geos, tiles, features, maxPairs, signal: input.signal };
  return measureOverlaps(overlay, input.parcels, input.layers, (layerId) => noiseLimits(input.pack, layerId));
}

/** @param toStore the answer is packed while it grows */
export async function answerCheck(parts: CheckParts, input: PinnedInput, toStore = false): Promise<Answer> {
  const snapshots = input.layers.filter(isPresent);
  const { db: sql, geos, tiles, features, maxPairs } = parts;
  const overlay = { sql, geos, tiles, features, maxPairs, signal: input.signal };
  const counted = { pairs: 0 };
  const groups = inGroups(input.parcels, input.verify ? input.parcels.length : PARCELS_AT_ONCE);
  const measure = async (group: readonly Parcel[]) => {
    const measured = await measureOverlaps(
      overlay,
      group,
      input.layers,
      (layerId) => noiseLimits(input.pack, layerId),
      counted,
    );
    const verification = input.verify
      ? await verifyMeasures({ db: sql, geos, signal: input.signal }, measured, snapshots)
      : null;
    return { measured, verification };
  };
  const composer = new CheckComposer(input, toStore);
  let verification: Verification | null = null;
  let next = measure(groups[0] ?? []);
  for (let i = 0; i < groups.length; i++) {
    const found = await next;
    throwIfStopped(input.signal);
    // the database looks for the next parcels' tiles while these are written down
    if (i + 1 < groups.length) {
      next = measure(groups[i + 1]!);
      next.catch(() => undefined); // noticed when it is waited for
    }
    composer.add(found.measured, found.verification);
    verification = found.verification;
  }
  return {
    body: composer.end(verification, parts.versions),
    warnings: input.warnings,
    pinned: pin(input),
  };
}

/** What a replay needs beside the stored parcels. */
const pin = (input: PinnedInput): PinnedRequest => ({
  stage: input.stage,
  rulePack: { id: input.pack.id, version: input.pack.version },
  ...(input.facts && { facts: input.facts }),
  onDate: input.onDate,
  asOf: input.asOf,
  verify: input.verify,
  layers: input.layers.map((layer) => ({
    layerId: layer.layerId,
    version: isPresent(layer) ? layer.version : null,
    status: layer.status,
  })),
});

function inGroups<T>(items: readonly T[], size: number): (readonly T[])[] {
  const groups: (readonly T[])[] = [];
  for (let from = 0; from < items.length; from += size) groups.push(items.slice(from, from + size));
  return groups;
}

/** Half the tolerance of desktop GIS on metre data (0.001 m) on either side of a border, both ways. */
const DEFAULT_NOISE = { areaM2: 0.01, widthM: 0.002 };

function noiseLimits(pack: ResolvedRulePack, layerId: string): NoiseLimits {
  const need = pack.layers.find((one) => one.layer === layerId);
  return { ...DEFAULT_NOISE, ...need?.ignoreBelow };
}
