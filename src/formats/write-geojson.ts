/**
 * Writes a table as GeoJSON. Without a CRS asked for it is RFC 7946: longitude and latitude, no member `crs`. Asked for
 * in a CRS it carries the member of GeoJSON 2008, which QGIS, GDAL and ArcGIS read and RFC 7946 leaves to agreement.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { ExportTable, WrittenFile } from './export-table.js';

/** `crs`: write the member for the table's CRS; else the rings must be in degrees. Numbers are written as they are. */
export function writeGeoJson(table: ExportTable, crs: boolean): WrittenFile {
  const head = {
    type: 'FeatureCollection',
    name: table.name,
    ...(crs && { crs: { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${table.epsg}` } } }),
  };
  const features = table.rows.map(({ id, values, rings }) =>
    JSON.stringify({
      type: 'Feature',
      ...(id !== undefined && { id }),
      geometry: rings ? geometryOf(rings) : null,
      properties: Object.fromEntries(table.fields.map(({ name }) => [name, values[name] ?? null])),
    }),
  );
  // one feature a line: such a file can be looked into, and compared
  const text = `${JSON.stringify(head).slice(0, -1)},"features":[\n${features.join(',\n')}\n]}\n`;
  return { bytes: new TextEncoder().encode(text), losses: [] };
}

const geometryOf = (rings: MultiPolygonRings) =>
  rings.length === 1
    ? { type: 'Polygon', coordinates: rings[0] }
    : { type: 'MultiPolygon', coordinates: rings };
