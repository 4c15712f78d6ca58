/** Every rule on a layer that need not be registered, tried on real ground: half on it, wholly on it, beside it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import type { Check } from '../../src/checks/check-types.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { getRulePack } from '../../src/policy/find-rule-pack.js';
import { builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import type { Rule } from '../../src/policy/rule-pack-types.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type Box, loadLayer } from '../overlay/made-ground.js';
import { checkParts, loadTown, makeCheck, requestFor } from './made-checks.js';

const pack = getRulePack(builtInRulePacks(), 'jiaozuo-2025');
const optional = pack.layers.flatMap(({ layer, optional: isOptional }) => (isOptional ? [layer] : []));
const layerOf = ({ measure }: Rule): string => (measure.kind === 'parcel' ? '' : measure.layer);
const rules = pack.rules.filter((rule) => optional.includes(layerOf(rule)));

let db: Database;
let parts: CheckParts;
let check: Check;
const geos = new GeosPool({ workers: 2 });

/** The ground of each layer lies from x = 100 to 150; a nature reserve has its core in the south, y up to 300. */
const onLayer: Box = [100, 0, 50, 1000];
const plots: Readonly<Record<'half' | 'on' | 'off', Box>> = {
  ...{ half: [75, 100, 50, 50], on: [110, 200, 20, 20], off: [300, 100, 10, 10] },
};

/** What has to be stated for a rule to be asked at all. */
const statedFor = ({ applies = [] }: Rule) =>
  Object.fromEntries(applies.map(({ name, isOneOf = [] }) => [name, isOneOf[0]]));

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  await loadTown({ db, geos });
  parts = checkParts(db, geos);
  const wide: readonly Box[] = [[-3000, -3000, 10_000, 10_000]];
  for (const layer of optional) {
    const zones = [
      { boxes: [[100, 0, 50, 300]] as const, properties: { BSM: '1', GNFQMC: '核心保护区' } },
      { boxes: [[100, 300, 50, 700]] as const, properties: { BSM: '2', GNFQMC: '一般控制区' } },
    ];
    const whole = [{ boxes: [onLayer], properties: { BSM: '1', MC: '甲' } }];
    const features = layer === 'zrbhd' ? zones : whole;
    await loadLayer({ db, geos }, layer, { dataDate: '2024-12-31', coverage: wide, features });
  }
  // one set of plots for each rule, with what that rule wants to be told; the general zone begins further north
  const given = rules.flatMap((rule) =>
    Object.entries(plots).map(([place, [x, y, width, height]]) => ({
      id: `${rule.id} ${place}`,
      boxes: [[x, rule.id === 'zrbhd-general' ? y + 300 : y, width, height]] as const,
      properties: statedFor(rule),
    })),
  );
  check = await makeCheck(parts, requestFor(given, { stage: 'approval', rulePack: 'jiaozuo-2025' }));
});
afterAll(() => geos.close());

it('there is such a rule for each of these layers', () => {
  expect([...new Set(rules.map(layerOf))].sort()).toEqual([...optional].sort());
});

describe.each(rules.map((rule) => ({ id: rule.id, rule })))('$id', ({ id, rule }) => {
  const parcel = (place: string) => check.parcels.find((one) => one.id === `${id} ${place}`)!;
  const found = (place: string) => parcel(place).findings.filter((one) => one.rule === id);
  const passes = (place: string) => parcel(place).passed.some((one) => one.rule === id);
  const isOutside = rule.measure.kind === 'outside';

  it('speaks of the half that concerns it, with its area', () => {
    const [finding, ...others] = found('half');
    expect(others).toEqual([]);
    expect(['attention', 'prohibited']).toContain(finding?.verdict);
    const { ellipsoidM2 } = parcel('half').area;
    expect(Math.abs(finding!.areaM2 * 2 - ellipsoidM2)).toBeLessThan(0.05);
    expect(finding!.requires.length).toBeGreaterThan(0);
  });

  it('speaks where all of the plot concerns it, and passes where nothing does', () => {
    const [concerned, free] = isOutside ? ['off', 'on'] : ['on', 'off'];
    expect(found(concerned!)).toMatchObject([{ rule: id, areaM2: parcel(concerned!).area.ellipsoidM2 }]);
    expect([found(free!), passes(free!)]).toEqual([[], true]);
  });
});

it('nothing is left unreviewed once all layers are there', () => {
  expect(check.unreviewed).toEqual([]);
});
