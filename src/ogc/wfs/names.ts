/** Names in WFS answers: the application's own namespace, feature types, and ids that are unique over all types. */

import { isCheckCollection } from '../../checks/check-collections.js';
import { AppError } from '../../core/errors.js';
import { findLayer } from '../../layers/catalogue.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { getCollection, onCurrent } from '../collections.js';
import type { StandardParts } from '../standard.js';
import { wfsFault } from './fault.js';
import { stepBefore } from './property-path.js';
import { localName } from './xml.js';

export const PREFIX = 'om';
export const NAMESPACE = 'urn:x-onemap-precheck:features';

/** A feature type as it was asked for, and the parameter that named it. */
export interface TypeName {
  name: string;
  locator: string;
}

/** `om:dltb`, `dltb` and `any:dltb` alike. */
const idOf = (name: string): string => localName(name.trim());

export async function getType(parts: StandardParts, { name, locator }: TypeName): Promise<FeatureCollection> {
  try {
    return await getCollection(parts, idOf(name));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
    const shown = name.slice(0, 80);
    throw wfsFault(
      'InvalidParameterValue',
      locator,
      `没有要素类“${shown}”，或没有数据`,
      `there is no feature type "${shown}", or no data in it`,
    );
  }
}

/** Features of a type by its name, see `onCurrent`. */
export const onType = <Answer>(
  parts: StandardParts,
  { name, locator }: TypeName,
  work: (collection: FeatureCollection) => Promise<Answer>,
): Promise<Answer> => onCurrent(parts, idOf(name), () => getType(parts, { name, locator }), work);

/** gml:id of a feature: begins with its type, so that the same check has other ids in each collection. */
export const gmlId = ({ id: type }: Pick<FeatureCollection, 'id'>, id: string): string =>
  id.startsWith(`${type}.`) ? id : `${type}.${id}`;

/** The collection's own id behind a gml:id; undefined when it is of another type. */
export function idBehind({ id: type, table }: FeatureCollection, gml: string): string | undefined {
  if (table.readId(gml)) return gml;
  const rest = gml.startsWith(`${type}.`) ? gml.slice(type.length + 1) : undefined;
  return rest !== undefined && table.readId(rest) ? rest : undefined;
}

/** The feature type that a gml:id begins with. */
export const typeOfId = (gml: string): string =>
  gml.slice(0, gml.indexOf('.') < 0 ? gml.length : gml.indexOf('.'));

/** Throws for the path to a property of another type: joins are not offered, and its namesake here is another one. */
export function checkPathOf({ id: type }: FeatureCollection, path: string, locator: string): void {
  const other = stepBefore(path);
  if (other === undefined || other === type || !isTypeName(other)) return;
  throw wfsFault(
    'InvalidParameterValue',
    locator,
    `“${path.slice(0, 80)}”不属于 ${type}`,
    `"${path.slice(0, 80)}" is not of ${type}`,
  );
}

/** Whether there may be a feature type of that name, with data or without. */
export const isTypeName = (name: string): boolean => isCheckCollection(name) || findLayer(name) !== undefined;
