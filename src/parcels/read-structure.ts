/**
 * From a JSON value to drafts: Feature, FeatureCollection or a bare Polygon/MultiPolygon, its structure checked by
 * geojson-validation and every fault given its JSON pointer. Coordinates are only read here, not judged.
 */
import { isFeature, isMultiPolygon, isPolygon } from 'geojson-validation';
import type { ParcelDraft } from './parcel-draft.js';
import { type FaultList, parcelWarning, refuse } from './parcel-faults.js';
import type { ParcelLimits } from './parcel-types.js';
import { type CoordinateReading, readCoordinates } from './read-coordinates.js';

type JsonObject = Readonly<Record<string, unknown>>;

/** Where CRS statements stand in the file. */
export interface CrsMember {
  pointer: string;
  value: unknown;
}

export interface Structure {
  drafts: ParcelDraft[];
  crsMembers: CrsMember[];
}

interface Reading extends Structure {
  limits: ParcelLimits;
  faults: FaultList;
  decimals: ReadonlyMap<number, number>;
  vertexCount: { total: number };
}

/** In steps of one feature. */
export function* readStructure(
  json: unknown,
  decimals: ReadonlyMap<number, number>,
  limits: ParcelLimits,
  faults: FaultList,
): Generator<void, Structure> {
  const reading: Reading = {
    drafts: [],
    crsMembers: [],
    limits,
    faults,
    decimals,
    vertexCount: { total: 0 },
  };
  if (!isObject(json)) throw refuse('not-geojson', '', { found: kindOf(json) });
  const { type } = json;
  if (type === 'FeatureCollection') yield* readCollection(json, reading);
  else if (type === 'Feature') readFeature(json, '', -1, reading);
  else if (isGeometryType(type)) readBareGeometry(json, reading);
  else throw refuse(isEsri(json) ? 'esri-json' : 'not-geojson', '', { found: kindOf(json) });
  return reading;
}

function* readCollection(collection: JsonObject, reading: Reading): Generator<void, void> {
  const { limits, faults } = reading;
  const { features } = collection;
  if (!Array.isArray(features)) {
    faults.add('bad-coordinates', '/features', {
      expectedZh: '要素数组',
      expectedEn: 'an array of features',
    });
    return;
  }
  if (features.length > limits.maxFeatures) {
    throw refuse('too-many-features', '/features', { count: features.length, limit: limits.maxFeatures });
  }
  noteCrs(collection, '', reading);
  if (features.length === 0) faults.add('no-parcels', '/features');
  for (const [index, feature] of features.entries()) {
    yield;
    const pointer = `/features/${index}`;
    if (isObject(feature)) readFeature(feature, pointer, index, reading);
    else faults.add('not-geojson', pointer, { found: kindOf(feature) });
  }
}

function readFeature(feature: JsonObject, pointer: string, index: number, reading: Reading): void {
  const { faults } = reading;
  if (feature.type !== 'Feature') {
    const code = isEsri(feature) ? 'esri-json' : 'not-geojson';
    faults.add(code, pointer, { found: kindOf(feature) });
    return;
  }
  noteCrs(feature, pointer, reading);
  const properties = feature.properties ?? {};
  if (!isObject(properties)) faults.add('bad-properties', `${pointer}/properties`);
  const draft = emptyDraft(pointer, `${pointer}/geometry`, index, isObject(properties) ? properties : {});
  draft.featureId = feature.id;
  reading.drafts.push(draft);
  const before = faults.count();
  if (isObject(feature.geometry)) readGeometry(feature.geometry, draft, reading);
  else if (feature.geometry === null || feature.geometry === undefined) {
    faults.add('null-geometry', draft.geometryPointer);
  } else faults.add('not-geojson', draft.geometryPointer, { found: kindOf(feature.geometry) });
  // the library must only see positions that are numbers: on others it may throw, or take quadratic time
  if (faults.count() === before) judgeMessages(isFeature(feature, true), draft, pointer, faults);
  draft.broken = faults.count() > before;
}

function readBareGeometry(geometry: JsonObject, reading: Reading): void {
  const { faults } = reading;
  const draft = emptyDraft('', '', -1, {});
  reading.drafts.push(draft);
  readGeometry(geometry, draft, reading);
  if (faults.count() === 0) {
    const judge = geometry.type === 'Polygon' ? isPolygon : isMultiPolygon;
    judgeMessages(judge(geometry, true), draft, '', faults);
  }
  draft.broken = faults.count() > 0;
}

function readGeometry(geometry: JsonObject, draft: ParcelDraft, reading: Reading): void {
  const { faults, limits, vertexCount } = reading;
  const { type, coordinates } = geometry;
  const pointer = draft.geometryPointer;
  noteCrs(geometry, pointer, reading);
  if (type !== 'Polygon' && type !== 'MultiPolygon') {
    if (type === 'GeometryCollection') faults.add('geometry-collection', pointer);
    else if (isGeometryType(type)) faults.add('not-areal', `${pointer}/type`, { found: type });
    else faults.add(isEsri(geometry) ? 'esri-json' : 'not-geojson', pointer, { found: kindOf(geometry) });
    return;
  }
  draft.isMulti = type === 'MultiPolygon';
  const known = reading.decimals.get(draft.index);
  const target: CoordinateReading = { draft, faults, vertexCount, maxVertices: limits.maxVertices, known };
  readCoordinates(coordinates, target);
}

/** What geojson-validation says and the steps after this one explain better: closing and count of positions. */
const explainedLater = /first and last positions must be equivalent|must have at least four positions/;

function judgeMessages(
  messages: string[] | undefined,
  draft: ParcelDraft,
  pointer: string,
  faults: FaultList,
): void {
  for (const message of messages ?? []) {
    if (explainedLater.test(message)) continue;
    if (/^bbox/.test(message)) draft.warnings.push(parcelWarning('bad-bbox', {}, pointer));
    else if (/member with the name "properties"/.test(message)) {
      draft.warnings.push(parcelWarning('missing-properties', {}, pointer));
    } else faults.add('bad-structure', pointer, { message });
  }
}

function emptyDraft(
  pointer: string,
  geometryPointer: string,
  index: number,
  properties: JsonObject,
): ParcelDraft {
  return {
    pointer,
    geometryPointer,
    index,
    featureId: undefined,
    isMulti: false,
    parts: [],
    decimals: 0,
    zCount: 0,
    broken: false,
    id: '',
    name: null,
    landUse: null,
    properties,
    warnings: [],
    box: [Infinity, Infinity, -Infinity, -Infinity],
  };
}

function noteCrs(holder: JsonObject, pointer: string, reading: Reading): void {
  if (holder.crs !== undefined && holder.crs !== null) {
    reading.crsMembers.push({ pointer: `${pointer}/crs`, value: holder.crs });
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const geometryTypes: readonly unknown[] = [
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
  'GeometryCollection',
];
const isGeometryType = (type: unknown): type is string => geometryTypes.includes(type);

const isEsri = (value: JsonObject): boolean =>
  Array.isArray(value.rings) ||
  (isObject(value.attributes) && isObject(value.geometry)) ||
  (Array.isArray(value.features) && isObject(value.features[0]) && isObject(value.features[0].attributes));

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (!isObject(value)) return typeof value;
  const { type } = value;
  return typeof type === 'string' ? `type "${type.slice(0, 40)}"` : 'an object without "type"';
}
