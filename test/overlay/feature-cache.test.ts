import { describe, expect, it } from 'vitest';
import type { Sql } from '../../src/database/sql.js';
import type { LayerSnapshot } from '../../src/layers/layer-types.js';
import { FeatureCache } from '../../src/overlay/feature-cache.js';

const version = (versionId: number) => ({ layerId: 'dltb', versionId, version: 'v1' }) as LayerSnapshot;

/** A database that has every feature, and says what it was asked. */
function database() {
  const asked: number[][] = [];
  const query = async (_: string, [versionId, numbers]: readonly unknown[]) => {
    asked.push(numbers as number[]);
    return (numbers as number[]).map((feature_no) => ({
      ...{ feature_no, bsm: `${versionId}-${feature_no}`, class_code: null, class_label: null },
      ...{ plane_area_m2: 1, kcxs: null, attribute_area_m2: null, attribute_net_area_m2: null },
      attributes: { DLBM: '0101' },
    }));
  };
  return { asked, sql: { query } as unknown as Sql };
}

describe('feature cache', () => {
  it('asks for what it does not have, once, however often a number comes', async () => {
    const { asked, sql } = database();
    const cache = new FeatureCache(100);
    const found = await cache.get(sql, version(1), [3, 1, 3]);
    expect([...found.keys()].sort()).toEqual([1, 3]);
    await cache.get(sql, version(1), [1, 2, 3]);
    expect(asked).toEqual([[3, 1], [2]]);
  });

  it('does not take a feature of one version for that of another', async () => {
    const { sql } = database();
    const cache = new FeatureCache(100);
    await cache.get(sql, version(1), [5]);
    expect((await cache.get(sql, version(2), [5])).get(5)!.bsm).toBe('2-5');
    expect((await cache.get(sql, version(1), [5])).get(5)!.bsm).toBe('1-5');
  });

  it('keeps what was asked for last, and no more than it may', async () => {
    const { asked, sql } = database();
    const cache = new FeatureCache(20);
    for (let n = 0; n < 60; n++) await cache.get(sql, version(1), [0, n]);
    expect(cache.size).toBeLessThanOrEqual(20);
    asked.length = 0;
    await cache.get(sql, version(1), [0, 59, 1]);
    expect(asked).toEqual([[1]]);
  });

  it('answers whole even when one call asks for more than it keeps', async () => {
    const { sql } = database();
    const cache = new FeatureCache(10);
    const numbers = Array.from({ length: 50 }, (_, i) => i);
    expect((await cache.get(sql, version(1), numbers)).size).toBe(50);
    expect(cache.size).toBeLessThanOrEqual(10);
  });
});
