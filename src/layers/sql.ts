/** Every statement of the layers room, values bound. Geometry is only parsed and compared here, never constructed. */

/** $1 layer id (locks the numbering of that layer's versions), within the transaction. */
export const lockLayer = `select pg_advisory_xact_lock(hashtext('onemap-layer'), hashtext($1))`;

/** $1 layer id, $2 data date or null, $3 source file, $4 coverage kind, $5 coverage detail. */
export const insertStagingVersion = `
  with
    -- versions are named by data date (else day of reception, UTC+8) and a running number
    day as (select coalesce($2::date, (now() at time zone 'UTC' + interval '8 hours')::date)::text as name),
    -- highest number that this day already has, over all states
    last as (
      select coalesce(max(substring(v.version from '[0-9]+$')::int), 0) as number
      from layer_version v, day where v.layer_id = $1 and v.version like day.name || '.%'
    )
  insert into layer_version (layer_id, version, status, data_date, source_file, tile_size_m, coverage, coverage_detail)
  select $1, day.name || '.' || (last.number + 1), 'staging', $2::date, $3, 512, $4, $5::jsonb
  from day, last
  returning version_id, version`;

/** $1 version id. */
export const touchStaging = `
  update layer_version set heartbeat_at = now() where version_id = $1 and status = 'staging' returning version_id`;

/** $1 version id: from here on the import that owns it can no longer activate it. */
export const claimStaging = `
  update layer_version set status = 'discarded' where version_id = $1 and status = 'staging' returning version_id`;

/** $1 seconds without a heartbeat after which a staging version counts as abandoned, $2 ids that are running here. */
export const claimAbandoned = `
  update layer_version set status = 'discarded'
  where status = 'discarded'
     or (status = 'staging'
         and heartbeat_at <= now() - make_interval(secs => $1)
         and version_id <> all ($2::bigint[]))
  returning version_id, layer_id, version`;

/** $1 id of a claimed version. One table a statement, to stay within the time limit on a million features. */
export const deleteClaimed = [
  'delete from layer_tile where version_id = $1',
  'delete from layer_overlap where version_id = $1',
  'delete from layer_piece where version_id = $1',
  'delete from layer_feature where version_id = $1',
  `delete from layer_version where version_id = $1 and status = 'discarded'`,
] as const;

/** $1 version id: what is really stored, to be compared with what was sent. */
export const countStored = `
  select
    (select count(*) from layer_feature where version_id = $1) as features,
    (select count(*) from layer_piece where version_id = $1) as pieces,
    (select count(*) from layer_tile where version_id = $1) as tile_rows,
    (select coalesce(sum(piece_count), 0)::bigint from layer_tile where version_id = $1) as tile_pieces`;

/** $1 version id. */
export const duplicateBsm = `
  select bsm, count(*) as count, min(feature_no) as first_feature_no
  from layer_feature where version_id = $1 and bsm is not null
  group by bsm having count(*) > 1 order by count(*) desc, bsm`;

/**
 * $1 version id, $2 sha256, $3 source EPSG, $4 plane zone, $5 tile size, $6 resolution, $7 feature count,
 * $8 inner overlaps, $9 manifest, $10 its sha256, $11 certificate, $12 coverage EWKB or null, $13 coverage detail.
 */
export const finishVersion = `
  update layer_version set
    source_sha256 = $2, source_epsg = $3, plane_zone = $4, tile_size_m = $5, resolution_m = $6, feature_count = $7,
    has_inner_overlaps = $8, tile_manifest = $9, tile_manifest_sha256 = $10, certificate = $11::jsonb,
    coverage_geom = $12::bytea::geometry, coverage_detail = $13::jsonb
  where version_id = $1 and status = 'staging'
  returning version_id`;

/** $1 layer id. */
export const supersedeActive = `
  update layer_version set status = 'superseded' where layer_id = $1 and status = 'active' returning version, data_date`;

/** $1 version id. */
export const activateStaging = `
  update layer_version set status = 'active', activated_at = now()
  where version_id = $1 and status = 'staging' returning version_id`;

const snapshotColumns = `
  v.version_id, v.layer_id, v.version, v.status, v.data_date,
  ((v.received_at at time zone 'UTC') + interval '8 hours')::date as received_date,
  v.source_sha256, v.source_file, v.feature_count, v.coverage, v.tile_size_m, v.plane_zone, v.resolution_m,
  v.has_inner_overlaps, v.tile_manifest_sha256`;

/** $1 layer ids: the active version of each. */
export const activeSnapshots = `
  select ${snapshotColumns} from layer_version v where v.layer_id = any($1::text[]) and v.status = 'active'`;

