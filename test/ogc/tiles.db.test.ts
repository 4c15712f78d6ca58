import { VectorTile } from '@mapbox/vector-tile';
import fc from 'fast-check';
import { PbfReader } from 'pbf';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Box } from '../../src/core/geometry-types.js';
import type { Sql } from '../../src/database/sql.js';
import { layerCollections, VersionMemory } from '../../src/layers/query/layer-collections.js';
import { readTile } from '../../src/layers/query/read-tile.js';
import { rehearseTiles, rehearseTilesOn } from '../../src/ogc/tiles/rehearse-tiles.js';
import { readPlace, type TileMatrixSet, tileMatrixSets } from '../../src/ogc/tiles/tile-matrix-sets.js';
import { loadTown, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type StandardsApp, standardsApp } from './standards-app.js';

let service: StandardsApp;
let box: Box;

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db);
  await loadTown({ db, geos: service.geos }, town);
  box = (await service.get('/ogc/collections/dltb')).json.extent.spatial.bbox[0];
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

const tilePath = (
  set: TileMatrixSet,
  z: number,
  [lon, lat]: readonly [number, number],
  layer = 'dltb',
): string => {
  const [x, y] = set.project(lon, lat);
  const [column, row] = [Math.floor(x * set.width * 2 ** z), Math.floor(y * set.height * 2 ** z)];
  return `/ogc/collections/${layer}/tiles/${set.id}/${z}/${row}/${column}`;
};
const middle = (): [number, number] => [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];

describe.each(tileMatrixSets)('tiles of $id', (set) => {
  it('hold the features of the collection, each corner within a tile unit of the truth', async () => {
    const { json: truth } = await service.get('/ogc/collections/dltb/items?limit=1000');
    let corners = 0;
    // the tiles in which the features have a corner
    const paths = [13, 15].flatMap((z) =>
      truth.features.map((feature: { geometry: { coordinates: [number, number][][][] } }) =>
        tilePath(set, z, feature.geometry.coordinates[0]![0]![0]!),
      ),
    );
    for (const path of new Set<string>(paths)) {
      const answer = await service.get(path);
      expect([answer.status, answer.headers['content-type']]).toEqual([
        200,
        'application/vnd.mapbox-vector-tile',
      ]);
      const layer = new VectorTile(new PbfReader(answer.bytes)).layers.dltb!;
      expect([layer.version, layer.extent]).toEqual([2, 4096]);
      const [z, row, column] = path.split('/').slice(-3).map(Number) as [number, number, number];
      for (let i = 0; i < layer.length; i++) {
        const feature = layer.feature(i);
        const drawn = feature.loadGeometry().flat();
        const { geometry } = truth.features.find(({ id }: { id: string }) => id === feature.properties.id);
        for (const [lon, lat] of geometry.coordinates.flat(2)) {
          const [px, py] = set.project(lon, lat);
          const [x, y] = [(px * set.width * 2 ** z - column) * 4096, (py * set.height * 2 ** z - row) * 4096];
          if (Math.min(x, y) < 0 || Math.max(x, y) > 4096) continue;
          // long straight edges carry points that a line may drop: the corners of the boxes stay
          const near = Math.min(...drawn.map((point) => Math.hypot(point.x - x, point.y - y)));
          const onEdge = isOnEdge([x, y], feature.loadGeometry());
          expect(near < 1 || onEdge, `${feature.properties.id} at ${z}: ${near}`).toBe(true);
          corners++;
        }
      }
    }
    expect(corners).toBeGreaterThan(8);
  });

  it('answer 204 where there is nothing and 404 where there is no tile', async () => {
    const empty = await service.get(tilePath(set, 12, [10, 10]));
    expect([empty.status, empty.text]).toEqual([204, '']);
    const own = `/ogc/collections/dltb/tiles/${set.id}`;
    const columns = set.width * 2 ** 3;
    expect((await service.get(`${own}/3/7/${columns - 1}`)).status).toBe(204);
    for (const place of [`3/7/${columns}`, '3/8/0', '21/0/0', 'x/0/0', '3/-1/0']) {
      expect([place, (await service.get(`${own}/${place}`)).status]).toEqual([place, 404]);
    }
  });

  it('is described as a tile matrix set whose numbers agree with its tiles', async () => {
    const { json } = await service.get(`/ogc/tileMatrixSets/${set.id}`);
    const matrix = json.tileMatrices[12];
    const [lon, lat] = set.unproject(1 / matrix.matrixWidth, 1 / matrix.matrixHeight);
    const step = matrix.cellSize * matrix.tileWidth;
    if (set.id === 'CGCS2000Quad') {
      expect([lon, lat]).toEqual([expect.closeTo(-180 + step, 9), expect.closeTo(90 - step, 9)]);
      // WorldCRS84Quad has the same grid: OGC 17-083r4 annex D
      expect(json.tileMatrices[0].scaleDenominator).toBeCloseTo(279541132.0143589, 4);
    } else {
      expect((lon * 6378137 * Math.PI) / 180).toBeCloseTo(-20037508.3427892 + step, 4);
      expect(json.tileMatrices[0].scaleDenominator).toBeCloseTo(559082264.0287178, 4);
    }
  });
});

