import { describe, expect, it } from 'vitest';
import { layBlock } from '../../sample-data/block-patches.js';
import { planCity } from '../../sample-data/city-plan.js';
import { layCorridors } from '../../sample-data/corridors.js';
import { placeName } from '../../sample-data/districts.js';
import { DEFAULT_PATCHES, DEFAULT_SEED } from '../../sample-data/generate-city.js';
import { LAB_ORIGIN, LAB_ROAD, LAB_SIZE, labPatchAt, labPatches } from '../../sample-data/laboratory.js';
import { appendEdge, layStrip } from '../../sample-data/lattice.js';
import { redLineAt } from '../../sample-data/red-lines.js';
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

it('gives the points of an edge backwards from the other side, bit for bit', () => {
  const plan = planCity(2_000, 4, 3);
  const unshifted = new Float64Array(20_000);
  const strip = layStrip(plan, 1, unshifted, unshifted);
  for (const along of [0, 1] as const) {
    const there: number[] = [];
    const back: number[] = [];
    appendEdge(plan, strip, 7, strip.row0 + 9, along, false, there);
    appendEdge(plan, strip, 7, strip.row0 + 9, along, true, back);
    const points = (list: number[]): string[] =>
      list.flatMap((x, n) => (n % 2 === 0 ? [`${x} ${list[n + 1]}`] : []));
    expect(points(there)).toHaveLength(4);
    expect(points(back).slice(1).reverse()).toEqual(points(there).slice(1));
  }
});

it('zones no ground inside a red line and protects no zoned ground', () => {
  const plan = planCity(120_000, 3);
  let zoned = 0;
  let red = 0;
  for (let by = 1; by < plan.blocksY; by++) {
    const river = [by, by + 1].some((line) => plan.horizontalLines[line] === 'river');
    for (let bx = 1; river && bx < plan.blocksX - 1; bx++) {
      const near = [-1, 0, 1].some((dy) =>
        [-1, 1].some((dx) => plan.ground[(by + dy) * plan.blocksX + bx + dx] === 'town'),
      );
      if (!near || plan.ground[by * plan.blocksX + bx] !== 'plain') continue;
      const { owner, patches } = layBlock(plan, bx, by, 190);
      owner.forEach((patch, cell) => {
        const [column, row] = [
          plan.columns.first[bx + 1]! - 63 + (cell % 63),
          plan.rows.first[by + 1]! - 63 + Math.floor(cell / 63),
        ];
        const { zone, permanent } = patches[patch]!;
        const inRed = redLineAt(plan, column, row) > 0;
        if (inRed && (zone > 0 || permanent)) expect.fail(`block ${bx}, ${by}, cell ${cell}`);
        if (permanent && zone > 0) expect.fail(`permanent and zoned: block ${bx}, ${by}, cell ${cell}`);
        if (zone > 0) zoned++;
        if (inRed) red++;
      });
    }
  }
  expect(zoned).toBeGreaterThan(0);
  expect(red).toBeGreaterThan(0);
});

it('has a laboratory without gaps', () => {
  for (let x = 2.5; x < LAB_SIZE.x; x += 5) {
    for (let y = 2.5; y < LAB_SIZE.y; y += 5) {
      const road = x > LAB_ROAD.x0 && x < LAB_ROAD.x1;
      if (labPatchAt(LAB_ORIGIN.x + x, LAB_ORIGIN.y + y) >= 0 === road) expect.fail(`at ${x}, ${y}`);
    }
  }
});
