/** Features as GML: 3.2 with an id on every geometry for WFS 2.0, 3.1.1 for WFS 1.1. */
import type { ByteWriter } from '../../layers/query/byte-writer.js';
import { type Field, type FieldType, GEOMETRY } from '../../layers/query/feature-table.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import type { RowValues } from '../../layers/query/row-values.js';
import type { FeatureRow, RowShape, RowWriter } from '../../layers/query/row-writer.js';
import type { GeometryOutput } from '../../layers/query/sql.js';
import { pairMarks, type ShapeMarks, writeShape } from '../../layers/query/wkb-text.js';
import { escapeXml } from './escape-xml.js';
import { gmlId, NAMESPACE, PREFIX } from './names.js';
import type { WfsVersion } from './wfs-request.js';

export interface GmlStyle {
  version: WfsVersion;
  /** As it was asked for; every srsName of the answer repeats it. */
  srsName: string;
}

export interface GmlFrame {
  /** Before and after each feature. */
  open: string;
  close: string;
  /** Declarations on the root element of a feature that is a document by itself. */
  namespaces?: string;
}

/** `fields`: those to be written, in the order of the schema. */
export function gmlWriter(
  collection: FeatureCollection,
  { fields = collection.table.fields, geometry }: Pick<RowShape, 'fields' | 'geometry'>,
  style: GmlStyle,
  { open, close, namespaces = '' }: GmlFrame,
): RowWriter {
  const type = `${PREFIX}:${collection.id}`;
  const shape = shapeWriter(style, geometry);
  const values = valuesWriter(fields);
  const [shapeOpen, shapeClose] = [`<${PREFIX}:${GEOMETRY}>`, `</${PREFIX}:${GEOMETRY}>`];
  return {
    between: '',
    write(out, row) {
      const id = escapeXml(gmlId(collection, row.id));
      out.text(`${open}<${type}${namespaces} gml:id="${id}">`);
      if (row.shape) {
        out.ascii(shapeOpen);
        shape(out, row, id);
        out.ascii(shapeClose);
      }
      values(out, row.values);
      out.text(`</${type}>${close}`);
    },
  };
}

function valuesWriter(fields: readonly Field[]): (out: ByteWriter, values: RowValues) => void {
  const tags = fields.map(({ name }) => ({
    open: Buffer.from(`<${PREFIX}:${name}>`),
    close: Buffer.from(`</${PREFIX}:${name}>`),
  }));
  return (out, values) => {
    for (let i = 0; i < tags.length; i++) {
      if (values.isNull(i)) continue;
      out.copy(tags[i]!.open);
      writeValue(out, values, i, fields[i]!.type);
      out.copy(tags[i]!.close);
    }
  };
}

const QUOTE = 34;

/**
 * The value as XML text. A text without any sign that XML writes otherwise goes over as it stands. Times are UTC to the
 * millisecond: readers take three decimals or none.
 */
export function writeValue(out: ByteWriter, values: RowValues, field: number, type: FieldType): void {
  const [bytes, from, to] = [values.bytes[field]!, values.from[field]!, values.to[field]!];
  if (type === 'timestamp') out.text(timeText(String(values.value(field))));
  else if (bytes[from] !== QUOTE) out.copy(bytes, from, to);
  else if (isPlain(bytes, from + 1, to - 1)) out.copy(bytes, from + 1, to - 1);
  else out.text(escapeXml(String(values.value(field))));
}

function timeText(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? escapeXml(text) : time.toISOString();
}

const [AMPERSAND, LESS, GREATER, BACKSLASH, NONCHARACTER, NONCHARACTER_PLANE] = [38, 60, 62, 92, 0xef, 0xbf];

/** No sign of markup, no escape of JSON (which all control characters are), no U+FFFE or U+FFFF. */
function isPlain(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const sign = bytes[at]!;
    if (sign === AMPERSAND || sign === LESS || sign === GREATER || sign === BACKSLASH) return false;
    if (sign === NONCHARACTER && bytes[at + 1] === NONCHARACTER_PLANE) return false;
  }
  return true;
}

/**
 * The gml:MultiSurface of a row with the srsName that was asked for and, in GML 3.2, an id on every geometry: `id` is
 * that of the feature.
 */
export function shapeWriter(
  { version, srsName }: GmlStyle,
  geometry: GeometryOutput | null,
): (out: ByteWriter, row: FeatureRow, id: string) => void {
  const srs = `srsName="${escapeXml(srsName)}" srsDimension="2"`;
  const withIds = version === '2.0.0';
  let id = '';
  const marks: ShapeMarks = {
    polygon: (out, number) =>
      withIds
        ? out.text(`<gml:surfaceMember><gml:Polygon gml:id="${id}.geom.${number + 1}">`)
        : out.ascii('<gml:surfaceMember><gml:Polygon>'),
    polygonEnd: '</gml:Polygon></gml:surfaceMember>',
    ring: ['<gml:exterior><gml:LinearRing><gml:posList>', '<gml:interior><gml:LinearRing><gml:posList>'],
    ringEnd: [
      '</gml:posList></gml:LinearRing></gml:exterior>',
      '</gml:posList></gml:LinearRing></gml:interior>',
    ],
    position: pairMarks('', ' ', ' ', ''),
  };
  return (out, { shape }, featureId) => {
    if (!shape || !geometry) return;
    id = featureId;
    out.text(withIds ? `<gml:MultiSurface gml:id="${id}.geom" ${srs}>` : `<gml:MultiSurface ${srs}>`);
    writeShape(out, shape, geometry, marks);
    out.ascii('</gml:MultiSurface>');
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
