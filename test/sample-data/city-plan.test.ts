import { describe, expect, it } from 'vitest';
import { planCity } from '../../sample-data/city-plan.js';
import { layCorridors } from '../../sample-data/corridors.js';
import { placeName } from '../../sample-data/districts.js';
import { DEFAULT_PATCHES, DEFAULT_SEED } from '../../sample-data/generate-city.js';
import { LAB_ORIGIN, LAB_ROAD, labPatches } from '../../sample-data/laboratory.js';
import { layStrip } from '../../sample-data/lattice.js';
import { blockQuotas } from '../../sample-data/strip-labels.js';

const sizes = [2_000, DEFAULT_PATCHES, 20_000, 1_000_000];

describe.each(sizes)('the plan of a city of %i patches', (patches) => {
  const plan = planCity(patches, DEFAULT_SEED);

  it('has the laboratory’s lines where its table says', () => {
    const columns = new Set(plan.columns.at);
    const rows = new Set(plan.rows.at);
    for (const { box } of labPatches) {
      expect(columns.has(LAB_ORIGIN.x + box[0]) && columns.has(LAB_ORIGIN.x + box[2])).toBe(true);
      expect(rows.has(LAB_ORIGIN.y + box[1]) && rows.has(LAB_ORIGIN.y + box[3])).toBe(true);
    }
    expect(columns.has(LAB_ORIGIN.x + LAB_ROAD.x0) && columns.has(LAB_ORIGIN.x + LAB_ROAD.x1)).toBe(true);
    expect(plan.rows.at[0]).toBe(LAB_ORIGIN.y);
  });

  it('has the border of the southern counties on the west side of the laboratory’s road', () => {
    const counties = [plan.labColumn - 1, plan.labColumn].map(
      (block) => plan.towns[plan.townOf[block]!]!.county.code,
    );
    expect(counties).toEqual(['410891', '410892']);
  });

  it('stays inside zone 38 (112.5–115.5° E)', () => {
    expect(plan.columns.at[0]).toBeGreaterThan(38_366_000);
    expect(plan.columns.at.at(-1)).toBeLessThan(38_634_000);
  });

  it('has three counties, and towns of one county and unique code', () => {
    expect(new Set(plan.towns.map((town) => town.county.code)).size).toBe(3);
    expect(new Set(plan.towns.map((town) => town.code)).size).toBe(plan.towns.length);
    for (const town of plan.towns) expect(town.code).toMatch(/^41089[123]\d{3}$/);
  });

  it('deals out exactly the patches asked for', () => {
    const corridors = layCorridors(plan);
    const quotas = blockQuotas(plan, corridors);
    expect(quotas.reduce((sum, quota) => sum + quota, 0) + corridors.list.length + 1).toBe(patches);
    expect(Math.min(...quotas)).toBeGreaterThan(60);
  });
});

it('bends the lattice without folding it', () => {
  const plan = planCity(30_000, 99);
  const unshifted = new Float64Array(200_000);
  for (const by of [2, plan.blocksY - 1]) {
    const strip = layStrip(plan, by, unshifted, unshifted);
    const width = strip.columnCount + 1;
    for (let r = 0; r < strip.rowCount; r++) {
      for (let i = 0; i < strip.columnCount; i++) {
        const corners = [r * width + i, r * width + i + 1, (r + 1) * width + i + 1, (r + 1) * width + i];
        for (let k = 0; k < 4; k++) {
          const [a, b, c] = [corners[k]!, corners[(k + 1) % 4]!, corners[(k + 2) % 4]!];
          const turn =
            (strip.x[b]! - strip.x[a]!) * (strip.y[c]! - strip.y[b]!) -
            (strip.y[b]! - strip.y[a]!) * (strip.x[c]! - strip.x[b]!);
          if (turn <= 0) expect.fail(`folded at cell ${i}, ${strip.row0 + r}`);
        }
      }
    }
  }
});

it('names 400 places differently', () => {
  expect(new Set(Array.from({ length: 400 }, (_, n) => placeName(n))).size).toBe(400);
});
