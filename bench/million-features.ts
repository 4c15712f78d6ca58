/**
 * A database of its own with a city of a million patches for reading: rows straight into a layer version, without the
 * measuring index that an import makes. Made in half a minute; nothing can be checked against it.
 */
import pg from 'pg';
import { dropDatabase, makeDatabase } from './city-database.js';
import { startService } from './service-process.js';

export const MILLION = 1_000_000;
/** Patches to a side, and degrees from one to the next: a city of 91 × 111 km. */
const ACROSS = 1_000;
const STEP = 0.001;
const [WEST, SOUTH] = [113, 35];
export const millionBox = [WEST, SOUTH, WEST + ACROSS * STEP, SOUTH + ACROSS * STEP] as const;

const NAME = 'onemap_bench_million';

export async function openMillion(serverUrl: string): Promise<string> {
  const url = await makeDatabase(serverUrl, NAME);
  // the service makes its tables
  await (await startService({ DATABASE_URL: url })).stop();
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(addVersion, [MILLION, JSON.stringify(certificate)]);
    await client.query('drop index layer_feature_geom');
    await client.query(addFeatures, [ACROSS, STEP, WEST, SOUTH]);
    await client.query('create index layer_feature_geom on layer_feature using gist (geom)');
    await client.query('vacuum analyze layer_feature');
  } finally {
    await client.end();
  }
  return url;
}

export const dropMillion = (serverUrl: string): Promise<void> => dropDatabase(serverUrl, NAME);

const fields = [
  'BSM',
  'DLBM',
  'DLMC',
  'TBMJ',
  'QSDWDM',
  'QSDWMC',
  'ZLDWDM',
  'ZLDWMC',
  'KCXS',
  'KCMJ',
  'TBDLMJ',
];
const certificate = {
  fields: fields.map((name) => ({ source: name, standard: name, how: 'exact' })),
  extent: { box: millionBox },
};

const addVersion = `
  insert into layer_version (layer_id, version, status, data_date, activated_at, source_file, tile_size_m, feature_count, certificate)
  values ('dltb', '2024-12-31.1', 'active', '2024-12-31', now(), 'made', 256, $1, $2)`;

/**
 * Discs of 33 vertices that nearly touch, 25 to 50 m in radius; of a thousand one is ten times as wide, as lakes and
 * forests are.
 */
const addFeatures = `
  with disc as (select ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(0, 0), 4490), 1, 'quad_segs=8')) as shape),
  place as (
    select n, $3::float8 + (n % $1::int + 0.5) * $2::float8 as lon, $4::float8 + (n / $1::int + 0.5) * $2::float8 as lat,
      $2::float8 / 4 * (1 + ((n::bigint * 7919) % 1000) / 1000.0) * (case when (n::bigint * 7919) % 1000 = 0 then 10 else 1 end) as radius
    from generate_series(0, $1::int * $1::int - 1) as n
  )
  insert into layer_feature (version_id, feature_no, bsm, class_code, plane_area_m2, attributes, geom)
  select (select version_id from layer_version), n + 1, 'B' || n, '0102', pi() * radius ^ 2 * 111000 * 91000,
    jsonb_build_object('BSM', 'B' || n, 'DLBM', '0102', 'DLMC', '水浇地', 'TBMJ', round((radius * 1e8)::numeric, 2),
      'QSDWDM', '4108911023520000000', 'QSDWMC', '清河村集体', 'ZLDWDM', '4108911023520000000', 'ZLDWMC', '清河村',
      'KCXS', 0, 'KCMJ', 0, 'TBDLMJ', round((radius * 1e8)::numeric, 2)),
    ST_TransScale(shape, lon / radius, lat / radius, radius, radius)
  from place, disc`;
