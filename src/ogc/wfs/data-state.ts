/**
 * Which version of a layer a page is of. A client that follows `next` must not get the rest from a newer version:
 * features would be missing or come twice, and nobody would see it.
 */
import { createHash } from 'node:crypto';
import { isCheckCollection } from '../../checks/check-collections.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { wfsFault } from './fault.js';

/** Our own parameter of the addresses that an answer gives. */
export const DATA_STATE = 'DATASTATE';

/** Undefined for stored checks, which have no versions: one is read by its id. */
export const dataStateOf = ({ id, table }: FeatureCollection): string | undefined =>
  isCheckCollection(id) ? undefined : createHash('sha256').update(table.tag).digest('base64url').slice(0, 12);

export function checkDataState(state: string | undefined, collection: FeatureCollection): void {
  if (state === undefined || state === dataStateOf(collection)) return;
  throw wfsFault(
    'OperationProcessingFailed',
    'dataState',
    '第一页之后图层换了版本，请从头读取',
    'the layer has another version since the first page: read it again from the beginning',
  );
}
