/** Every collection the standards serve, found by id: layers with data, and the stored checks. */
import { checkCollections, isCheckCollection } from '../checks/check-collections.js';
import { ensurePublished } from '../checks/publish-check.js';
import { findLayer } from '../layers/catalogue.js';
import type { Filter } from '../layers/query/filter.js';
import { isOperation, isProperty } from '../layers/query/filter.js';
import {
  type FeatureCollection,
  layerCollectionOf,
  layerCollections,
} from '../layers/query/layer-collections.js';
import { notFound } from './media.js';
import type { StandardParts } from './standard.js';

export async function listCollections({ check, versions }: StandardParts): Promise<FeatureCollection[]> {
  return [...(await layerCollections(check.db, versions)), ...(await checkCollections(check.db))];
}

/** Throws `not-found`. `asOf` (YYYY-MM-DD): the layer as it was on that day. */
export async function getCollection(
  { check, versions }: StandardParts,
  id: string,
  asOf?: string,
  withDays = false,
): Promise<FeatureCollection> {
  const [found] = isCheckCollection(id)
    ? await checkCollections(check.db, [id])
    : await layerCollections(check.db, versions, [id], asOf, withDays);
  if (found) return found;
  const [when, day] = asOf === undefined ? ['', ''] : [`在 ${asOf} `, ` on ${asOf}`];
  throw notFound(
    `没有集合“${id.slice(0, 80)}”，或${when}没有数据`,
    `There is no collection "${id.slice(0, 80)}", or no data in it${day}`,
  );
}

/**
 * A version of a layer by its name, active or not, as the links between pages name it: a client that goes from page to
 * page must not get the rest from a newer version. Throws `not-found`.
 */
export async function getVersion(
  { check, versions }: StandardParts,
  id: string,
  version: string,
): Promise<FeatureCollection> {
  if (findLayer(id)) return layerCollectionOf(check.db, versions, id, version);
  throw notFound(
    `“${id.slice(0, 80)}”不是图层，没有版本`,
    `"${id.slice(0, 80)}" is no layer and has no versions`,
  );
}

/**
 * Features from the version that was active a moment ago, read by a statement that finds nothing once it is not: a page
 * saves the round trip that looks the version up. Where that fails, whatever the reason, the version is looked up.
 */
export async function onCurrent<Answer>(
  { versions }: StandardParts,
  id: string,
  find: () => Promise<FeatureCollection>,
  work: (collection: FeatureCollection) => Promise<Answer>,
): Promise<Answer> {
  const recent = versions.recent.get(id);
  if (recent) {
    try {
      return await work(recent);
    } catch {
      // what it says may hold for the version of before only
    }
  }
  return work(await find());
}

/**
 * To be called before features are read or counted: pieces and findings of checks that nobody has asked for yet are
 * drawn now. A filter that names one check keeps that to the one.
 */
export async function prepareCollection(
  { check }: StandardParts,
  { id }: FeatureCollection,
  filter: Filter | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const ids = filter === undefined ? null : checkIdsIn(filter);
  if (id === 'check-pieces') await ensurePublished(check, 'pieces', ids, signal);
  if (id === 'check-findings') await ensurePublished(check, 'findings', ids, signal);
}

/** Other texts can be no id of a check: they find nothing, as the tests of CQL2 ask (`{queryable} = 'foo'`). */
const isCheckId = (value: Filter): value is string =>
  typeof value === 'string' && /^chk_[0-9a-z]{1,60}$/.test(value);

/** Checks that every match of the filter belongs to; null when it names none. */
function checkIdsIn(filter: Filter): string[] | null {
  if (!isOperation(filter)) return null;
  const { op, args } = filter;
  if (op === 'and') return args.map(checkIdsIn).find((ids) => ids !== null) ?? null;
  const [left, right] = args;
  const named = left !== undefined && isProperty(left) && left.property === 'check_id';
  if (named && op === '=' && typeof right === 'string') return [right].filter(isCheckId);
  if (named && op === 'in' && Array.isArray(right) && right.every((one) => typeof one === 'string'))
    return right.filter(isCheckId);
  return null;
}

/** The check that a public id belongs to. */
export const checkOfFeature = (featureId: string): Filter => ({
  op: '=',
  args: [{ property: 'check_id' }, featureId.slice(0, featureId.lastIndexOf('.'))],
});
