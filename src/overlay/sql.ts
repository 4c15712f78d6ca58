/** The statements of the overlay room. */
import type { Sql } from '../database/sql.js';

export interface PairArea {
  ordinal: number;
  versionId: number;
  featureNo: number;
  areaM2: number;
}

/**
 * The second engine on a server: one set-based statement, parcels × pieces, candidates through GiST. No join but
 * that one, so that the pieces could be a distributed table and the parcels a broadcast list of values.
 * @param parcels EWKB (SRID 904490) in order
 */
export async function measurePairsInPostgis(
  sql: Sql,
  versionIds: readonly number[],
  parcels: readonly Uint8Array[],
): Promise<PairArea[]> {
  const rows = await sql.query<{ ordinal: number; version_id: number; feature_no: number; area_m2: number }>(
    `with parcel as (
       -- submitted parcels in the analysis plane
       select ordinality::int as ordinal, ST_GeomFromEWKB(ewkb) as plane
         from unnest($2::bytea[]) with ordinality as given (ewkb, ordinality)
     )
     select parcel.ordinal, piece.version_id, piece.feature_no,
            sum(ST_Area(ST_Intersection(piece.plane, parcel.plane))) as area_m2
       from parcel
       join layer_piece as piece
         on piece.plane && parcel.plane and piece.version_id = any($1::bigint[])
      group by parcel.ordinal, piece.version_id, piece.feature_no`,
    [versionIds, parcels],
  );
  return rows.map((row) => ({
    ordinal: row.ordinal - 1,
    versionId: row.version_id,
    featureNo: row.feature_no,
    areaM2: row.area_m2,
  }));
}

/** Candidate pairs for the second engine on the embedded database, where no geometry may be constructed. */
export async function findCandidatePairs(
  sql: Sql,
  versionIds: readonly number[],
  parcels: readonly Uint8Array[],
): Promise<Omit<PairArea, 'areaM2'>[]> {
  const rows = await sql.query<{ ordinal: number; version_id: number; feature_no: number }>(
    `with parcel as (
       -- submitted parcels in the analysis plane
       select ordinality::int as ordinal, ST_GeomFromEWKB(ewkb) as plane
         from unnest($2::bytea[]) with ordinality as given (ewkb, ordinality)
     )
     select distinct parcel.ordinal, piece.version_id, piece.feature_no
       from parcel
       join layer_piece as piece
         on piece.plane && parcel.plane and piece.version_id = any($1::bigint[])`,
    [versionIds, parcels],
  );
  return rows.map((row) => ({
    ordinal: row.ordinal - 1,
    versionId: row.version_id,
    featureNo: row.feature_no,
  }));
}
