/** Features as GML: 3.2 with an id on every geometry for WFS 2.0, 3.1.1 for WFS 1.1. */
import { type Field, type FieldType, GEOMETRY } from '../../layers/query/feature-table.js';
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
    open: `<${PREFIX}:${name}>`,
    close: `</${PREFIX}:${name}>`,
    write: valueWriter(fieldType),
  }));
  return (row, namespaces = '') => {
    const id = escapeXml(gmlId(collection, row.id!));
    const values = JSON.parse(row.values!) as (Value | null)[];
    let text = `<${type}${namespaces} gml:id="${id}">`;
    if (row.gml) text += `<${PREFIX}:${GEOMETRY}>${geometry(row.gml, id)}</${PREFIX}:${GEOMETRY}>`;
    for (const [i, { open, close, write }] of tags.entries()) {
      const value = values[i];
      if (value == null) continue;
      text += open + write(value) + close;
    }
    return `${text}</${type}>`;
  };
}

type Value = string | number | boolean;

/** Content of an element with that value. Times are UTC to the millisecond: readers take three decimals or none. */
export function valueWriter(type: FieldType): (value: Value) => string {
  if (type === 'string') return (value) => escapeXml(String(value));
  if (type !== 'timestamp') return String;
  return (value) => {
    const time = new Date(String(value));
    return Number.isNaN(time.getTime()) ? escapeXml(String(value)) : time.toISOString();
  };
}

const POLYGON = '<gml:Polygon>';

/**
 * The gml:MultiSurface of a row with the srsName that was asked for and, in GML 3.2, an id on every geometry. Works on
 * the text: coordinates keep the digits they came with.
 */
export function geometryWriter(version: WfsVersion, srsName: string): (gml: string, id: string) => string {
  const srs = `srsName="${escapeXml(srsName)}" srsDimension="2"`;
  return (gml, id) => {
    const members = gml.slice(gml.indexOf('>') + 1);
    if (version === '1.1.0') return `<gml:MultiSurface ${srs}>${members}`;
    const [before, ...polygons] = members.split(POLYGON);
    let text = `<gml:MultiSurface gml:id="${id}.geom" ${srs}>${before}`;
    for (const [i, polygon] of polygons.entries())
      text += `<gml:Polygon gml:id="${id}.geom.${i + 1}">${polygon}`;
    return text;
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
