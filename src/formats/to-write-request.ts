/** Features to the CSV (with WKT and column types) that the GDAL worker makes files from. Numbers keep every digit. */

import type { WriteLayerRequest } from './gdal-protocol.js';
import type { FieldValue, WriteFeature, WriteField, WriteLayer } from './gdal-types.js';

export function toWriteRequest(layer: WriteLayer): WriteLayerRequest {
  const { name, geometryType, crs, fields, features, options = [] } = layer;
  const parts: Buffer[] = [];
  const hasGround = geometryType !== 'NONE';
  let lines = [csvLine([...(hasGround ? ['wkt_geometry'] : []), ...fields.map((field) => field.name)])];
  for (const feature of features) {
    const shape = hasGround ? [feature.polygons ? toWkt(feature.polygons, geometryType) : ''] : [];
    lines.push(csvLine([...shape, ...fields.map((field) => toText(feature.properties[field.name]))]));
    if (lines.length >= 1000) {
      parts.push(Buffer.from(lines.join('')));
      lines = [];
    }
  }
  parts.push(Buffer.from(lines.join('')));
  const csvt = [...(hasGround ? ['WKT'] : []), ...fields.map(columnType)]
    .map((type) => `"${type}"`)
    .join(',');
  return { name, geometryType, crs, csv: Buffer.concat(parts), csvt, layerOptions: options };
}

const columnType = ({ type, width, precision }: WriteField): string => {
  if (width === undefined) return type;
  return precision === undefined ? `${type}(${width})` : `${type}(${width}.${precision})`;
};

const toText = (value: FieldValue | undefined): string =>
  value === null || value === undefined ? '' : String(value);

/** Every value in quotes: an unquoted 0101 could be taken for a number. */
const csvLine = (values: readonly string[]): string =>
  `${values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')}\n`;

function toWkt(polygons: NonNullable<WriteFeature['polygons']>, type: WriteLayer['geometryType']): string {
  const texts = polygons.map(
    (rings) => `(${rings.map((ring) => `(${ring.map(([x, y]) => `${x} ${y}`).join(',')})`).join(',')})`,
  );
  const single = type === 'POLYGON' && texts.length === 1;
  return single ? `POLYGON${texts[0]}` : `MULTIPOLYGON(${texts.join(',')})`;
}
