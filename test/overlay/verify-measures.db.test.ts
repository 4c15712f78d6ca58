import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { replayCheck } from '../../src/checks/replay-check.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { checkBoxes, checkParts, findingsOf, loadTown, overlayOf, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type Box, loadLayer } from './made-ground.js';

let db: Database;
let parts: CheckParts;
const geos = new GeosPool({ workers: 2 });

/** Half in permanent farmland, on the patch of farmland. */
const box: readonly Box[] = [[650, 100, 100, 100]];

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  await loadTown({ db, geos });
});
/** As a process that was just started: what was altered behind its back is not in its caches. */
beforeEach(() => {
  parts = checkParts(db, geos);
});
afterAll(() => geos.close());

const idOf = `(select version_id from layer_version where layer_id = $1 and status = 'active')`;

/** Runs `work` on a database altered by one statement, and puts the table back. */
async function altered<T>(
  table: string,
  statement: string,
  layer: string,
  work: () => Promise<T>,
): Promise<T> {
  await db.query(
    `create table kept as select * from ${table} where version_id = ${idOf.replace('$1', `'${layer}'`)}`,
  );
  await db.query(statement, [layer]);
  try {
    return await work();
  } finally {
    await db.query(`delete from ${table} where version_id = ${idOf}`, [layer]);
    await db.query(`insert into ${table} select * from kept`);
    await db.query('drop table kept');
  }
}

const stored = async (): Promise<number> =>
  (await db.query<{ count: number }>('select count(*) as count from check_record'))[0]!.count;

describe('tiles that were altered behind our back', () => {
  it.each([
    [
      'a byte of the edges',
      'update layer_tile set edges = set_byte(edges, length(edges) / 2, 255 - get_byte(edges, length(edges) / 2))',
    ],
    ['their end', 'update layer_tile set edges = substring(edges for length(edges) - 8)'],
    ['all their rows', 'delete from layer_tile'],
    ['their piece count', 'update layer_tile set piece_count = piece_count + 1'],
  ])('are an error, not an answer, and nothing is stored: %s', async (_, statement) => {
    const before = await stored();
    await altered('layer_tile', `${statement} where version_id = ${idOf}`, 'yjjbnt', async () => {
      await expect(checkBoxes(parts, box)).rejects.toMatchObject({ code: 'statement-lost' });
    });
    expect(await stored()).toBe(before);
  });

  it('of the coverage are an error too', async () => {
    const statement = `delete from layer_tile where role = 'coverage' and version_id = ${idOf}`;
    await altered('layer_tile', statement, 'stbhhx', async () => {
      await expect(checkBoxes(parts, box)).rejects.toMatchObject({ code: 'statement-lost' });
    });
  });

  it('in place of which sound ones of another version stand are found by the second engine only', async () => {
    const [feature] = town.yjjbnt!.features;
    await loadLayer({ db, geos }, 'yjjbnt', {
      ...town.yjjbnt!,
      features: [{ ...feature!, boxes: [[840, 0, 300, 1000]] }],
    });
    await loadLayer({ db, geos }, 'yjjbnt', town.yjjbnt!);
    const swapped = `
      update layer_tile t set edges = other.edges
        from layer_tile other
        join layer_version v on v.version_id = other.version_id and v.version = '2024-12-31.2'
       where v.layer_id = 'yjjbnt' and t.role = 'feature' and t.version_id = ${idOf}
         and (other.role, other.tile_x, other.tile_y) = (t.role, t.tile_x, t.tile_y)`;
    await altered('layer_tile', swapped, 'yjjbnt', async () => {
      const check = await checkBoxes(parts, [[800, 100, 100, 100]], { verify: true });
      expect(overlayOf(check, 'yjjbnt').areaM2).toBeCloseTo(6000, -1);
      expect(check.engine.verifiedDifferenceM2).toBeCloseTo(4000, -1);
      expect(findingsOf(check.parcels[0], 'yjjbnt').map((one) => one.rule)).toContain('engines-differ');
    });
  });
});

describe('geometry of the second engine that was altered behind our back', () => {
  const pieceFault: [string, string, string] = [
    'pieces moved away',
    'layer_piece',
    `update layer_piece set plane = ST_Translate(plane, 100000, 0) where version_id = ${idOf}`,
  ];
  it.each([
    pieceFault,
    ['pieces deleted', 'layer_piece', `delete from layer_piece where version_id = ${idOf}`],
  ])('makes the parcel undetermined and names the feature: %s', async (_, table, statement) => {
    await altered(table, statement, 'stbhhx', async () => {
      const check = await checkBoxes(parts, [[-150, 100, 100, 100]], { verify: true });
      expect(check.verdict).toBe('undetermined');
      expect(overlayOf(check, 'stbhhx').verdict).toBe('undetermined');
      const found = findingsOf(check.parcels[0], 'stbhhx').filter((one) => one.rule === 'engines-differ');
      expect(found).toMatchObject([{ verdict: 'undetermined', noise: false }]);
      expect(found[0]!.areaM2).toBeGreaterThan(4990);
      expect(found[0]!.detail.zh).toContain('stbhhx');
      // the kernel's own figures are still shown, and without the second engine they are the answer
      expect(overlayOf(check, 'stbhhx').areaM2).toBeGreaterThan(4990);
      expect((await checkBoxes(parts, [[-150, 100, 100, 100]])).verdict).toBe('attention');
    });
  });

  it('makes an answer undetermined that would have been clear', async () => {
    const moved = `update layer_piece set plane = ST_Translate(plane, 250, 0) where version_id = ${idOf}`;
    const clearBox: readonly Box[] = [[100, 100, 20, 20]];
    await altered('layer_piece', moved, 'stbhhx', async () => {
      expect((await checkBoxes(parts, clearBox)).verdict).toBe('clear');
      const check = await checkBoxes(parts, clearBox, { verify: true });
      // on a server the moved pieces are measured; the embedded engine measures the features themselves
      expect(check.verdict).toBe(db.kind === 'server' ? 'undetermined' : 'clear');
    });
  });

  it.runIf(!process.env.TEST_DATABASE_URL)('on the embedded database: a feature moved by 10 m', async () => {
    const moved = `update layer_feature set geom = ST_Translate(geom, 0.0001, 0) where version_id = ${idOf}`;
    await altered('layer_feature', moved, 'yjjbnt', async () => {
      const check = await checkBoxes(parts, box, { verify: true });
      expect(overlayOf(check, 'yjjbnt').verdict).toBe('prohibited');
      expect(findingsOf(check.parcels[0], 'yjjbnt').map((one) => one.rule)).toContain('engines-differ');
    });
  });

  it('does not harm a replay without it', async () => {
    const check = await checkBoxes(parts, box);
    await altered('layer_piece', `delete from layer_piece where version_id = ${idOf}`, 'yjjbnt', async () => {
      expect(await replayCheck(parts, check.id)).toMatchObject({ identical: true });
    });
  });
});