const isOnEdge = ([px, py]: readonly [number, number], rings: { x: number; y: number }[][]): boolean =>
  rings.some((ring) =>
    ring.slice(1).some((b, i) => {
      const a = ring[i]!;
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const share = ((px - a.x) * dx + (py - a.y) * dy) / (dx * dx + dy * dy || 1);
      const at = Math.min(1, Math.max(0, share));
      return Math.hypot(px - a.x - at * dx, py - a.y - at * dy) < 1;
    }),
  );

describe('the features of a rectangle', () => {
  it('are the same, in the same order, whether they are found by size or by place', async () => {
    const collections = await layerCollections(service.db, new VersionMemory());
    const inside = (from: number, to: number) => fc.double({ min: from, max: to, noNaN: true });
    let found = 0;
    for (const { table, box: ground } of collections) {
      expect(table.edges).toHaveLength(4);
      const [west, south, east, north] = ground!;
      await fc.assert(
        fc.asyncProperty(
          fc.tuple(inside(west, east), inside(west, east), inside(south, north), inside(south, north)),
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom(0, 2_000),
          async ([x1, x2, y1, y2], limit, minAreaM2) => {
            const box: Box = [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];
            const query = { table, box, minAreaM2, limit, fields: table.fields, toleranceDegrees: 0 };
            const bySize = await readTile(service.db, { ...query, bySize: true });
            expect(bySize).toEqual(await readTile(service.db, { ...query, bySize: false }));
            found += bySize.features.length;
          },
        ),
        { numRuns: 25 },
      );
    }
    expect(found).toBeGreaterThan(20);
  });
});

describe('the rehearsal of tiles', () => {
  it('asks no database for made-up ones, and reads the largest layer for real ones', async () => {
    await rehearseTiles();
    const asked: string[] = [];
    const { db } = service;
    const watched: Sql = {
      query: (text, values) => {
        asked.push(JSON.stringify(values));
        return db.query(text, values);
      },
    };
    await rehearseTilesOn(watched, new VersionMemory());
    // the first statements find the layers
    const tiles = asked.filter((values) => values.includes('dltb.'));
    expect(tiles).toHaveLength(1);
  });
});

