import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { checkPieces, type PieceFeature } from '../../src/checks/check-pieces.js';
import type { Check } from '../../src/checks/check-types.js';
import { replayCheck } from '../../src/checks/replay-check.js';
import type { Database } from '../../src/database/sql.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { lonLatToAnalysis } from '../../src/geometry/planes.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type Box, cents, loadLayer } from '../overlay/made-ground.js';
import { checkParts, loadTown, makeCheck, requestFor, town } from './made-checks.js';

let db: Database;
let parts: CheckParts;
const geos = new GeosPool({ workers: 2 });

const coveredWest: readonly Box[] = [[-3000, -3000, 3650, 10_000]];

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  const stbhhx = {
    ...town.stbhhx!,
    features: [
      ...town.stbhhx!.features,
      { boxes: [[-150, 0, 100, 1000]] as const, properties: { BSM: 'R2', LHLX: '水源涵养' } },
    ],
  };
  await loadTown({ db, geos }, { ...town, stbhhx });
  // nothing is known of the boundary and the partition east of x = 650
  await loadLayer({ db, geos }, 'czkfbj', { ...town.czkfbj!, coverage: coveredWest });
  parts = checkParts(db, geos);
});
afterAll(() => geos.close());

const areaOf = (piece: PieceFeature): number =>
  planarAreaM2(lonLatToAnalysis(piece.geometry.coordinates, 38));

async function piecesOf(boxes: readonly Box[], holes: readonly Box[] = []) {
  const check = await makeCheck(parts, requestFor([{ id: 'DK-1', boxes, holes }]));
  const { features } = await checkPieces(parts, check.id);
  return { check, features };
}

/** Every figure of the answer is drawn, with its area, and nothing else is. */
function checkDrawn(check: Check, features: readonly PieceFeature[], outsideDrawn: readonly string[]): void {
  for (const piece of features) {
    const { areaM2 } = piece.properties as { areaM2: number };
    expect(areaM2, piece.id).toBeGreaterThan(0);
    expect(Math.abs(areaOf(piece) - areaM2), `${piece.id}: ${areaOf(piece)} for ${areaM2}`).toBeLessThan(
      0.01,
    );
  }
  const expected = check.parcels.flatMap((parcel) =>
    parcel.overlays.flatMap(({ layer, features: hits, outsideM2, undeterminedM2 }) => [
      ...hits.map((hit) => [layer, 'overlap', hit.featureId, cents(hit.areaM2)]),
      ...(outsideM2 > 0 && outsideDrawn.includes(layer) ? [[layer, 'outside', null, cents(outsideM2)]] : []),
      ...(undeterminedM2 > 0 ? [[layer, 'undetermined', null, cents(undeterminedM2)]] : []),
    ]),
  );
  const drawn = features.map(({ properties: p }) => [
    p.layer,
    p.kind,
    p.featureId,
    cents(p.areaM2 as number),
  ]);
  expect(drawn).toEqual(expected);
}

describe('pieces', () => {
  it('draw every figure with its area: features, ground outside the boundary, ground nothing is known of', async () => {
    const { check, features } = await piecesOf([[600, 950, 200, 100]]);
    expect(features.map((piece) => piece.properties.kind)).toContain('undetermined');
    expect(features.map((piece) => piece.properties.kind)).toContain('outside');
    checkDrawn(check, features, ['czkfbj']);
  });

  it('of parcels with parts and holes, and of features over each other', async () => {
    const { check, features } = await piecesOf(
      [
        [-160, 900, 90, 60],
        [600, 100, 40, 40],
      ],
      [[-130, 910, 10, 10]],
    );
    checkDrawn(check, features, ['czkfbj']);
    const red = features.filter((piece) => piece.properties.layer === 'stbhhx');
    expect(red.map((piece) => piece.properties.bsm)).toEqual(['R', 'R2']);
  });

  it('are not made of lines: a shared border draws nothing', async () => {
    const { check, features } = await piecesOf([[600, 900, 40, 100]]);
    checkDrawn(check, features, ['czkfbj']);
    expect(features.map((piece) => piece.properties.layer)).toEqual(['czkfbj', 'dltb', 'xzq']);
  });

  it('carry what a map needs', async () => {
    const { check, features } = await piecesOf([[690, 100, 20, 20]]);
    const piece = features.find((one) => one.properties.layer === 'yjjbnt')!;
    expect(piece.properties).toMatchObject({
      parcel: 'DK-1',
      layer: 'yjjbnt',
      kind: 'overlap',
      bsm: 'Y',
      verdict: 'prohibited',
      layerVersion: check.layers.find((layer) => layer.id === 'yjjbnt')!.version,
      DLBM: '0102',
    });
    expect(new Set(features.map((one) => one.id)).size).toBe(features.length);
  });

  it('are no longer drawn when nobody waits for them', async () => {
    const { check } = await piecesOf([[600, 900, 40, 100]]);
    await expect(checkPieces(parts, check.id, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(replayCheck(parts, check.id, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('of an unknown check are not found', async () => {
    await expect(checkPieces(parts, 'chk_none')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('of a layer without data are the whole parcels, undetermined: an empty map would look like "no conflict"', async () => {
    await resetTables(db);
    const { yjjbnt: _left, ...others } = town;
    await loadTown({ db, geos }, others);
    const { check, features } = await piecesOf([[690, 100, 20, 20]], [[695, 105, 5, 5]]);
    checkDrawn(check, features, ['czkfbj']);
    const unknown = features.filter(({ properties }) => properties.layer === 'yjjbnt');
    expect(unknown.map(({ id, properties: p }) => [id, p.kind, p.verdict, p.layerVersion])).toEqual([
      ['DK-1/yjjbnt.undetermined', 'undetermined', 'undetermined', null],
    ]);
  });
});
