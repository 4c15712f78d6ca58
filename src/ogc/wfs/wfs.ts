/** The one address of WFS: which operation is asked for, and what answers it (OGC 09-025r2, OGC 04-094). */
import { listCollections } from '../collections.js';
import type { StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { readCapabilities } from './capabilities.js';
import { describeTypes } from './describe.js';
import { inVersion, wfsFault } from './fault.js';
import { checkOutputFormat } from './feature-query.js';
import { getFeature } from './get-feature.js';
import { getPropertyValue } from './get-property-value.js';
import { getType } from './names.js';
import { typeNamesIn } from './property-path.js';
import { describeStoredQueries, listStoredQueries } from './stored-queries.js';
import { readWfsRequest, type WfsRequest } from './wfs-request.js';
import { localName } from './xml.js';

export async function answerWfs(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  const asked = readWfsRequest(request);
  try {
    return await answer(asked, request, parts);
  } catch (error) {
    throw inVersion(error, asked.version);
  }
}

async function answer(
  asked: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  const { operation, version, values } = asked;
  switch (operation) {
    case 'GetCapabilities':
      return readCapabilities(request, await listCollections(parts), version);
    case 'DescribeFeatureType':
      return describe(asked, parts);
    case 'GetFeature':
      return getFeature(asked, request, parts);
  }
  if (version === '2.0.0') {
    switch (operation) {
      case 'GetPropertyValue':
        return getPropertyValue(asked, request, parts);
      case 'ListStoredQueries':
        return listStoredQueries(await listCollections(parts));
      case 'DescribeStoredQueries':
        return describeStoredQueries(values.get('STOREDQUERY_ID'), await listCollections(parts));
    }
  }
  const known = [
    ...['Transaction', 'LockFeature', 'GetFeatureWithLock', 'GetGmlObject'],
    ...['CreateStoredQuery', 'DropStoredQuery'],
  ];
  const shown = operation.slice(0, 60);
  throw wfsFault(
    known.includes(operation) ? 'OperationNotSupported' : 'InvalidParameterValue',
    'request',
    `不支持操作“${shown}”`,
    `the operation "${shown}" is not supported`,
  );
}

async function describe(asked: WfsRequest, parts: StandardParts): Promise<StandardAnswer> {
  if (!/^XMLSCHEMA$/i.test(asked.values.get('OUTPUTFORMAT') ?? '')) checkOutputFormat(asked, true);
  const names = asked.values.get('TYPENAMES') ?? asked.values.get('TYPENAME');
  if (names === undefined) return describeTypes(await listCollections(parts), asked.version);
  const list = new Map(typeNamesIn(names).map((name) => [localName(name), name]));
  const types = [];
  for (const name of list.values()) types.push(await getType(parts, { name, locator: 'typeName' }));
  return describeTypes(types, asked.version);
}
