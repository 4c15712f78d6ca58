import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { checkReport } from '../../src/checks/check-report.js';
import { createCheck } from '../../src/checks/create-check.js';
import { replayCheck } from '../../src/checks/replay-check.js';
import type { Database } from '../../src/database/sql.js';
import { decodeText } from '../../src/formats/txt-encoding.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { ringOf } from '../overlay/made-ground.js';
import { checkBoxes, checkParts, loadTown, makeCheck } from './made-checks.js';

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

/** One square of 100 m, 1 cm into the red line; X is the northing, as the format has it. */
const corners = ringOf([-100.01, 100, 100, 100])
  .slice(1)
  .map(([east, north]) => [north, east] as const);

const txt = (zone: number): Buffer => {
  const points = [...corners, corners[0]!].map(
    ([north, east], i) => `J${(i % 4) + 1},1,${north.toFixed(3)},${east.toFixed(3)}`,
  );
  const head = ['[属性描述]', '坐标系=2000国家大地坐标系', '几度分带=3', `带号=${zone}`, '[地块坐标]'];
  return Buffer.from([...head, '5,1.0000,DK-9,甲,面,,工业用地,,@', ...points, ''].join('\r\n'));
};

const request = (body: Uint8Array) => ({
  body,
  contentType: 'text/plain',
  stage: 'pre-review' as const,
  verify: true,
});

it('a 国土 TXT file gives the figures of the same parcel as GeoJSON, is replayed and written back to the millimetre', async () => {
  const check = await makeCheck(parts, request(txt(38)));
  const same = await checkBoxes(parts, [[-100.01, 100, 100, 100]]);
  expect(check.verdict).toBe('attention');
  expect(check.parcels[0]).toMatchObject({ id: 'DK-9', name: '甲' });
  expect(check.parcels[0]!.overlays).toEqual(same.parcels[0]!.overlays);
  expect((await replayCheck(parts, check.id)).identical).toBe(true);
  const written = decodeText(
    (await checkReport(parts, check.id, { format: 'txt', language: 'zh' })).bytes,
  ).text;
  for (const [north, east] of corners) expect(written).toContain(`${north.toFixed(3)},${east.toFixed(3)}`);
});

it('the point numbers of the file go along: at each point in GeoJSON, and in TXT where they are to be kept', async () => {
  const numbered = txt(38)
    .toString()
    .replace(/^J(\d),/gm, (_, n: string) => `T${Number(n) + 40},`);
  const check = await makeCheck(parts, request(Buffer.from(numbered)));
  const file = async (more: object) =>
    decodeText((await checkReport(parts, check.id, { format: 'txt', language: 'zh', ...more })).bytes).text;
  const points = (text: string): string[] => text.split('\r\n').filter((line) => /^[JT]\d/.test(line));
  expect(points(await file({ numbering: 'keep' }))).toEqual(points(numbered));
  expect(points(await file({}))[0]).toMatch(/^J1,/);
  const geoJson = JSON.parse(await file({ format: 'geojson', crs: 'EPSG:4526' }));
  const [{ geometry, properties }] = geoJson.features;
  const sent = points(numbered).map((line) => line.split(','));
  for (const [i, [east, north]] of geometry.coordinates[0].entries()) {
    const [number] = sent.find(([, , x, y]) => Number(x) === north && Number(y) === east)!;
    expect(properties.界址点号[0][i]).toBe(number);
  }
  await expect(file({ format: 'csv', numbering: 'keep' })).rejects.toMatchObject({ code: 'bad-parameter' });
});

it('a zone number against the coordinates is refused with its line, and nothing is stored', async () => {
  const count = () => db.query<{ n: number }>('select count(*) as n from check_record');
  const before = await count();
  await expect(createCheck(parts, request(txt(37)))).rejects.toMatchObject({
    facts: { errors: [{ pointer: expect.stringMatching(/^line \d+$/) }] },
  });
  expect(await count()).toEqual(before);
});
