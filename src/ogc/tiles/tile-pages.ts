/** Tiles over the network (OGC 20-057): the grids, the tile sets of a collection, TileJSON, and the tiles themselves. */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { getCollection, prepareCollection } from '../collections.js';
import { jsonAndHtml, jsonAnswer, linkHeader, rootOf } from '../common/landing.js';
import { say } from '../common/pages.js';
import {
  chooseRepresentation,
  HTML_TYPE,
  JSON_TYPE,
  notFound,
  refuseUnknownParameters,
  selfLinks,
} from '../media.js';
import type { Link, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { FAR_ZOOM, FULL_ZOOM, fieldsAt, MOST_FAR, MOST_FEATURES, makeTile } from './make-tile.js';
import { readPreview } from './preview.js';
import { gridPage, gridsPage, tilesetPage, tilesetsPage } from './tile-html.js';
import {
  describeTileMatrixSet,
  MAX_ZOOM,
  readPlace,
  type TileMatrixSet,
  tileMatrixSets,
} from './tile-matrix-sets.js';

export const MVT_TYPE = 'application/vnd.mapbox-vector-tile';
const RELATION = 'http://www.opengis.net/def/rel/ogc/1.0';
const tilesetForms = [
  { f: 'json', type: JSON_TYPE },
  { f: 'tilejson', type: 'application/json;type=tilejson' },
  { f: 'html', type: HTML_TYPE, also: ['application/xhtml+xml'] },
] as const;
const tileForms = [{ f: 'mvt', type: MVT_TYPE, also: ['application/x-protobuf'] }] as const;

export async function readTileMatrixSets(request: StandardRequest): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  if (current.f === 'html') return gridsPage(request);
  const root = rootOf(request);
  const sets = tileMatrixSets.map(({ id, title, uri }) => ({
    ...{ id, title, ...(uri !== undefined && { uri }) },
    links: [{ href: `${root}/tileMatrixSets/${id}`, rel: `${RELATION}/tiling-scheme`, type: JSON_TYPE }],
  }));
  return jsonAnswer({ tileMatrixSets: sets, links: selfLinks(request, jsonAndHtml, current) });
}

export async function readTileMatrixSet(request: StandardRequest): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const set = getSet(request);
  const described = describeTileMatrixSet(set);
  if (current.f === 'html') return gridPage(request, set, described.tileMatrices);
  // the document of the standard has no room for them
  return { ...jsonAnswer(described), headers: linkHeader(selfLinks(request, jsonAndHtml, current)) };
}

export async function readTilesets(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const collection = await getCollection(parts, request.params.id!);
  const own = addressOf(request, collection);
  if (current.f === 'html') return tilesetsPage(request, collection, own);
  const tilesets = tileMatrixSets.map((set) => ({
    ...headOf(request, collection, set),
    links: [
      { href: `${own}/${set.id}`, rel: 'self', type: JSON_TYPE },
      schemeLink(request, set),
      templateLink(own, set),
    ],
  }));
  const links = selfLinks(request, jsonAndHtml, current);
  return jsonAnswer({ tilesets, links }, JSON_TYPE, collection.table.tag);
}

export async function readTileset(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, tilesetForms);
  const set = getSet(request);
  const collection = await getCollection(parts, request.params.id!);
  const { tag } = collection.table;
  if (current.f === 'tilejson') return jsonAnswer(tileJson(request, collection, set), JSON_TYPE, tag);
  const own = addressOf(request, collection);
  const { language } = request;
  if (current.f === 'html') {
    await prepareCollection(parts, collection, undefined, request.signal);
    const items = `${rootOf(request)}/collections/${encodeURIComponent(collection.id)}/items`;
    const preview = await readPreview(parts.check.db, collection, items, language);
    return tilesetPage(request, collection, set, own, preview);
  }
  const [west, south, east, north] = collection.box ?? [-180, -90, 180, 90];
  const tileset = {
    ...headOf(request, collection, set),
    description: say(
      language,
      `${FULL_ZOOM} 级以下省略小图斑，一个瓦片最多 ${MOST_FEATURES} 个要素，${FAR_ZOOM} 级及以下 ${MOST_FAR} 个（保留面积大的）；瓦片只用于显示，不用于量算。`,
      `Below level ${FULL_ZOOM} small features are left out, and a tile holds ${MOST_FEATURES} features at most (${MOST_FAR} up to level ${FAR_ZOOM}), the largest. For display, not for measuring.`,
    ),
    boundingBox: {
      ...{ lowerLeft: [west, south], upperRight: [east, north] },
      crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
    },
    layers: [
      { id: collection.id, dataType: 'vector', geometryDimension: 2, title: collection.title[language] },
    ],
    links: [...selfLinks(request, tilesetForms, current), schemeLink(request, set), templateLink(own, set)],
  };
  return jsonAnswer(tileset, JSON_TYPE, tag);
}

