import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { rehearseOnLayers } from '../../src/checks/rehearse-on-layers.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { checkParts, loadTown } from './made-checks.js';

let db: Database;
let parts: CheckParts;
const geos = new GeosPool({ workers: 1 });
const goOn = new AbortController().signal;
const asItIs = (whole: Buffer): Buffer => whole;

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  parts = checkParts(db, geos);
});
afterAll(() => geos.close());

const stored = async (): Promise<unknown> =>
  db.query(
    'select (select count(*) from check_record) as checks, (select count(*) from check_parcel) as parcels',
  );

describe('rehearsal on the layers', () => {
  it('does nothing where none is registered', async () => {
    const answers: Buffer[] = [];
    await rehearseOnLayers(parts, 0, goOn, (whole) => {
      answers.push(whole);
      return whole;
    });
    expect(answers).toEqual([]);
  });

  it('goes through a whole check and leaves nothing of it', async () => {
    await loadTown({ db, geos });
    const answers: string[] = [];
    await rehearseOnLayers(parts, 0, goOn, (whole) => {
      answers.push(whole.toString());
      return whole;
    });
    expect(answers).toHaveLength(1);
    const { parcels } = JSON.parse(answers[0]!) as { parcels: { overlays: { layer: string }[] }[] };
    expect(parcels.length).toBeGreaterThan(0);
    expect(parcels[0]!.overlays.map(({ layer }) => layer)).toContain('stbhhx');
    expect(await stored()).toEqual([{ checks: 0, parcels: 0 }]);
    // nothing to be found by the first check but what it reads itself
    expect([parts.tiles.byteSize, parts.features.size]).toEqual([0, 0]);
  });

  it('goes on for as long as it may', async () => {
    let rounds = 0;
    await rehearseOnLayers(parts, 100, goOn, (whole) => {
      rounds++;
      return whole;
    });
    expect(rounds).toBeGreaterThan(1);
  });

  it('ends when it is told to', async () => {
    await expect(rehearseOnLayers(parts, 60_000, AbortSignal.abort(), asItIs)).rejects.toThrow();
  });

  it('says what is wrong with a layer to whoever starts it', async () => {
    await db.query(
      'update layer_tile set piece_count = piece_count + 1 where version_id = (select max(version_id) from layer_tile)',
    );
    await expect(rehearseOnLayers(parts, 0, goOn, asItIs)).rejects.toMatchObject({
      code: 'statement-lost',
    });
  });
});
