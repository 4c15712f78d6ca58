/** Features as results show them, kept in process: a version never changes, so an entry never goes stale. */
import type { Sql } from '../database/sql.js';
import { shownAttributes } from '../layers/catalogue.js';
import type { LayerFeature, LayerSnapshot } from '../layers/layer-types.js';
import { readFeatures } from '../layers/read-features.js';

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
  private readonly entries = new Map<string, ShownFeature>();

  /** @param capacity number of features kept (about 1 kB each). */
  constructor(readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  /** Features of one version by number; every number asked for is in the answer. */
  async get(sql: Sql, layer: LayerSnapshot, numbers: Iterable<number>): Promise<Map<number, ShownFeature>> {
    const found = new Map<number, ShownFeature>();
    const missing: number[] = [];
    for (const featureNo of new Set(numbers)) {
      const key = `${layer.versionId}:${featureNo}`;
      const entry = this.entries.get(key);
      if (!entry) {
        missing.push(featureNo);
        continue;
      }
      this.entries.delete(key);
      this.entries.set(key, entry);
      found.set(featureNo, entry);
    }
    if (missing.length === 0) return found;
    for (const row of await readFeatures(sql, layer, missing)) {
      const feature = toShown(layer.layerId, row);
      found.set(feature.featureNo, feature);
      this.keep(layer, feature);
    }
    this.evict();
    return found;
  }

  keep(layer: LayerSnapshot, feature: ShownFeature): void {
    this.entries.set(`${layer.versionId}:${feature.featureNo}`, feature);
  }

  private evict(): void {
    for (const key of this.entries.keys()) {
      if (this.entries.size <= this.capacity) break;
      this.entries.delete(key);
    }
  }
}
