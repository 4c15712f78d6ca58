/**
 * What an import leaves behind is the same to the last bit, whatever was done to make it faster: a certificate is a
 * document. Digests of the small sample city; after a wanted change of the city or of the import, take the new ones.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { getVersion } from '../../src/layers/describe-layers.js';
import { loadTestCity } from '../checks/sample-city.js';
import { openTestDatabase } from '../database/test-database.js';

interface Digests {
  certificate: string;
  features: string;
  pieces: string;
  tiles: string;
}

const cases = JSON.parse(
  readFileSync(join(packageRoot, 'test', 'cases', 'layers', 'import-to-the-bit.json'), 'utf8'),
) as Record<string, Digests>;

const stored = `
  select
    (select md5(string_agg(md5(ST_AsBinary(geom)) || attributes || plane_area_m2, '' order by feature_no))
     from layer_feature where version_id = $1) as features,
    (select md5(string_agg(md5(ST_AsBinary(plane)), '' order by feature_no, piece_no))
     from layer_piece where version_id = $1) as pieces,
    (select md5(string_agg(md5(edges), '' order by role, tile_x, tile_y, part_no))
     from layer_tile where version_id = $1) as tiles`;

let db: Database;
const geos = new GeosPool();

beforeAll(async () => {
  db = await openTestDatabase();
  await loadTestCity(db, geos, 'small');
});

afterAll(() => geos.close());

async function digestsOf(layerId: string): Promise<Digests> {
  const [version] = await db.query<{ version_id: number; version: string }>(
    "select version_id, version from layer_version where layer_id = $1 and status = 'active'",
    [layerId],
  );
  const { certificate } = await getVersion(db, layerId, version!.version);
  const [rows] = await db.query<Omit<Digests, 'certificate'>>(stored, [version!.version_id]);
  return { certificate: createHash('md5').update(JSON.stringify(certificate)).digest('hex'), ...rows! };
}

test.each(Object.entries(cases))('%s is stored and certified as ever', async (layerId, expected) => {
  expect(await digestsOf(layerId)).toEqual(expected);
});
