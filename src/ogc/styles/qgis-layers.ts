/** Layers of a QGIS project: the check's own parcels and pieces as files, the layers it was made on as services. */
import type { Bilingual } from '../../core/errors.js';
import type { Box } from '../../core/geometry-types.js';
import type { Language } from '../standard.js';
import { rendererXml, xml } from './renderer-xml.js';
import { styleOf } from './style-table.js';

export interface QgisLayer {
  id: string;
  name: string;
  /** Collection whose style it is drawn in. */
  collection: string;
  provider: 'ogr' | 'OAPIF';
  source: string;
}

export interface CheckFacts {
  id: string;
  layers: readonly { id: string; version: string | null; nameZh: string; nameEn: string }[];
}

/** Top first. `served`: collections that can be asked for now, with the version they serve. */
export function layersOfCheck(
  check: CheckFacts,
  served: ReadonlyMap<string, string>,
  base: string,
  language: Language,
): QgisLayer[] {
  const report = (what: string): string =>
    `${base}/v1/checks/${encodeURIComponent(check.id)}/report?f=geojson&what=${what}`;
  const own: [string, string, Bilingual][] = [
    ['check-parcels', 'parcels', { zh: '预检地块', en: 'Checked parcels' }],
    ['check-pieces', 'pieces', { zh: '叠加图斑', en: 'Overlap pieces' }],
  ];
  const drawn = check.layers.filter(({ id, version }) => version !== null && served.has(id));
  return [
    ...own.map(
      ([collection, what, name]): QgisLayer => ({
        ...{ id: `${collection}_${check.id}`, name: name[language], collection },
        ...{ provider: 'ogr', source: report(what) },
      }),
    ),
    ...inOrder(drawn).map(
      ({ id, version, nameZh, nameEn }): QgisLayer => ({
        // with ten signs or fewer QGIS gives a layer another id, and no longer finds it in its tree
        id: `onemap_layer_${id}`,
        name: nameOf(language === 'zh' ? nameZh : nameEn, version!, served.get(id)!, language),
        ...{ collection: id, provider: 'OAPIF' },
        source: `pagingEnabled='true' restrictToRequestBBOX='1' srsname='OGC:CRS84' typename='${id}' url='${base}/ogc' version='OGC_API_FEATURES'`,
      }),
    ),
  ];
}

/** The service answers with the version of today: where that is another one than the check's, the name says so. */
function nameOf(name: string, checked: string, served: string, language: Language): string {
  if (checked === served) return `${name} ${served}`;
  return language === 'zh'
    ? `${name} ${served}（预检所用版本为 ${checked}）`
    : `${name} ${served} (the check used ${checked})`;
}

/** Lines above land classes, districts above all. */
const depth: readonly string[] = ['xzq', 'stbhhx', 'yjjbnt', 'czkfbj'];
const inOrder = <T extends { id: string }>(layers: readonly T[]): T[] => {
  const rank = ({ id }: T): number => (id === 'dltb' ? 99 : depth.includes(id) ? depth.indexOf(id) : 50);
  return [...layers].sort((a, b) => rank(a) - rank(b));
};

const wkt = (name: string, datum: string, axes: readonly [string, string], id: string): string =>
  `GEOGCRS["${name}",DATUM[${datum}],CS[ellipsoidal,2],${axes.map((axis) => `AXIS[${axis}]`).join(',')},ANGLEUNIT["degree",0.0174532925199433],ID[${id}]]`;

const latitude = '"geodetic latitude (Lat)",north';
const longitude = '"geodetic longitude (Lon)",east';

/** QGIS 3.22 takes no CRS from its id alone: the text of ISO 19162 must stand beside it. */
const systems = {
  'EPSG:4490': wkt(
    'China Geodetic Coordinate System 2000',
    '"China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101]',
    [latitude, longitude],
    '"EPSG",4490',
  ),
  'OGC:CRS84': wkt(
    'WGS 84 (CRS84)',
    '"World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]',
    [longitude, latitude],
    '"OGC","CRS84"',
  ),
};

const srs = (id: keyof typeof systems): string =>
  `<spatialrefsys nativeFormat="Wkt"><wkt>${xml(systems[id])}</wkt><authid>${id}</authid></spatialrefsys>`;

function mapLayer(layer: QgisLayer, language: Language): string {
  const crs = layer.provider === 'OAPIF' ? 'OGC:CRS84' : 'EPSG:4490';
  return `<maplayer type="vector" geometry="Polygon" wkbType="MultiPolygon" hasScaleBasedVisibilityFlag="0" styleCategories="AllStyleCategories"><id>${xml(layer.id)}</id><datasource>${xml(layer.source)}</datasource><layername>${xml(layer.name)}</layername><srs>${srs(crs)}</srs><provider encoding="UTF-8">${layer.provider}</provider>${rendererXml(styleOf(layer.collection), language)}<blendMode>0</blendMode><layerOpacity>1</layerOpacity></maplayer>`;
}

const treeLayer = (layer: QgisLayer): string =>
  `<layer-tree-layer id="${xml(layer.id)}" name="${xml(layer.name)}" providerKey="${layer.provider}" source="${xml(layer.source)}" checked="Qt::Checked" expanded="0"/>`;

const treeGroup = (title: string, layers: readonly QgisLayer[]): string =>
  `<layer-tree-group name="${xml(title)}" checked="Qt::Checked" expanded="1">${layers.map(treeLayer).join('')}</layer-tree-group>`;

/** A layer definition: to be dragged into a project that is open. */
export function layerDefinition(title: string, layers: readonly QgisLayer[], language: Language): string {
  const maps = layers.map((layer) => mapLayer(layer, language)).join('');
  return `<!DOCTYPE qgis-layer-definition><qlr><layer-tree-group name="" checked="Qt::Checked" expanded="1">${treeGroup(title, layers)}</layer-tree-group><maplayers>${maps}</maplayers></qlr>`;
}

/** A project that opens on the ground of the check, in EPSG:4490: QGIS reads its CRS only where `ProjectionsEnabled` stands. */
export function project(title: string, layers: readonly QgisLayer[], box: Box, language: Language): string {
  const maps = layers.map((layer) => mapLayer(layer, language)).join('');
  const order = layers.map(({ id }) => `<layer id="${xml(id)}"/>`).join('');
  const [west, south, east, north] = box;
  return `<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis projectname="${xml(title)}" version="3.22.0"><title>${xml(title)}</title><projectCrs>${srs('EPSG:4490')}</projectCrs><layer-tree-group>${treeGroup(title, layers)}</layer-tree-group><properties><SpatialRefSys><ProjectionsEnabled type="int">1</ProjectionsEnabled></SpatialRefSys></properties><mapcanvas name="theMapCanvas" annotationsVisible="1"><units>degrees</units><extent><xmin>${west}</xmin><ymin>${south}</ymin><xmax>${east}</xmax><ymax>${north}</ymax></extent><rotation>0</rotation><destinationsrs>${srs('EPSG:4490')}</destinationsrs></mapcanvas><projectlayers>${maps}</projectlayers><layerorder>${order}</layerorder></qgis>`;
}

export const styleDocument = (collection: string, language: Language): string =>
  `<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version="3.22.0" styleCategories="Symbology">${rendererXml(styleOf(collection), language)}<blendMode>0</blendMode><layerOpacity>1</layerOpacity></qgis>`;
