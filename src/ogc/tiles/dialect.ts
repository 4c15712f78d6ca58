/** What OGC API – Tiles adds to the pages all standards share: links, conformance classes, OpenAPI paths. */
import { listCollections } from '../collections.js';
import { fParameter, getOperation } from '../common/landing.js';
import { say } from '../common/pages.js';
import { JSON_TYPE } from '../media.js';
import type { Dialect, Language, OpenApiPart, StandardParts } from '../standard.js';
import { tileMatrixSets } from './tile-matrix-sets.js';
import { MVT_TYPE } from './tile-pages.js';

const TILES = 'http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf';

export const tilesDialect: Dialect = {
  conformance: ['core', 'tileset', 'tilesets-list', 'geodata-tilesets', 'mvt', 'oas30'].map(
    (name) => `${TILES}/${name}`,
  ),
  landingLinks: (root, language) => [
    {
      href: `${root}/tileMatrixSets`,
      rel: 'http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes',
      type: JSON_TYPE,
      title: say(language, '瓦片格网', 'Grids of tiles'),
    },
  ],
  openApi,
};

async function openApi(parts: StandardParts, language: Language): Promise<OpenApiPart> {
  const f = [{ $ref: '#/components/parameters/f' }];
  const form = fParameter(['json', 'tilejson', 'html']);
  const both = [JSON_TYPE, 'text/html'];
  const path = (name: string, schema: object): object => ({ name, in: 'path', required: true, schema });
  const grid = path('tileMatrixSetId', { type: 'string', enum: tileMatrixSets.map(({ id }) => id) });
  const whole = { type: 'integer', minimum: 0 };
  const place = ['tileMatrix', 'tileRow', 'tileCol'].map((name) => path(name, whole));
  const paths: Record<string, unknown> = {
    '/tileMatrixSets': getOperation(
      'getTileMatrixSets',
      say(language, '瓦片格网', 'Grids of tiles'),
      f,
      both,
    ),
    '/tileMatrixSets/{tileMatrixSetId}': getOperation(
      'getTileMatrixSet',
      say(language, '瓦片格网', 'A grid of tiles'),
      [grid, ...f],
      both,
    ),
  };
  for (const { id, title } of await listCollections(parts)) {
    const name = title[language];
    const own = `/collections/${id}/tiles`;
    paths[own] = getOperation(`tilesets_${id}`, name, f, both);
    paths[`${own}/{tileMatrixSetId}`] = getOperation(`tileset_${id}`, name, [grid, form], both);
    paths[`${own}/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`] = getOperation(
      `tile_${id}`,
      name,
      [grid, ...place],
      [MVT_TYPE],
    );
  }
  return { paths };
}
