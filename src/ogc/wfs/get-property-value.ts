/** GetPropertyValue: the values of one property, as XML. */
import { findField, GEOMETRY } from '../../layers/query/feature-table.js';
import { allOf, type Filter } from '../../layers/query/filter.js';
import { countFeatures, type FeatureBatch, readFeatures } from '../../layers/query/query-features.js';
import type { RowWriter } from '../../layers/query/row-writer.js';
import { prepareCollection } from '../collections.js';
import type { Chunk, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { collectionHead, gmlType, returnedOf } from './collection-head.js';
import { escapeXml } from './escape-xml.js';
import { wfsFault } from './fault.js';
import { checkOutputFormat, checkResolve, readQuery, readType, type WfsQuery } from './feature-query.js';
import { checkPathOf, getType, gmlId, PREFIX } from './names.js';
import { gmlPropertyIn, isIdPath, propertyIn } from './property-path.js';
import { checkStoredQuery, storedId } from './stored-queries.js';
import type { WfsRequest } from './wfs-request.js';
import { shapeWriter, writeValue } from './write-gml.js';

/** Values of one property of the features that have one (OGC 09-025r2 §10). */
export async function getPropertyValue(
  given: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  const asked = withoutStoredQuery(given);
  const path = asked.values.get('VALUEREFERENCE');
  if (path === undefined)
    throw wfsFault(
      'MissingParameterValue',
      'valueReference',
      '缺少 VALUEREFERENCE',
      'VALUEREFERENCE is missing',
    );
  checkOutputFormat(asked, true);
  checkResolve(asked);
  const query = readQuery(asked, await getType(parts, readType(asked)), false);
  const { table } = query.collection;
  checkPathOf(query.collection, path, 'valueReference');
  const name = propertyIn(path);
  const isId = isIdPath(path);
  const isGml = gmlPropertyIn(path, asked.namespaces) !== undefined;
  const field = isId || isGml ? undefined : findField(table, name);
  if (!isId && !isGml && !field && name !== GEOMETRY)
    throw wfsFault(
      'InvalidParameterValue',
      'valueReference',
      `没有属性“${path.slice(0, 60)}”`,
      `there is no property "${path.slice(0, 60)}"`,
    );
  const filled: Filter = { op: 'not', args: [{ op: 'isNull', args: [{ property: name }] }] };
  // every feature has an id, and none of ours a gml:name or its like
  const filter = allOf([query.query.filter, isId ? undefined : !isGml && filled]);
  const narrowed = {
    ...query.query,
    fields: field ? [field] : [],
    geometry: name === GEOMETRY ? query.geometry : null,
    ...(filter !== undefined && { filter }),
  };
  await prepareCollection(parts, query.collection, filter, request.signal);
  const { check, queries } = parts;
  const matched = await countFeatures(check.db, narrowed, queries);
  const values = { ...query, query: narrowed };
  const writer = memberWriter(asked, values, name, isId);
  const batches = readFeatures(check.db, narrowed, writer, queries, request.signal);
  return {
    type: gmlType(asked),
    tag: table.tag,
    body: writeValues(asked, request, batches, values, matched),
  };
}

function memberWriter(
  { version }: WfsRequest,
  { collection, query, crs }: WfsQuery,
  name: string,
  isId: boolean,
): RowWriter {
  const shape = shapeWriter({ version, srsName: crs.name }, query.geometry);
  const [open, close] = [`<${PREFIX}:${name}>`, `</${PREFIX}:${name}>`];
  return {
    between: '',
    write(out, row) {
      out.ascii('<wfs:member>');
      const id = escapeXml(gmlId(collection, row.id));
      if (isId) out.text(id);
      else if (name === GEOMETRY) shape(out, row, id);
      else {
        out.text(open);
        writeValue(out, row.values, 0, query.fields?.[0]?.type ?? 'string');
        out.text(close);
      }
      out.ascii('</wfs:member>\n');
    },
  };
}

/** The stored query as what it stands for: features by their id. */
function withoutStoredQuery(asked: WfsRequest): WfsRequest {
  const values = new Map(asked.values);
  const stored = values.get('STOREDQUERY_ID');
  if (stored === undefined) return asked;
  checkStoredQuery(stored);
  values.set('RESOURCEID', storedId(asked));
  values.delete('STOREDQUERY_ID');
  return { ...asked, values };
}

async function* writeValues(
  asked: WfsRequest,
  request: StandardRequest,
  batches: AsyncIterable<FeatureBatch>,
  query: WfsQuery,
  matched: number,
): AsyncGenerator<Chunk> {
  const returned = query.hits ? 0 : returnedOf(query, matched);
  yield collectionHead(asked, request, query, matched, returned, 'ValueCollection');
  if (!query.hits) for await (const { text } of batches) yield text;
  yield '</wfs:ValueCollection>\n';
}