/** $1 layer ids, $2 day: of each layer the newest version that described the ground on that day. */
export const snapshotsAsOf = `
  select distinct on (v.layer_id) ${snapshotColumns}
  from layer_version v
  where v.layer_id = any($1::text[]) and v.status in ('active', 'superseded')
    and coalesce(v.data_date, ((v.received_at at time zone 'UTC') + interval '8 hours')::date) <= $2::date
  order by v.layer_id,
    coalesce(v.data_date, ((v.received_at at time zone 'UTC') + interval '8 hours')::date) desc,
    v.activated_at desc, v.version_id desc`;

/** $1 layer id, $2 version name. */
export const snapshotByName = `
  select ${snapshotColumns} from layer_version v
  where v.layer_id = $1 and v.version = $2 and v.status in ('active', 'superseded')`;

const versionColumns = `${snapshotColumns}, v.received_at, v.activated_at, v.source_epsg, v.coverage_detail`;

/** All versions that were ever active, newest first; $1 layer id or null for every layer. */
export const listVersions = `
  select ${versionColumns} from layer_version v
  where v.status in ('active', 'superseded') and ($1::text is null or v.layer_id = $1)
  order by v.layer_id, v.activated_at desc, v.version_id desc`;

/** $1 layer id, $2 version name. */
export const versionWithCertificate = `
  select ${versionColumns}, v.certificate from layer_version v
  where v.layer_id = $1 and v.version = $2 and v.status in ('active', 'superseded')`;

/** $1 version id. */
export const manifestOf = `select tile_manifest, tile_manifest_sha256 from layer_version where version_id = $1`;

/** $1 version id, $2 role, $3 tile_x[], $4 tile_y[]. */
export const tilesOf = `
  select t.tile_x, t.tile_y, t.part_no, t.piece_count, t.edges
  from unnest($3::int[], $4::int[]) as wanted (x, y)
  join layer_tile t on t.version_id = $1 and t.role = $2 and t.tile_x = wanted.x and t.tile_y = wanted.y
  order by t.tile_x, t.tile_y, t.part_no`;

/** $1 version id, $2 feature_no[]. */
export const featuresOf = `
  select feature_no, bsm, class_code, class_label, plane_area_m2, kcxs, attribute_area_m2, attribute_net_area_m2,
         attributes
  from layer_feature where version_id = $1 and feature_no = any($2::int[])`;

/** $1 version id, $2 feature_no[]. */
export const geometriesOf = `
  select feature_no, ST_AsBinary(geom) as geom from layer_feature
  where version_id = $1 and feature_no = any($2::int[])`;

/** $1 version id, $2..$5 box in the analysis plane (min x, min y, max x, max y). */
export const piecesInBox = `
  select feature_no, piece_no, ST_AsBinary(plane) as plane from layer_piece
  where version_id = $1 and plane && ST_MakeEnvelope($2, $3, $4, $5, 904490)
  order by feature_no, piece_no`;

/** $1 version id, $2..$5 box in the analysis plane: features whose pieces' boxes meet it. */
export const candidatesInBox = `
  select distinct feature_no from layer_piece
  where version_id = $1 and plane && ST_MakeEnvelope($2, $3, $4, $5, 904490)
  order by feature_no`;

/** $1 version id: pairs that lie over the same ground, $2 feature_no[] that both must be among. */
export const overlapsAmong = `
  select feature_a, feature_b, area_m2 from layer_overlap
  where version_id = $1 and feature_a = any($2::int[]) and feature_b = any($2::int[])
  order by feature_a, feature_b`;

/** $1 version id. */
export const coverageGeometry = `select ST_AsBinary(coverage_geom) as geom from layer_version where version_id = $1`;

/** $1 version id: every feature with its class and shape; for layers of few features (districts). */
export const allFeatureShapes = `
  select feature_no, class_code, class_label, ST_AsBinary(geom) as geom from layer_feature
  where version_id = $1 order by feature_no`;

/**
 * Statistics of new rows, for the planner: without them it takes a version it has not seen for a handful of rows and
 * reads them all. Not of `attributes`: half the time of the table, and no plan asks for them.
 */
export const analyseTables = `
  analyze layer_feature (version_id, feature_no, bsm, class_code, class_label, plane_area_m2, kcxs, attribute_area_m2,
                         attribute_net_area_m2, geom);
  analyze layer_piece;
  analyze layer_tile;`;

/** The same for the pairs that the examination found. */
export const analyseOverlaps = 'analyze layer_overlap';
