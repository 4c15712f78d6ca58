/** Grids of tiles and the tile sets of a collection as people read them: addresses to paste, levels, a small map. */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { rootOf } from '../common/landing.js';
import { drawMap } from '../common/map.js';
import { anchor, type Cell, escapeHtml, pageAnswer, say, table } from '../common/pages.js';
import type { Language, StandardAnswer, StandardRequest } from '../standard.js';
import { FAR_ZOOM, FULL_ZOOM, MOST_FAR, MOST_FEATURES } from './make-tile.js';
import type { Preview } from './preview.js';
import { MAX_ZOOM, type TileMatrixSet, tileMatrixSets } from './tile-matrix-sets.js';

const gridTitle = ({ id, title }: TileMatrixSet, language: Language): string =>
  id === 'CGCS2000Quad'
    ? say(language, title, 'Quad grid in CGCS2000 degrees (EPSG:4490, 2×1 tiles at level 0)')
    : say(
        language,
        'Web 墨卡托四叉格网（EPSG:3857，网页地图通用）',
        'Quad grid in Web Mercator (EPSG:3857), as web maps use it',
      );

const gridHead = (language: Language): string[] => [
  say(language, '格网', 'Grid'),
  say(language, '说明', 'About'),
  say(language, '级别', 'Levels'),
];

const code = (text: string): Cell => ({ html: `<code>${escapeHtml(text)}</code>`, long: text.length > 50 });

export function gridsPage(request: StandardRequest): StandardAnswer {
  const { language } = request;
  const own = `${rootOf(request)}/tileMatrixSets`;
  const rows = tileMatrixSets.map((set): Cell[] => [
    { html: anchor(`${own}/${set.id}?f=html`, set.id) },
    gridTitle(set, language),
    `0–${MAX_ZOOM}`,
  ]);
  return pageAnswer(request, say(language, '瓦片格网', 'Grids of tiles'), table(gridHead(language), rows));
}

interface Level {
  id: string;
  scaleDenominator: number;
  cellSize: number;
  matrixWidth: number;
  matrixHeight: number;
}

export function gridPage(
  request: StandardRequest,
  set: TileMatrixSet,
  levels: readonly Level[],
): StandardAnswer {
  const { language } = request;
  const rows = levels.map((level): Cell[] => [
    level.id,
    { figure: `1:${Math.round(level.scaleDenominator).toLocaleString('en')}` },
    { figure: roundPixel(level.cellSize * set.metresPerUnit) },
    { figure: `${level.matrixWidth} × ${level.matrixHeight}` },
  ]);
  const head = [
    say(language, '级', 'Level'),
    say(language, '比例尺（像素 0.28 毫米）', 'Scale (pixel of 0.28 mm)'),
    say(language, '像素（赤道处，米）', 'Pixel (m, on the equator)'),
    say(language, '列 × 行', 'Columns × rows'),
  ];
  const body = `<p>${escapeHtml(gridTitle(set, language))}</p>
<p>${say(language, '坐标系', 'Coordinate system')} <code>${escapeHtml(set.crs)}</code></p>${table(head, rows)}`;
  return pageAnswer(request, set.id, body);
}

const roundPixel = (metres: number): string => (metres < 1 ? metres.toPrecision(3) : metres.toFixed(2));

export function tilesetsPage(
  request: StandardRequest,
  collection: FeatureCollection,
  own: string,
): StandardAnswer {
  const { language } = request;
  const rows = tileMatrixSets.map((set): Cell[] => [
    { html: anchor(`${own}/${set.id}?f=html`, set.id) },
    gridTitle(set, language),
    `0–${MAX_ZOOM}`,
    code(templateOf(own, set)),
  ]);
  const body = `<p>${escapeHtml(collection.description[language])}</p>
<p>${escapeHtml(forDisplay(language))}</p>${table([...gridHead(language), say(language, '模板地址', 'Template')], rows)}`;
  return pageAnswer(request, tilesTitle(collection, language), body, collection.table.tag);
}

