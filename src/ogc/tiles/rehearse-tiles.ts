/**
 * Tiles that nobody asked for, made and thrown away before the service says it is ready: what makes them has run, and a
 * connection of the database knows the rows of the largest layer. The first tile of a day else takes twice as long.
 */
import type { Sql } from '../../database/sql.js';
import { encodeMultiPolygon } from '../../geometry/wkb.js';
import {
  type FeatureCollection,
  layerCollections,
  type VersionMemory,
} from '../../layers/query/layer-collections.js';
import { FULL_ZOOM, MOST_FAR, makeTile } from './make-tile.js';
import { type TileMatrixSet, type TilePlace, tileMatrixSets } from './tile-matrix-sets.js';

/** Of made-up features, after which a tile takes a third of the time of the first. */
const ROUNDS = 4;

/** Without a database: in the time in which it is opened. */
export async function rehearseTiles(): Promise<void> {
  const rows = madeUpRows();
  const sql: Sql = {
    query: () => Promise.reject(new Error('the rehearsal asked the database')),
    readBinary: <Row>() => Promise.resolve(rows as Row[]),
  };
  for (let i = 0; i < ROUNDS; i++) {
    for (const set of tileMatrixSets)
      await makeTile(sql, madeUpCollection, set, placeOn(set, madeUpCollection));
    await new Promise(setImmediate);
  }
}

/** On the layer that has the most features, the tile that shows it whole; does nothing where there is none. */
export async function rehearseTilesOn(sql: Sql, versions: VersionMemory): Promise<void> {
  const layers = await layerCollections(sql, versions);
  const [largest] = layers.sort((a, b) => (b.table.rowCount ?? 0) - (a.table.rowCount ?? 0));
  if (!largest) return;
  const [set] = tileMatrixSets;
  await makeTile(sql, largest, set!, placeOn(set!, largest));
}

/** The last level on which the collection is no wider than a tile, and the tile over its middle. */
function placeOn(set: TileMatrixSet, { box }: FeatureCollection): TilePlace {
  const [west, south, east, north] = box!;
  const [x, y] = set.project((west + east) / 2, (south + north) / 2);
  const [right, top] = set.project(east, north);
  const [left, bottom] = set.project(west, south);
  const wide = Math.max((right - left) * set.width, (bottom - top) * set.height);
  const z = Math.max(0, Math.min(FULL_ZOOM - 1, Math.floor(-Math.log2(wide))));
  return { z, y: Math.floor(y * set.height * 2 ** z), x: Math.floor(x * set.width * 2 ** z) };
}

const [WEST, SOUTH, SIDE] = [113, 35, 0.1];

const madeUpCollection: FeatureCollection = {
  ...{ id: 'rehearsal', title: { zh: '', en: '' }, description: { zh: '', en: '' } },
  ...{ box: [WEST, SOUTH, WEST + SIDE, SOUTH + SIDE], days: [null, null], decimals: 9 },
  table: {
    ...{ tag: 'rehearsal', from: 'nothing', geometry: 'geom', fields: [] },
    key: [{ sql: 'n', type: 'int' }],
    id: () => 'n',
    readId: () => undefined,
    writeId: ([n]) => String(n),
  },
};

/** Discs on a spiral, as rows come from the database. */
const madeUpRows = () =>
  Array.from({ length: MOST_FAR }, (_, n) => {
    const [turn, from] = [n * 2.4, (SIDE / 2) * Math.sqrt(n / MOST_FAR)];
    const corners = 8 + (n % 17);
    const ring = Array.from({ length: corners + 1 }, (_, i): [number, number] => {
      const angle = (2 * Math.PI * (i % corners)) / corners;
      return [
        WEST + SIDE / 2 + from * Math.cos(turn) + 0.001 * Math.cos(angle),
        SOUTH + SIDE / 2 + from * Math.sin(turn) + 0.001 * Math.sin(angle),
      ];
    });
    return {
      id: Buffer.from(`rehearsal.${n}`),
      wkb: encodeMultiPolygon([[ring]]),
      properties: Buffer.from(`{"DLBM":"${100 + (n % 40)}","DLMC":"水田"}`),
    };
  });
