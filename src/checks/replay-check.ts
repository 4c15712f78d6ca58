/** Runs a stored check again from its stored input and pinned versions, and says whether the same answer comes out. */
import { AppError } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import { describeLayers, getSnapshot } from '../layers/describe-layers.js';
import type { MissingLayer } from '../layers/layer-types.js';
import type { LayerOrMissing } from '../overlay/measure-overlaps.js';
import type { Parcel, ParcelWarning } from '../parcels/parcel-types.js';
import { rebuildParcel, type StoredParcel } from '../parcels/rebuild-parcel.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import { answerCheck } from './answer-check.js';
import { giveBack } from './answer-memory.js';
import type { CheckParts, PinnedInput, PinnedRequest } from './check-parts.js';
import { readAnswer } from './read-checks.js';
import { pinnedRules } from './rule-pack-store.js';
import { sha256Of } from './save-check.js';
import { selectStoredParcels } from './sql.js';

export interface Replay {
  identical: boolean;
  sha256: string;
  /** Where the new answer differs: JSON pointers with both values, at most 100. */
  differences?: { pointer: string; stored: unknown; replayed: unknown }[];
}

const MAX_DIFFERENCES = 100;

export async function replayCheck(parts: CheckParts, checkId: string, signal?: AbortSignal): Promise<Replay> {
  const row = await readAnswer(parts.db, checkId);
  if (!row) throw checkNotFound(checkId);
  const input = await pinnedInput(
    parts,
    checkId,
    row.request as PinnedRequest & { warnings: ParcelWarning[] },
  );
  const answer = await answerCheck(parts, { ...input, signal });
  const { text } = answer.body;
  const { id, createdAt, ...before } = JSON.parse(row.answer.toString());
  const sha256 = sha256Of(text.body());
  const replayed = text.withHead({ id, createdAt, sha256 });
  // the texts, not the hashes: a stored answer that was altered still carries its old hash
  if (row.answer.equals(replayed)) {
    giveBack(replayed);
    return { identical: true, sha256 };
  }
  const differences: NonNullable<Replay['differences']> = [];
  const { id: _, createdAt: __, ...after } = JSON.parse(replayed.toString());
  collectDifferences(before, after, '', differences);
  return { identical: false, sha256, differences };
}

/** The stored input with its versions pinned again. */
export async function pinnedInput(
  parts: CheckParts,
  checkId: string,
  request: PinnedRequest & { warnings: ParcelWarning[] },
): Promise<PinnedInput> {
  const stored = (await selectStoredParcels(parts.db, checkId)) as StoredParcel[];
  return {
    parcels: stored.map(rebuildParcel),
    warnings: request.warnings,
    pack: await rulesOf(parts, checkId, request),
    layers: await pinnedLayers(parts.db, request.layers),
    stage: request.stage,
    facts: request.facts,
    onDate: request.onDate,
    asOf: request.asOf,
    verify: request.verify,
  };
}

/** The very rules of the check, whatever packs were uploaded since. */
function rulesOf(
  parts: CheckParts,
  checkId: string,
  { rulesSha256 }: PinnedRequest,
): Promise<ResolvedRulePack> {
  if (rulesSha256 !== undefined) return pinnedRules(parts.db, rulesSha256);
  throw new AppError('internal', `check ${checkId} names no rule set`);
}

function pinnedLayers(sql: Sql, layers: PinnedRequest['layers']): Promise<LayerOrMissing[]> {
  return Promise.all(
    layers.map(async ({ layerId, version, status }) => {
      if (version !== null && status !== 'missing')
        return { ...(await getSnapshot(sql, layerId, version)), status };
      const [layer] = await describeLayers(sql, [layerId]);
      return missingLayer(layerId, layer!);
    }),
  );
}

/** A layer that was not there then is not there in the replay, whatever was imported since. */
const missingLayer = (layerId: string, now: LayerOrMissing): MissingLayer => ({
  layerId,
  status: 'missing',
  kind: now.kind,
  nameZh: now.nameZh,
  nameEn: now.nameEn,
});

/** The answer of a stored check as text, and its parcels made whole again. */
export async function storedParcels(
  sql: Sql,
  checkId: string,
): Promise<{ answer: string; parcels: Parcel[] }> {
  const row = await readAnswer(sql, checkId);
  if (!row) throw checkNotFound(checkId);
  const stored = (await selectStoredParcels(sql, checkId)) as StoredParcel[];
  return { answer: row.answer.toString(), parcels: stored.map(rebuildParcel) };
}

export const checkNotFound = (checkId: string): AppError =>
  new AppError('not-found', `check ${checkId} is not stored`, {
    detail: { zh: `没有编号为 ${checkId} 的预检记录。`, en: `No check with id ${checkId} is stored.` },
  });

function collectDifferences(
  a: unknown,
  b: unknown,
  pointer: string,
  out: NonNullable<Replay['differences']>,
): void {
  if (out.length >= MAX_DIFFERENCES || Object.is(a, b)) return;
  const bothObjects = typeof a === 'object' && a !== null && typeof b === 'object' && b !== null;
  if (!bothObjects || Array.isArray(a) !== Array.isArray(b)) {
    out.push({ pointer, stored: a, replayed: b });
    return;
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const escaped = key.replaceAll('~', '~0').replaceAll('/', '~1');
    collectDifferences(left[key], right[key], `${pointer}/${escaped}`, out);
  }
}
