/**
 * Which version of a layer a page is of. A client that follows `next` must not get the rest from a newer version:
 * features would be missing or come twice, and nobody would see it.
 */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { wfsFault } from './fault.js';

/** Our own parameter of the addresses that an answer gives: the name of the version. Stored checks have none. */
export const DATA_STATE = 'DATASTATE';

export function checkDataState(state: string | undefined, { version }: FeatureCollection): void {
  if (state === undefined || state === version) return;
  throw wfsFault(
    'OperationProcessingFailed',
    'dataState',
    '第一页之后图层换了版本，请从头读取',
    'the layer has another version since the first page: read it again from the beginning',
  );
}
