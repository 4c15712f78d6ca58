/**
 * Layers as collections of features: every version that a service may answer from, with its fields, extent and rows.
 * A layer without data is no collection: an empty one would look like "no conflict".
 */
import type { Bilingual } from '../../core/errors.js';
import type { Box } from '../../core/geometry-types.js';
import type { Sql } from '../../database/sql.js';
import { findLayer, type LayerDefinition, layerCatalogue } from '../catalogue.js';
import { describeLayers, getSnapshot } from '../describe-layers.js';
import { type FieldGroup, type FieldMapping, fieldGroups } from '../fields.js';
import type { LayerSnapshot } from '../layer-types.js';
import { type FeatureTable, type Field, GEOMETRY } from './feature-table.js';
import { LruMap } from './lru-map.js';
import { firstDays, layerRows, versionFacts } from './sql.js';

export interface FeatureCollection {
  id: string;
  title: Bilingual;
  description: Bilingual;
  /** Of all features, EPSG:4490 degrees; null when there are none. */
  box: Box | null;
  /** First and last day of which the collection tells, YYYY-MM-DD; null: no limit. */
  days: readonly [string | null, string | null];
  /** Public name of the version of the layer; stored checks have none. */
  version?: string;
  /** Field of the moment that `datetime` asks for; without it `datetime` picks the version. */
  timeField?: string;
  /** Decimals of a degree that keep what the figures say. */
  decimals: number;
  table: FeatureTable;
}

/** Facts of a version never change: each is read once. */
export class VersionMemory {
  readonly facts = new LruMap<{ fields: readonly Field[]; box: Box }>(200);
  /** By layer: the version that was active when somebody last looked; its table asks whether it still is. */
  readonly recent = new LruMap<FeatureCollection>(100);
}

/** Every layer that has data, in the order of the catalogue; with `asOf` (YYYY-MM-DD) as it was on that day. */
export async function layerCollections(
  sql: Sql,
  memory: VersionMemory,
  ids: readonly string[] = layerCatalogue.map((layer) => layer.id),
  asOf?: string,
  withDays = true,
): Promise<FeatureCollection[]> {
  const known = ids.filter((id) => findLayer(id));
  if (known.length === 0) return [];
  const snapshots = (await describeLayers(sql, known, asOf)).filter(
    (layer): layer is LayerSnapshot => layer.status !== 'missing',
  );
  // only descriptions tell the first day: a page of features saves the round trip
  const rows = withDays ? await sql.query<{ layer_id: string; day: string }>(firstDays, [known]) : [];
  const first = new Map(rows.map(({ layer_id, day }) => [layer_id, day]));
  const collections: FeatureCollection[] = [];
  for (const snapshot of snapshots) {
    const { fields, box } = await factsOf(sql, memory, snapshot);
    const collection = collectionOf(snapshot, fields, box, first.get(snapshot.layerId) ?? null);
    collections.push(collection);
    if (asOf === undefined) memory.recent.set(collection.id, whileActive(collection, snapshot.versionId));
  }
  return collections;
}

/** One version by its public name, active or not; throws `not-found`. */
export async function layerCollectionOf(
  sql: Sql,
  memory: VersionMemory,
  id: string,
  version: string,
): Promise<FeatureCollection> {
  const snapshot = await getSnapshot(sql, id, version);
  const { fields, box } = await factsOf(sql, memory, snapshot);
  return collectionOf(snapshot, fields, box, null);
}

async function factsOf(
  sql: Sql,
  memory: VersionMemory,
  snapshot: LayerSnapshot,
): Promise<{ fields: readonly Field[]; box: Box }> {
  const name = `${snapshot.layerId}@${snapshot.versionId}`;
  const known = memory.facts.get(name);
  if (known) return known;
  const [row] = await sql.query<{ fields: FieldMapping[]; box: Box }>(versionFacts, [snapshot.versionId]);
  const facts = { fields: fieldsOf(snapshot, row?.fields ?? []), box: row!.box };
  memory.facts.set(name, facts);
  return facts;
}

function collectionOf(
  snapshot: LayerSnapshot,
  fields: readonly Field[],
  box: Box,
  firstDay: string | null,
): FeatureCollection {
  const { layerId, nameZh, nameEn, version, dataDate } = snapshot;
  const [zh, en] = dataDate ? [dataDate, dataDate] : ['未注明', 'not stated'];
  return {
    id: layerId,
    title: { zh: nameZh, en: nameEn },
    description: {
      zh: `${nameZh}，版本 ${version}，数据日期 ${zh}。`,
      en: `${nameEn}, version ${version}, data date ${en}.`,
    },
    box,
    days: [firstDay, null],
    decimals: 9,
    version,
    table: layerTable(snapshot, fields),
  };
}

