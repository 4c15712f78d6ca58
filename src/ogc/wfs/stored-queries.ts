/** The one stored query that every service has, by both of its names (OGC 09-025r2 §7.9.3.6), and the lists that tell of it. */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import type { StandardAnswer } from '../standard.js';
import { wfsFault } from './fault.js';
import { NAMESPACE, PREFIX } from './names.js';
import type { WfsRequest } from './wfs-request.js';

const GET_FEATURE_BY_ID = 'urn:ogc:def:query:OGC-WFS::GetFeatureById';
/** The name of 2.0.2. */
const GET_FEATURE_BY_ID_URI = 'http://www.opengis.net/def/query/OGC-WFS/0/GetFeatureById';

/** Throws `InvalidParameterValue` for what is no stored query of ours. */
export function checkStoredQuery(id: string): void {
  if (id === GET_FEATURE_BY_ID || id === GET_FEATURE_BY_ID_URI) return;
  const shown = id.slice(0, 80);
  throw wfsFault(
    'InvalidParameterValue',
    'storedquery_id',
    `没有存储查询“${shown}”`,
    `there is no stored query "${shown}"`,
  );
}

/** The id that GetFeatureById is given. Throws `MissingParameterValue`. */
export function storedId({ values }: WfsRequest): string {
  const id = values.get('ID');
  if (id === undefined) throw wfsFault('MissingParameterValue', 'id', '缺少 ID', 'ID is missing');
  return id;
}

const storedHead = (root: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<wfs:${root} xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:${PREFIX}="${NAMESPACE}" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.opengis.net/wfs/2.0 http://schemas.opengis.net/wfs/2.0/wfs.xsd">`;

const returnTypes = (collections: readonly FeatureCollection[]): string[] =>
  collections.map(({ id }) => `${PREFIX}:${id}`);

export function listStoredQueries(collections: readonly FeatureCollection[]): StandardAnswer {
  const types = returnTypes(collections).map(
    (name) => `<wfs:ReturnFeatureType>${name}</wfs:ReturnFeatureType>`,
  );
  const query = `<wfs:StoredQuery id="${GET_FEATURE_BY_ID}"><wfs:Title>GetFeatureById</wfs:Title>${types.join('')}</wfs:StoredQuery>`;
  return {
    type: 'application/xml',
    body: `${storedHead('ListStoredQueriesResponse')}${query}</wfs:ListStoredQueriesResponse>\n`,
  };
}

/** `wanted`: ids parted by commas; all without it. Each is described by the name it was asked for by. */
export function describeStoredQueries(
  wanted: string | undefined,
  collections: readonly FeatureCollection[],
): StandardAnswer {
  const ids =
    wanted === undefined ? [GET_FEATURE_BY_ID] : [...new Set(wanted.split(',').map((id) => id.trim()))];
  for (const id of ids) checkStoredQuery(id);
  const text = `<wfs:QueryExpressionText returnFeatureTypes="${returnTypes(collections).join(' ')}" language="urn:ogc:def:queryLanguage:OGC-WFS::WFS_QueryExpression" isPrivate="true"/>`;
  const queries = ids.map(
    (id) =>
      `<wfs:StoredQueryDescription id="${id}"><wfs:Title>GetFeatureById</wfs:Title><wfs:Parameter name="id" type="xs:string"/>${text}</wfs:StoredQueryDescription>`,
  );
  return {
    type: 'application/xml',
    body: `${storedHead('DescribeStoredQueriesResponse')}${queries.join('')}</wfs:DescribeStoredQueriesResponse>\n`,
  };
}