export function tilesetPage(
  request: StandardRequest,
  collection: FeatureCollection,
  set: TileMatrixSet,
  own: string,
  preview: Preview,
): StandardAnswer {
  const { language } = request;
  const { title, description, box, table: rows } = collection;
  const facts: Cell[][] = [
    [say(language, '模板地址', 'Template'), code(templateOf(own, set))],
    ...(set.id === 'WebMercatorQuad'
      ? [['TileJSON', { html: anchor(`${own}/${set.id}?f=tilejson`, `${own}/${set.id}?f=tilejson`) }]]
      : []),
    [
      say(language, '格网', 'Grid'),
      { html: anchor(`${rootOf(request)}/tileMatrixSets/${set.id}?f=html`, gridTitle(set, language)) },
    ],
    [say(language, '级别', 'Levels'), levelsText(language)],
    [say(language, '图层名称', 'Layer in the tiles'), code(collection.id)],
    [
      say(language, '范围（经度、纬度）', 'Extent (longitude, latitude)'),
      code((box ?? []).map((degrees) => degrees.toFixed(6)).join(', ')),
    ],
    [say(language, '数据来源与版本', 'Source and version'), description[language]],
  ];
  const heading = (zh: string, en: string): string => `<h2>${say(language, zh, en)}</h2>`;
  const body = `<p>${escapeHtml(forDisplay(language))}</p>${table([], facts)}
${heading('怎样使用', 'How to use it')}<ul>${waysOf(set, language)
    .map((way) => `<li>${escapeHtml(way)}</li>`)
    .join('')}</ul>
${preview.features.length === 0 ? '' : `${heading('预览', 'Preview')}<p>${escapeHtml(previewText(preview, language))}</p>${drawMap(preview.features, language)}`}`;
  return pageAnswer(request, `${tilesTitle({ title }, language)} · ${set.id}`, body, rows.tag);
}

const templateOf = (own: string, { id }: TileMatrixSet): string => `${own}/${id}/{z}/{y}/{x}`;

const tilesTitle = ({ title }: Pick<FeatureCollection, 'title'>, language: Language): string =>
  say(language, `${title.zh} · 矢量瓦片`, `${title.en} · vector tiles`);

const forDisplay = (language: Language): string =>
  say(
    language,
    'Mapbox 矢量瓦片，供地图快速显示。边线经过化简，不用于量算；量算请用要素或预检成果。',
    'Mapbox vector tiles, for fast maps. Lines are simplified: not for measuring, which features and checks are for.',
  );

const levelsText = (language: Language): string =>
  say(
    language,
    `0–${MAX_ZOOM}；${FULL_ZOOM} 级起要素与字段齐全，以下省略小图斑。每个瓦片最多 ${MOST_FEATURES} 个要素（${FAR_ZOOM} 级及以下 ${MOST_FAR} 个），保留面积大的。`,
    `0–${MAX_ZOOM}; from ${FULL_ZOOM} on small features and all fields are there. At most ${MOST_FEATURES} features in a tile (${MOST_FAR} up to level ${FAR_ZOOM}), the largest.`,
  );

/** QGIS and MapLibre read the grid of web maps only. */
function waysOf({ id }: TileMatrixSet, language: Language): string[] {
  if (id === 'CGCS2000Quad')
    return [
      say(
        language,
        '供采用 CGCS2000 经纬度切片的地图使用（OpenLayers 等，格网见上）；QGIS、MapLibre 请用 WebMercatorQuad。',
        'For maps whose tiles are in CGCS2000 degrees (OpenLayers and others; the grid is linked above). QGIS and MapLibre take WebMercatorQuad.',
      ),
    ];
  return [
    say(
      language,
      `QGIS：数据源管理器 → 矢量瓦片 → 新建 → 新建通用连接，粘贴模板地址，最大缩放级别填 ${MAX_ZOOM}。`,
      `QGIS: Data Source Manager → Vector Tile → New → New Generic Connection; paste the template, max. zoom level ${MAX_ZOOM}.`,
    ),
    say(
      language,
      'MapLibre：数据源 {"type": "vector", "url": TileJSON 地址}。',
      'MapLibre: a source {"type": "vector", "url": the address of TileJSON}.',
    ),
  ];
}

const previewText = ({ features, more }: Preview, language: Language): string =>
  more
    ? say(language, `面积最大的 ${features.length} 个要素。`, `The ${features.length} largest features.`)
    : say(language, `${features.length} 个要素。`, `${features.length} features.`);
