/** The statements of the checks room. */
import type { Sql } from '../database/sql.js';

export interface NewCheckRow {
  id: string;
  createdAt: string;
  sha256: string;
  stage: string;
  verdict: string;
  rulePack: string;
  rulePackVersion: string;
  request: string;
  /** The answer's bytes as `packAnswer` leaves them. */
  packedAnswer: Uint8Array;
  parcels: readonly {
    parcelId: string;
    verdict: string;
    areaM2: string;
    sourceEpsg: number;
    source: string;
    ewkb: Uint8Array;
  }[];
}

/** One statement, so that a check is stored whole or not at all. */
export async function insertCheck(sql: Sql, row: NewCheckRow): Promise<void> {
  const column = <K extends keyof NewCheckRow['parcels'][number]>(name: K) => row.parcels.map((p) => p[name]);
  await sql.query(
    `with record as (
       -- the answer
       insert into check_record (check_id, created_at, sha256, stage, verdict, parcel_count, rule_pack,
                                 rule_pack_version, request, answer_packed)
       values ($1, $2::timestamptz, $3, $4, $5, $6, $7, $8, $9::json, $10::bytea)
     )
     -- its parcels; the foreign key is checked at the end of the statement
     insert into check_parcel (check_id, ordinal, parcel_id, verdict, area_m2, source_epsg, source, geom)
     select $1, ordinality::int, parcel_id, verdict, area_m2, source_epsg, source::json, ST_GeomFromEWKB(ewkb)
       from unnest($11::text[], $12::text[], $13::numeric[], $14::int[], $15::text[], $16::bytea[])
            with ordinality as given (parcel_id, verdict, area_m2, source_epsg, source, ewkb, ordinality)`,
    [
      row.id,
      row.createdAt,
      row.sha256,
      row.stage,
      row.verdict,
      row.parcels.length,
      row.rulePack,
      row.rulePackVersion,
      row.request,
      row.packedAnswer,
      column('parcelId'),
      column('verdict'),
      column('areaM2'),
      column('sourceEpsg'),
      column('source'),
      column('ewkb'),
    ],
  );
}

export interface CheckRow {
  check_id: string;
  created_at: Date;
  stage: string;
  verdict: string;
  parcel_count: number;
  rule_pack: string;
  rule_pack_version: string;
}

/** Newest first; `after` is the id of the last row of the page before. */
export function selectChecks(
  sql: Sql,
  page: { limit: number; after?: string; verdict?: string },
): Promise<CheckRow[]> {
  return sql.query<CheckRow>(
    `select check_id, created_at, stage, verdict, parcel_count, rule_pack, rule_pack_version
       from check_record
      where ($2::text is null
             or (created_at, check_id) < (select created_at, check_id from check_record where check_id = $2))
        and ($3::text is null or verdict = $3)
      order by created_at desc, check_id desc
      limit $1`,
    [page.limit, page.after ?? null, page.verdict ?? null],
  );
}

export interface StoredAnswerRow {
  /** Options and pinned versions of the check. */
  request: unknown;
  /** Text of an answer stored before answers were packed; else null. */
  answer: string | null;
  answer_packed: Uint8Array | null;
}

export async function selectAnswer(sql: Sql, checkId: string): Promise<StoredAnswerRow | undefined> {
  const [row] = await sql.query<StoredAnswerRow>(
    'select request, answer, answer_packed from check_record where check_id = $1',
    [checkId],
  );
  return row;
}

export async function selectStoredParcels(sql: Sql, checkId: string): Promise<unknown[]> {
  const rows = await sql.query<{ source: unknown }>(
    'select source from check_parcel where check_id = $1 order by ordinal',
    [checkId],
  );
  return rows.map((row) => row.source);
}
