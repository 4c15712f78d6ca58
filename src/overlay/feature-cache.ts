/** Features as results show them, kept in process: a version never changes, so an entry never goes stale. */
import type { Sql } from '../database/sql.js';
import { shownAttributes } from '../layers/catalogue.js';
import type { LayerFeature, LayerSnapshot } from '../layers/layer-types.js';
import { readFeatures } from '../layers/read-features.js';
import { AgedShelves } from './aged-shelves.js';

/** A feature with the attributes that an answer shows; what every answer repeats of it is made once. */
export type ShownFeature = LayerFeature & {
  /** The attributes as JSON, UTF-8. */
  attributesJson: Uint8Array;
  /** Sorts as text by feature code; the number breaks ties, so that the order never depends on the database. */
  sortKey: string;
};

const sortKeyOf = ({ bsm, featureNo }: LayerFeature): string =>
  `${bsm ?? ''}\u0000${String(featureNo).padStart(10, '0')}`;

export function toShown(layerId: string, feature: LayerFeature): ShownFeature {
  const attributes = shownAttributes(layerId, feature.attributes);
  return { ...feature, attributes, attributesJson: jsonBytes(attributes), sortKey: sortKeyOf(feature) };
}

const jsonBytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

export class FeatureCache {
  /** By version, then feature number. */
  private readonly kept: AgedShelves<number, ShownFeature>;

  /** @param capacity number of features kept (about 1 kB each). */
  constructor(readonly capacity: number) {
    this.kept = new AgedShelves(capacity, () => 1);
  }

  get size(): number {
    return this.kept.size;
  }

  /** Features of one version by number; every number asked for is in the answer. */
  async get(sql: Sql, layer: LayerSnapshot, numbers: Iterable<number>): Promise<Map<number, ShownFeature>> {
    const found = new Map<number, ShownFeature>();
    const missing = new Set<number>();
    const { shelf, call } = this.kept.open(layer.versionId);
    for (const featureNo of numbers) {
      const entry = shelf.get(featureNo);
      if (!entry) {
        missing.add(featureNo);
        continue;
      }
      entry.usedAt = call;
      found.set(featureNo, entry.value);
    }
    if (missing.size === 0) return found;
    for (const row of await readFeatures(sql, layer, [...missing])) {
      const feature = toShown(layer.layerId, row);
      found.set(feature.featureNo, feature);
      this.keep(layer, feature);
    }
    return found;
  }

  keep(layer: LayerSnapshot, feature: ShownFeature): void {
    this.kept.put(layer.versionId, feature.featureNo, feature);
  }
}