const whileActive = (collection: FeatureCollection, versionId: number): FeatureCollection => ({
  ...collection,
  table: { ...collection.table, current: (bind) => layerRows.current(versionId, bind) },
});

function layerTable(snapshot: LayerSnapshot, fields: readonly Field[]): FeatureTable {
  const { layerId, versionId, version, featureCount } = snapshot;
  const prefix = `${layerId}.`;
  return {
    tag: `${layerId}@${versionId}@${version}`,
    from: layerRows.from,
    scope: (bind) => layerRows.scope(versionId, bind),
    geometry: layerRows.geometry,
    key: [{ sql: layerRows.number, type: 'int' }],
    id: (bind) => layerRows.id(layerId, bind),
    readId(id) {
      const number = id.startsWith(prefix) ? id.slice(prefix.length) : '';
      return /^[1-9]\d{0,8}$/.test(number) ? [Number(number)] : undefined;
    },
    writeId: ([number]) => `${prefix}${number}`,
    fields,
    document: layerRows.document,
    size: layerRows.size,
    edges: layerRows.edges,
    rowCount: featureCount,
  };
}

/** Standard fields of the layer first, always there; then whatever else the file carried, under its own name. */
function fieldsOf(snapshot: LayerSnapshot, mapping: readonly FieldMapping[]): Field[] {
  const layer = findLayer(snapshot.layerId)!;
  const standard = standardNames(layer);
  const others = mapping
    .map(({ source, standard: name, how }) => (name === null || how === 'shadowed' ? source : name))
    .filter((name) => !standard.includes(name));
  const fields: Field[] = [];
  const taken = new Set([GEOMETRY, 'gml_id', 'id', 'fid']);
  const add = (name: string, write: (name: string) => Field): void => {
    let free = publicName(name);
    while (taken.has(free.toLowerCase())) free += '_';
    taken.add(free.toLowerCase());
    fields.push(write(free));
  };
  for (const source of [...standard, ...new Set(others)]) add(source, (name) => attributeField(name, source));
  add('area_m2', (name) => ({
    ...{ name, type: 'number', title: { zh: '椭球面积（㎡）', en: 'Ellipsoid area (m²)' } },
    sql: () => layerRows.areaM2,
  }));
  add('data_date', (name) => ({
    ...{ name, type: 'date', title: { zh: '数据日期', en: 'Data date' } },
    sql: (bind) => layerRows.constant(snapshot.dataDate, 'date', bind),
  }));
  add('layer_version', (name) => ({
    ...{ name, type: 'string', title: { zh: '图层版本', en: 'Layer version' } },
    sql: (bind) => layerRows.constant(snapshot.version, 'text', bind),
  }));
  return fields;
}

const standardNames = (layer: LayerDefinition): string[] => [
  ...new Set([...layer.shownFields, ...layer.classFields, ...layer.areaFields.slice(0, 1)]),
];

const groups: ReadonlyMap<string, FieldGroup> = new Map(fieldGroups.map((group) => [group.name, group]));

function attributeField(name: string, source: string): Field {
  const group = groups.get(source);
  const title = { zh: group?.zh ?? source, en: group?.zh ?? source };
  if (source === 'BSM') return { name, type: 'string', title, sql: () => layerRows.bsm };
  if (group?.type === 'number')
    return { name, type: 'number', title, sql: (bind) => layerRows.numeric(source, bind), member: source };
  return { name, type: 'string', title, sql: (bind) => layerRows.text(source, bind), member: source };
}

/** A name that may stand in XML, URLs and expressions alike; parameters of the standards keep theirs. */
function publicName(source: string): string {
  const clean = source.replace(/[^\p{L}\p{N}_]/gu, '_').slice(0, 60);
  const name = /^[\p{L}_]/u.test(clean) ? clean : `_${clean}`;
  return reserved.has(name) ? `${name}_` : name;
}

const reserved: ReadonlySet<string> = new Set([
  'bbox', 'bbox-crs', 'limit', 'offset', 'after', 'until', 'crs', 'datetime', 'f', 'filter', 'filter-lang', 'filter-crs',
  'sortby', 'properties', 'version', 'asOf', 'profile', 'skipGeometry', 'resultType', 'lang',
]); // biome-ignore format: a list
