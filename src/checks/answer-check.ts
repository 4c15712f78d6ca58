/** Measures, judges and composes from pinned input: the part of a check that a replay runs again. */
import { isPresent, type MeasuredParcel, measureOverlaps } from '../overlay/measure-overlaps.js';
import type { NoiseLimits } from '../overlay/noise.js';
import { verifyMeasures } from '../overlay/verify-measures.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import type { Answer, CheckParts, PinnedInput } from './check-parts.js';
import { composeCheck } from './compose-check.js';

export function measureInput(parts: CheckParts, input: PinnedInput): Promise<MeasuredParcel[]> {
  const { db: sql, geos, tiles, features, maxPairs } = parts;
  const overlay = { sql, geos, tiles, features, maxPairs, signal: input.signal };
  return measureOverlaps(overlay, input.parcels, input.layers, (layerId) => noiseLimits(input.pack, layerId));
}

export async function answerCheck(parts: CheckParts, input: PinnedInput): Promise<Answer> {
  const snapshots = input.layers.filter(isPresent);
  const { db: sql, geos } = parts;
  const measured = await measureInput(parts, input);
  const verification = input.verify
    ? await verifyMeasures({ db: sql, geos, signal: input.signal }, measured, snapshots)
    : null;
  return {
    body: composeCheck(input, measured, verification, parts.versions),
    warnings: input.warnings,
    pinned: {
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
    },
  };
}

/** Half the tolerance of desktop GIS on metre data (0.001 m) on either side of a border, both ways. */
const DEFAULT_NOISE = { areaM2: 0.01, widthM: 0.002 };

function noiseLimits(pack: ResolvedRulePack, layerId: string): NoiseLimits {
  const need = pack.layers.find((one) => one.layer === layerId);
  return { ...DEFAULT_NOISE, ...need?.ignoreBelow };
}