/** 404 outside the grid, 204 where there is nothing. */
export async function readTile(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  chooseRepresentation(request, tileForms);
  const set = getSet(request);
  const place = readPlace(set, request.params);
  if (!place) throw noSuchTile(request);
  const collection = await getCollection(parts, request.params.id!);
  const { tag } = collection.table;
  const key = `${tag}|${set.id}|${place.z}/${place.y}/${place.x}`;
  const tile = await parts.tiles.get(key, async () => {
    await prepareCollection(parts, collection, undefined);
    return makeTile(parts.check.db, collection, set, place);
  });
  const headers = { 'x-tile-features': String(tile.features), 'x-tile-complete': String(!tile.incomplete) };
  const status = tile.features === 0 ? 204 : 200;
  return { status, type: MVT_TYPE, headers, tag, body: tile.bytes };
}

function getSet({ params }: StandardRequest): TileMatrixSet {
  const set = tileMatrixSets.find(({ id }) => id === params.tms);
  if (set) return set;
  const known = tileMatrixSets.map(({ id }) => id);
  throw notFound(
    `没有此瓦片格网，可用：${known.join('、')}`,
    `There is no such grid of tiles; grids: ${known.join(', ')}`,
  );
}

const noSuchTile = ({ params }: StandardRequest) =>
  notFound(
    `格网 ${params.tms} 中没有此瓦片（0 至 ${MAX_ZOOM} 级，地址为 级/行/列）`,
    `The grid ${params.tms} has no such tile (levels 0 to ${MAX_ZOOM}; the address is level/row/column)`,
  );

const addressOf = (request: StandardRequest, { id }: FeatureCollection): string =>
  `${rootOf(request)}/collections/${encodeURIComponent(id)}/tiles`;

const headOf = ({ language }: StandardRequest, { title }: FeatureCollection, set: TileMatrixSet) => ({
  title: title[language],
  dataType: 'vector',
  crs: set.crs,
  ...(set.uri !== undefined && { tileMatrixSetURI: set.uri }),
});

const schemeLink = (request: StandardRequest, { id, title }: TileMatrixSet): Link => ({
  ...{ href: `${rootOf(request)}/tileMatrixSets/${id}`, rel: `${RELATION}/tiling-scheme` },
  ...{ type: JSON_TYPE, title },
});

const templateLink = (own: string, { id }: TileMatrixSet): Link & { templated: true } => ({
  href: `${own}/${id}/{tileMatrix}/{tileRow}/{tileCol}`,
  ...{ rel: 'item', type: MVT_TYPE, templated: true },
});

/** TileJSON 3.0.0: what MapLibre and QGIS read. */
function tileJson(request: StandardRequest, collection: FeatureCollection, set: TileMatrixSet): object {
  const { id, title, description, box, table } = collection;
  const { language } = request;
  const fields = fieldsAt(table.fields, FULL_ZOOM).map((field) => [field.name, field.title[language]]);
  return {
    tilejson: '3.0.0',
    name: title[language],
    description: description[language],
    tiles: [`${addressOf(request, collection)}/${set.id}/{z}/{y}/{x}`],
    ...{ scheme: 'xyz', minzoom: 0, maxzoom: MAX_ZOOM },
    ...(box && { bounds: box }),
    vector_layers: [
      { id, description: title[language], fields: Object.fromEntries([['id', 'id'], ...fields]) },
    ],
  };
}
