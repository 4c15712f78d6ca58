/** Names, hashes and stores an answer, byte for byte as it will be read back. */
import { createHash, randomBytes } from 'node:crypto';
import { AppError } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import { encodeMultiPolygon } from '../geometry/wkb.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { toStoredParcel } from '../parcels/rebuild-parcel.js';
import type { Answer } from './check-parts.js';
import type { StoredCheck } from './check-types.js';
import { insertCheck } from './sql.js';

export interface SaveOptions {
  /**
   * Is given the answer while the database stores what was packed of it, so that what it does costs no time of its own;
   * the bytes are its own to change, and what it returns is the `answer` of the stored check.
   */
  take?: ((whole: Buffer) => Buffer) | undefined;
  id?: string | undefined;
  /** Puts the rules of the check back where somebody has removed them since they were pinned. */
  pinAgain?: () => Promise<unknown>;
}

export async function saveCheck(
  sql: Sql,
  answer: Answer,
  parcels: readonly Parcel[],
  { take = (whole) => whole, id = newCheckId(), pinAgain }: SaveOptions = {},
): Promise<StoredCheck> {
  const { text, verdict } = answer.body;
  const head = { id, createdAt: new Date().toISOString(), sha256: sha256Of(text.body()) };
  const whole = text.withHead(head);
  const packed = text.pack(); // in another thread, while the rows of the parcels are made here
  packed.catch(() => undefined); // noticed when it is waited for
  const rows = parcels.map((parcel, i) => ({
    parcelId: parcel.id,
    verdict: answer.body.parcels[i]!.verdict,
    areaM2: answer.body.parcels[i]!.areaM2.toFixed(2),
    sourceEpsg: parcel.sourceEpsg,
    source: JSON.stringify(toStoredParcel(parcel)),
    ewkb: encodeMultiPolygon(parcel.lonLat, 4490),
  }));
  const row = {
    ...head,
    stage: answer.pinned.stage,
    verdict,
    rulePack: answer.pinned.rulePack.id,
    rulePackVersion: answer.pinned.rulePack.version,
    request: JSON.stringify({ ...answer.pinned, warnings: answer.warnings }),
    rulesSha256: answer.pinned.rulesSha256,
    packedAnswer: await packed,
    parcels: rows,
  };
  const inserting = insertCheck(sql, row);
  inserting.catch(() => undefined); // noticed when it is waited for
  await new Promise(setImmediate); // it is on its way
  const taken = take(whole);
  if (!(await inserting)) {
    await pinAgain?.();
    if (!(await insertCheck(sql, row))) throw new AppError('internal', `the rules of check ${id} are gone`);
  }
  return { id: head.id, verdict, parcelCount: parcels.length, answer: taken };
}

/** SHA-256 over the answer without id, time and hash: the same input on the same versions gives the same value. */
export const sha256Of = (body: string | Uint8Array): string =>
  createHash('sha256').update(body).digest('hex');

/** Time first, so that ids sort by age; 80 random bits, so that they can not be guessed. */
function newCheckId(): string {
  return `chk_${Date.now().toString(36).padStart(9, '0')}${randomBytes(10).toString('hex')}`;
}
