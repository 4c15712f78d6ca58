/** Names, hashes and stores an answer, byte for byte as it will be read back. */
import { createHash, randomBytes } from 'node:crypto';
import type { Sql } from '../database/sql.js';
import { encodeMultiPolygon } from '../geometry/wkb.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { toStoredParcel } from '../parcels/rebuild-parcel.js';
import type { Answer } from './check-parts.js';
import type { Check, StoredCheck } from './check-types.js';
import { insertCheck } from './sql.js';

export async function saveCheck(sql: Sql, answer: Answer, parcels: readonly Parcel[]): Promise<StoredCheck> {
  const { json, verdict } = answer.body;
  const bytes = Buffer.from(json);
  const head = { id: newCheckId(), createdAt: new Date().toISOString(), sha256: sha256Of(bytes) };
  await insertCheck(sql, {
    ...head,
    stage: answer.pinned.stage,
    verdict,
    rulePack: answer.pinned.rulePack.id,
    rulePackVersion: answer.pinned.rulePack.version,
    request: JSON.stringify({ ...answer.pinned, warnings: answer.warnings }),
    answer: Buffer.concat([Buffer.from(headText(head)), bytes.subarray(1)]),
    parcels: parcels.map((parcel, i) => ({
      parcelId: parcel.id,
      verdict: answer.body.parcels[i]!.verdict,
      areaM2: answer.body.parcels[i]!.areaM2.toFixed(2),
      sourceEpsg: parcel.sourceEpsg,
      source: JSON.stringify(toStoredParcel(parcel)),
      ewkb: encodeMultiPolygon(parcel.lonLat, 4490),
    })),
  });
  return { id: head.id, verdict, parcelCount: parcels.length, text: answerText(head, json) };
}

/** The stored text: head and body (JSON of the check without its head) as one object. */
export const answerText = (head: Pick<Check, 'id' | 'createdAt' | 'sha256'>, body: string): string =>
  headText(head) + body.slice(1);

const headText = ({ id, createdAt, sha256 }: Pick<Check, 'id' | 'createdAt' | 'sha256'>): string =>
  `${JSON.stringify({ id, createdAt, sha256 }).slice(0, -1)},`;

/** SHA-256 over the answer without id, time and hash: the same input on the same versions gives the same value. */
export const sha256Of = (body: string | Uint8Array): string =>
  createHash('sha256').update(body).digest('hex');

/** Time first, so that ids sort by age; 80 random bits, so that they can not be guessed. */
function newCheckId(): string {
  return `chk_${Date.now().toString(36).padStart(9, '0')}${randomBytes(10).toString('hex')}`;
}
