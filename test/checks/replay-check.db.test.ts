import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { packAnswer } from '../../src/checks/packed-answer.js';
import { findCheck } from '../../src/checks/read-checks.js';
import { replayCheck } from '../../src/checks/replay-check.js';
import { sha256Of } from '../../src/checks/save-check.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { loadLayer } from '../overlay/made-ground.js';
import { checkBoxes, checkParts, loadTown, makeCheck, overlayOf, requestFor, town } from './made-checks.js';

let db: Database;
let parts: CheckParts;
const geos = new GeosPool({ workers: 2 });

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  await loadTown({ db, geos });
  parts = checkParts(db, geos);
});
afterAll(() => geos.close());

/** As a process that was just started: nothing in its caches. */
const restarted = (): CheckParts => checkParts(db, geos);

const store = (checkId: string, packed: Uint8Array): Promise<unknown> =>
  db.query('update check_record set answer_packed = $2 where check_id = $1', [checkId, packed]);

describe('a replay', () => {
  it('is identical after new versions took the place of all layers', async () => {
    const request = requestFor(
      [
        {
          boxes: [[600, 100, 210.3, 33.3]],
          properties: { name: '甲', landUse: '1001', crossesWithoutLand: true },
        },
        { boxes: [[-150, 950, 100, 100]], holes: [[-120, 960, 5, 5]] },
      ],
      { verify: true },
    );
    const check = await makeCheck(parts, request);
    expect(check.verdict).toBe('prohibited');
    for (const [layerId, layer] of Object.entries(town)) {
      const newer = layer.features.map((one) => ({
        ...one,
        boxes: one.boxes.map(([x, y, w, h]) => [x, y, w / 2, h] as const),
      }));
      await loadLayer({ db, geos }, layerId, { ...layer, features: newer, dataDate: '2025-03-31' });
    }
    const later = await makeCheck(parts, request);
    expect(later.sha256).not.toBe(check.sha256);
    for (const process of [parts, restarted()]) {
      expect(await replayCheck(process, check.id)).toEqual({ identical: true, sha256: check.sha256 });
    }
  });

  it('answers for the day asked for from the version of that day', async () => {
    const box = [[850, 100, 20, 20]] as const;
    const now = await checkBoxes(parts, box);
    const then = await checkBoxes(parts, box, { asOf: '2024-12-31' });
    expect(overlayOf(now, 'yjjbnt').areaM2).toBe(0);
    expect(overlayOf(then, 'yjjbnt').areaM2).toBe(then.parcels[0]!.area.ellipsoidM2);
    expect(then.layers.map(({ version, status }) => [version, status])).toEqual(
      then.layers.map(() => ['2024-12-31.1', 'superseded']),
    );
    expect(await replayCheck(restarted(), then.id)).toMatchObject({ identical: true });
    const before = await checkBoxes(parts, box, { asOf: '2020-01-01' });
    expect(before.verdict).toBe('undetermined');
    expect(before.layers.every((layer) => layer.status === 'missing')).toBe(true);
    expect(await replayCheck(restarted(), before.id)).toMatchObject({ identical: true });
  });

  it('of a check made while a layer was missing stays undetermined when the layer has come', async () => {
    await resetTables(db);
    const { yjjbnt, ...others } = town;
    await loadTown({ db, geos }, others);
    const check = await checkBoxes(restarted(), [[800, 100, 20, 20]]);
    await loadLayer({ db, geos }, 'yjjbnt', yjjbnt!);
    expect(await replayCheck(restarted(), check.id)).toMatchObject({ identical: true });
  });

  it('says where it differs when stored figures were altered', async () => {
    const check = await checkBoxes(restarted(), [[100, 100, 20, 20]]);
    const altered = JSON.stringify(check)
      .replaceAll('"verdict":"clear"', '"verdict":"attention"')
      .replace(check.sha256, sha256Of('something else'));
    await store(check.id, await packAnswer(Buffer.from(altered)));
    const replay = await replayCheck(restarted(), check.id);
    expect(replay.identical).toBe(false);
    expect(replay.differences).toContainEqual({
      pointer: '/verdict',
      stored: 'attention',
      replayed: 'clear',
    });
  });

  it('reads what was stored as text before answers were packed', async () => {
    const check = await checkBoxes(restarted(), [[100, 100, 20, 20]]);
    await db.query('update check_record set answer = $2, answer_packed = null where check_id = $1', [
      check.id,
      JSON.stringify(check),
    ]);
    expect((await findCheck(db, check.id))!.toString()).toBe(JSON.stringify(check));
    expect(await replayCheck(restarted(), check.id)).toMatchObject({ identical: true });
  });

  it('refuses a stored answer that lost a part', async () => {
    const check = await checkBoxes(restarted(), [[100, 100, 20, 20]]);
    const packed = await packAnswer(Buffer.from(JSON.stringify(check)));
    await store(check.id, packed.subarray(0, packed.length - 20));
    await expect(findCheck(db, check.id)).rejects.toMatchObject({ code: 'statement-lost' });
    await expect(replayCheck(parts, check.id)).rejects.toMatchObject({ code: 'statement-lost' });
  });

  it('of an unknown check is not found', async () => {
    await expect(replayCheck(parts, 'chk_none')).rejects.toMatchObject({ code: 'not-found' });
    expect(await findCheck(db, 'chk_none')).toBeUndefined();
  });

  it('starts from the stored answer, byte for byte', async () => {
    const check = await checkBoxes(restarted(), [[100, 100, 20, 20]]);
    const text = (await findCheck(db, check.id))!.toString();
    expect(text).toBe(JSON.stringify(check));
    const { id: _id, createdAt: _at, sha256, ...body } = JSON.parse(text);
    expect(sha256Of(JSON.stringify(body))).toBe(sha256);
  });

  it('finds the rules of a check though they were removed after those of an earlier one were kept', async () => {
    const running = restarted();
    await checkBoxes(running, [[100, 100, 20, 20]]);
    await db.query('delete from rule_set');
    const check = await checkBoxes(running, [[140, 100, 20, 20]]);
    expect(await replayCheck(running, check.id)).toMatchObject({ identical: true });
  });
});
