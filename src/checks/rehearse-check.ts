/**
 * The rehearsal before anything is served: made-up parcels go through everything of a check but the database, and their
 * answers, known from how the ground is laid out, must come out. It also leaves the program warm, so that the first
 * check of the day is as fast as the second.
 */
import type { Sql } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { FeatureCache } from '../overlay/feature-cache.js';
import { KnownGround } from '../overlay/known-ground.js';
import { TileCache } from '../overlay/tile-cache.js';
import { defaultParcelLimits } from '../parcels/parcel-types.js';
import { readParcels } from '../parcels/read-parcels.js';
import { DEFAULT_RULE_PACK, getRulePackOn } from '../policy/find-rule-pack.js';
import type { PolicyLibrary } from '../policy/rule-pack-types.js';
import { answerCheck } from './answer-check.js';
import { giveBack } from './answer-memory.js';
import type { CheckParts, PinnedInput } from './check-parts.js';
import type { Check } from './check-types.js';
import { packAnswer } from './packed-answer.js';
import {
  makeRehearsalLayers,
  makeRehearsalParcels,
  RED_LINE_EAST_M,
  rectangle,
  submissionOf,
} from './rehearsal-ground.js';

export interface RehearsalResult {
  ok: boolean;
  rounds: number;
  /** One line for each wrong answer. */
  failures: string[];
}

/** Parcels of one round: few, so that whatever else starts meanwhile gets its turn. */
const PARCELS = 60;

/** No statement may be needed: everything lies in the caches. */
const noDatabase: Sql = {
  query: () => Promise.reject(new Error('the rehearsal asked the database')),
};

/** @param goOn asked before each round of many parcels; those whose answers are known are always gone through */
export async function rehearseCheck(
  geos: GeosPool,
  policy: PolicyLibrary,
  goOn: () => boolean,
): Promise<RehearsalResult> {
  // a day on which the rules that ship are in force, whatever day it is
  const onDate = policy.packs.find(({ id }) => id === DEFAULT_RULE_PACK)!.effectiveFrom;
  const parts = makeParts(geos, policy, onDate);
  const layers = makeRehearsalLayers(parts.tiles, parts.features);
  const known = await answerOf(parts, layers, knownParcels(), onDate);
  const failures = wrongAnswers(JSON.parse(known.toString('utf8')) as Check);
  const many = makeRehearsalParcels(PARCELS);
  let rounds = 0;
  for (; failures.length === 0 && goOn(); rounds++) {
    const answer = await answerOf(parts, layers, many, onDate);
    await packAnswer(answer);
    giveBack(answer);
    await new Promise(setImmediate);
  }
  return { ok: failures.length === 0, rounds, failures };
}

const makeParts = (geos: GeosPool, policy: PolicyLibrary, onDate: string): CheckParts => ({
  ...{ db: noDatabase as CheckParts['db'], geos, policy, maxPairs: 1_000_000, versions: {} },
  ...{ tiles: new TileCache(64e6), features: new FeatureCache(10_000), districts: new KnownGround() },
  ...{ limits: defaultParcelLimits, today: () => onDate },
});

async function answerOf(
  parts: CheckParts,
  layers: PinnedInput['layers'],
  body: Buffer,
  onDate: string,
): Promise<Buffer> {
  const { parcels, warnings } = await readParcels({ body, limits: parts.limits }, parts.geos);
  const pack = getRulePackOn(parts.policy, undefined, onDate);
  const { body: composed } = await answerCheck(parts, {
    ...{ parcels, warnings, pack, layers, stage: 'pre-review', onDate, asOf: null, verify: false },
  });
  return composed.text.withHead({ id: 'rehearsal', createdAt: onDate, sha256: '' });
}

/** One parcel within the red line, one off it, one a third within. */
const knownParcels = (): Buffer => {
  const east = RED_LINE_EAST_M;
  return submissionOf([
    { id: 'within', rings: rectangle(20, 20, 80, 60) },
    { id: 'off', rings: rectangle(east + 20, 20, east + 80, 60) },
    { id: 'across', rings: rectangle(east - 20, 300, east + 40, 340) },
  ]);
};

/** Share of each parcel that the red line covers, and what must not be said of it. */
const expected: Readonly<Record<string, { share: number; clear: boolean }>> = {
  within: { share: 1, clear: false },
  off: { share: 0, clear: true },
  across: { share: 1 / 3, clear: false },
};

function wrongAnswers({ parcels }: Check): string[] {
  return Object.entries(expected).flatMap(([id, { share, clear }]) => {
    const parcel = parcels.find((one) => one.id === id);
    const overlay = parcel?.overlays.find(({ layer }) => layer === 'stbhhx');
    if (!parcel || !overlay) return [`${id}: no answer`];
    const wantedM2 = share * parcel.area.ellipsoidM2;
    const found = `${id}: ${overlay.areaM2} m² of ${parcel.area.ellipsoidM2} in the red line, ${overlay.verdict}`;
    const isRight = Math.abs(overlay.areaM2 - wantedM2) <= 0.02 && (overlay.verdict === 'clear') === clear;
    return isRight ? [] : [`${found}; ${wantedM2.toFixed(2)} expected`];
  });
}
