/** Features as GML: 3.2 with an id on every geometry for WFS 2.0, 3.1.1 for WFS 1.1. */
import { type Field, GEOMETRY } from '../../layers/query/feature-table.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import type { FeatureRow } from '../../layers/query/query-features.js';
import { escapeXml } from './escape-xml.js';
import { gmlId, NAMESPACE, PREFIX } from './names.js';
import type { WfsVersion } from './wfs-request.js';

export interface GmlStyle {
  version: WfsVersion;
  /** As it was asked for; every srsName of the answer repeats it. */
  srsName: string;
}

export type FeatureWriter = (row: FeatureRow, namespaces?: string) => string;

/** `fields`: those to be written, in the order of the schema. */
export function gmlWriter(
  collection: FeatureCollection,
  fields: readonly Field[],
  { version, srsName }: GmlStyle,
): FeatureWriter {
  const type = `${PREFIX}:${collection.id}`;
  const geometry = geometryWriter(version, srsName);
  const tags = fields.map(({ name, type: fieldType }) => ({
    name,
    open: `<${PREFIX}:${name}>`,
    close: `</${PREFIX}:${name}>`,
    isText: fieldType === 'string',
  }));
  return (row, namespaces = '') => {
    const id = escapeXml(gmlId(collection, row.id!));
    const values = JSON.parse(row.properties!) as Record<string, string | number | boolean | null>;
    let text = `<${type}${namespaces} gml:id="${id}">`;
    if (row.geometry) text += `<${PREFIX}:${GEOMETRY}>${geometry(row.geometry, id)}</${PREFIX}:${GEOMETRY}>`;
    for (const { name, open, close, isText } of tags) {
      const value = values[name];
      if (value == null) continue;
      text += open + (isText ? escapeXml(String(value)) : value) + close;
    }
    return `${text}</${type}>`;
  };
}

/** The positions of a MultiPolygon, as a row in parts has them → gml:MultiSurface. Works on the text: coordinates keep the digits they came with. */
export function geometryWriter(
  version: WfsVersion,
  srsName: string,
): (positions: string, id: string) => string {
  const named = version === '2.0.0';
  const srs = `srsName="${escapeXml(srsName)}" srsDimension="2"`;
  const ring = (text: string): string =>
    `<gml:LinearRing><gml:posList>${text}</gml:posList></gml:LinearRing>`;
  return (positions, id) => {
    // {"type":"MultiPolygon" "coordinates":[[[[x y x y] [x y …]] [[x y …]]]]}
    const start = positions.indexOf('[[[[') + 4;
    const end = positions.lastIndexOf(']]]]');
    if (start < 4 || end < start) return '';
    const polygons = positions.slice(start, end).split(']] [[');
    let text = named ? `<gml:MultiSurface gml:id="${id}.geom" ${srs}>` : `<gml:MultiSurface ${srs}>`;
    for (const [i, polygon] of polygons.entries()) {
      const [shell, ...holes] = polygon.split('] [');
      text += named
        ? `<gml:surfaceMember><gml:Polygon gml:id="${id}.geom.${i + 1}">`
        : '<gml:surfaceMember><gml:Polygon>';
      text += `<gml:exterior>${ring(shell!)}</gml:exterior>`;
      for (const hole of holes) text += `<gml:interior>${ring(hole)}</gml:interior>`;
      text += '</gml:Polygon></gml:surfaceMember>';
    }
    return `${text}</gml:MultiSurface>`;
  };
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

export const namespacesOf = (version: WfsVersion): string =>
  version === '2.0.0'
    ? ` xmlns:${PREFIX}="${NAMESPACE}" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:wfs="http://www.opengis.net/wfs/2.0" ${XSI}`
    : ` xmlns:${PREFIX}="${NAMESPACE}" xmlns:gml="http://www.opengis.net/gml" xmlns:wfs="http://www.opengis.net/wfs" ${XSI}`;

/** Where the schemas of an answer are found: ours at this service, the others at OGC. */
export function schemaLocation(base: string, type: string, version: WfsVersion): string {
  const own = `${base}/wfs?SERVICE=WFS&VERSION=${version}&REQUEST=DescribeFeatureType&${version === '2.0.0' ? 'TYPENAMES' : 'TYPENAME'}=${PREFIX}:${type}`;
  const others =
    version === '2.0.0'
      ? 'http://www.opengis.net/wfs/2.0 http://schemas.opengis.net/wfs/2.0/wfs.xsd http://www.opengis.net/gml/3.2 http://schemas.opengis.net/gml/3.2.1/gml.xsd'
      : 'http://www.opengis.net/wfs http://schemas.opengis.net/wfs/1.1.0/wfs.xsd';
  return ` xsi:schemaLocation="${escapeXml(`${NAMESPACE} ${own} ${others}`)}"`;
}
