/** How an answer of features or values begins: its counts, and where the pages beside it are. */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import type { StandardRequest } from '../standard.js';
import { DATA_STATE } from './data-state.js';
import { escapeXml } from './escape-xml.js';
import type { WfsQuery } from './feature-query.js';
import type { WfsRequest } from './wfs-request.js';
import { namespacesOf, schemaLocation } from './write-gml.js';

/** Text without a charset is ASCII to readers that keep to RFC 3023, whatever the XML declares. */
export const gmlType = ({ version }: WfsRequest): string =>
  version === '2.0.0' ? 'application/gml+xml; version=3.2' : 'text/xml; subtype=gml/3.1.1; charset=UTF-8';

/** Root element with its counts; `next` and `previous` for requests that can be written as an address. */
export function collectionHead(
  asked: WfsRequest,
  request: StandardRequest,
  { collection, query, hits, count }: WfsQuery,
  matched: number,
  returned: number,
  root = 'FeatureCollection',
): string {
  const { version } = asked;
  const time = new Date().toISOString();
  const location = schemaLocation(request.base, collection.id, version);
  const xml = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (version === '1.1.0') {
    const number = hits ? matched : returned;
    return `${xml}<wfs:FeatureCollection${namespacesOf(version)}${location} timeStamp="${time}" numberOfFeatures="${number}">\n`;
  }
  const { offset, limit } = query;
  const links: string[] = [];
  const place = (name: string, start: number): void => {
    links.push(` ${name}="${escapeXml(pageAddress(request, collection, start, limit))}"`);
  };
  if (request.method !== 'POST') {
    if (hits) {
      if (count !== undefined && count > 0 && matched > 0) place('next', offset);
    } else {
      if (offset + returned < matched && returned > 0) place('next', offset + returned);
      if (offset > 0) place('previous', Math.max(0, Math.min(offset, matched) - limit));
    }
  }
  return `${xml}<wfs:${root}${namespacesOf(version)}${location} timeStamp="${time}" numberMatched="${matched}" numberReturned="${returned}"${links.join('')}>\n`;
}

/** The pages of an answer are of one version of a layer: their addresses name it, see `checkDataState`. */
function pageAddress(
  { base, query }: StandardRequest,
  { version }: FeatureCollection,
  startIndex: number,
  count: number,
): string {
  const placed = new Set(['STARTINDEX', 'COUNT', 'MAXFEATURES', 'RESULTTYPE', DATA_STATE]);
  const kept = query.filter(([name, value]) => value !== '' && !placed.has(name.toUpperCase()));
  const all = [...kept, ['STARTINDEX', String(startIndex)], ['COUNT', String(count)]] as [string, string][];
  if (version !== undefined) all.push([DATA_STATE, version]);
  return `${base}/wfs?${new URLSearchParams(all)}`;
}

export const returnedOf = ({ query: { offset, limit } }: WfsQuery, matched: number): number =>
  Math.max(0, Math.min(limit, matched - offset));