describe('the tile sets of a collection', () => {
  it('are found from the collection, and their templates lead to tiles', async () => {
    const { json: collection } = await service.get('/ogc/collections/stbhhx');
    const link = collection.links.find(({ rel }: { rel: string }) => rel.endsWith('/tilesets-vector'));
    const { json } = await service.get(new URL(link.href).pathname);
    expect(json.tilesets).toHaveLength(2);
    const { links } = json.tilesets[0];
    const self = links.find(({ rel }: { rel: string }) => rel === 'self');
    const { json: tileset } = await service.get(new URL(self.href).pathname);
    expect(tileset).toMatchObject({ dataType: 'vector', layers: [{ id: 'stbhhx' }] });
    const { href } = tileset.links.find(({ rel }: { rel: string }) => rel === 'item');
    const filled = href.replace('{tileMatrix}', '0').replace('{tileRow}', '0').replace('{tileCol}', '0');
    // the whole world: nothing of a town is large enough to be seen
    expect((await service.get(new URL(filled).pathname)).status).toBe(204);
    expect((await service.get('/ogc/collections/none/tiles')).status).toBe(404);
    expect((await service.get('/ogc/collections/dltb/tiles/Other')).status).toBe(404);
    expect((await service.get('/ogc/tileMatrixSets')).json.tileMatrixSets).toHaveLength(2);
  });

  it('are pages for people, with the address to paste and a map; other clients never get a page', async () => {
    const { paths } = (await service.get('/ogc/api')).json;
    const grid = 'WebMercatorQuad';
    const words: Record<string, readonly string[]> = {
      '/tileMatrixSets': ['/ogc/tileMatrixSets/CGCS2000Quad?f=html'],
      [`/tileMatrixSets/${grid}`]: ['1:559,082,264', 'EPSG/0/3857'],
      '/collections/dltb/tiles': [`/ogc/collections/dltb/tiles/${grid}?f=html`, `${grid}/{z}/{y}/{x}`],
      [`/collections/dltb/tiles/${grid}`]: [
        `${grid}/{z}/{y}/{x}`,
        'f=tilejson',
        '数据日期',
        '<svg',
        'dltb.1 ',
      ],
    };
    for (const [path, expected] of Object.entries(words)) {
      const { headers, text } = await service.get(`/ogc${path}`, { accept: 'text/html' });
      expect([path, headers['content-type']]).toEqual([path, 'text/html; charset=utf-8']);
      for (const word of expected) expect(text).toContain(word);
      const plain = await service.get(`/ogc${path}`, { accept: '*/*' });
      expect([path, plain.headers['content-type']]).toEqual([path, 'application/json']);
      expect(plain.headers.link).toContain(`/ogc${path}?f=html>; rel="alternate"; type="text/html"`);
      expect(text).toContain(`${path}?f=json`);
      const documented = paths[path.replace(grid, '{tileMatrixSetId}')].get.responses['200'].content;
      expect(Object.keys(documented)).toEqual(['application/json', 'text/html']);
    }
    const parameters = paths['/collections/dltb/tiles/{tileMatrixSetId}'].get.parameters;
    expect(parameters.find(({ name }: { name: string }) => name === 'f').schema.enum).toContain('tilejson');
  });

  it('come as TileJSON with a template for MapLibre', async () => {
    const { json } = await service.get('/ogc/collections/dltb/tiles/WebMercatorQuad?f=tilejson');
    expect(json).toMatchObject({ tilejson: '3.0.0', minzoom: 0, bounds: box });
    expect(json.vector_layers[0].fields.DLBM).toBeDefined();
    expect(json.tiles[0]).toMatch(/\/tiles\/WebMercatorQuad\/\{z\}\/\{y\}\/\{x\}$/);
  });
});

describe('a tile asked for again', () => {
  it('is known by its ETag until the layer has a new version', async () => {
    const path = tilePath(tileMatrixSets[0]!, 14, middle());
    const { headers, bytes } = await service.get(path);
    const again = await service.get(path, { 'if-none-match': headers.etag! });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await service.get(path)).bytes.equals(bytes)).toBe(true);
    await loadTown(
      { db: service.db, geos: service.geos },
      { dltb: { ...town.dltb!, dataDate: '2025-06-30' } },
    );
    const fresh = await service.get(path, { 'if-none-match': headers.etag! });
    expect(fresh.status).toBe(200);
    expect((await service.get(`${path}?token=1`)).status).toBe(400);
  });

  it('is refused for a place that is no place', () => {
    expect(readPlace(tileMatrixSets[1]!, { z: '0', y: '0', x: '1' })).toEqual({ z: 0, y: 0, x: 1 });
    expect(readPlace(tileMatrixSets[0]!, { z: '0', y: '0', x: '1' })).toBeUndefined();
  });
});
