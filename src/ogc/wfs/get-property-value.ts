/** GetPropertyValue: the values of one property, as XML. */
import { findField, GEOMETRY } from '../../layers/query/feature-table.js';
import { allOf, type Filter } from '../../layers/query/filter.js';
import { countFeatures, type FeatureBatch, readFeatures } from '../../layers/query/query-features.js';
import { prepareCollection } from '../collections.js';
import type { Chunk, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { collectionHead, gmlType, returnedOf } from './collection-head.js';
import { escapeXml } from './escape-xml.js';
import { wfsFault } from './fault.js';
import { readQuery, readType, type WfsQuery } from './feature-query.js';
import { propertyIn } from './fes.js';
import { getType, gmlId, PREFIX } from './names.js';
import type { WfsRequest } from './wfs-request.js';
import { geometryWriter } from './write-gml.js';

/** Values of one property of the features that have one (OGC 09-025r2 §10). */
export async function getPropertyValue(
  asked: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  const path = asked.values.get('VALUEREFERENCE');
  if (path === undefined)
    throw wfsFault(
      'MissingParameterValue',
      'valueReference',
      '缺少 VALUEREFERENCE',
      'VALUEREFERENCE is missing',
    );
  const query = readQuery(asked, await getType(parts, readType(asked)), false);
  const { table } = query.collection;
  const name = propertyIn(path);
  const isId = path.trim() === '@gml:id';
  const field = findField(table, name);
  if (!isId && !field && name !== GEOMETRY)
    throw wfsFault(
      'InvalidParameterValue',
      'valueReference',
      `没有属性“${path.slice(0, 60)}”`,
      `there is no property "${path.slice(0, 60)}"`,
    );
  const filled: Filter | undefined = field && {
    op: 'not',
    args: [{ op: 'isNull', args: [{ property: name }] }],
  };
  const filter = allOf([query.query.filter, filled]);
  const narrowed = {
    ...query.query,
    fields: field ? [field] : [],
    geometry: name === GEOMETRY ? query.geometry : null,
    ...(filter !== undefined && { filter }),
  };
  await prepareCollection(parts, query.collection, filter, request.signal);
  const { check, queries } = parts;
  const matched = await countFeatures(check.db, narrowed, queries);
  const batches = readFeatures(check.db, narrowed, 'parts', queries, request.signal);
  const values = { ...query, query: narrowed };
  return {
    type: gmlType(asked),
    tag: table.tag,
    body: writeValues(asked, request, batches, values, matched, name, isId),
  };
}

async function* writeValues(
  asked: WfsRequest,
  request: StandardRequest,
  batches: AsyncIterable<FeatureBatch>,
  query: WfsQuery,
  matched: number,
  name: string,
  isId: boolean,
): AsyncGenerator<Chunk> {
  const returned = query.hits ? 0 : returnedOf(query, matched);
  const geometry = geometryWriter(asked.version, query.crs.name);
  let text = collectionHead(asked, request, query, matched, returned, 'ValueCollection');
  if (!query.hits) {
    for await (const { rows } of batches) {
      for (const row of rows) {
        const id = escapeXml(gmlId(query.collection, row.id!));
        if (isId) text += `<wfs:member>${id}</wfs:member>\n`;
        else if (name === GEOMETRY) text += `<wfs:member>${geometry(row.gml!, id)}</wfs:member>\n`;
        else {
          const [value] = JSON.parse(row.values!) as unknown[];
          text += `<wfs:member><${PREFIX}:${name}>${escapeXml(String(value))}</${PREFIX}:${name}></wfs:member>\n`;
        }
      }
      yield text;
      text = '';
    }
  }
  yield `${text}</wfs:ValueCollection>\n`;
}
