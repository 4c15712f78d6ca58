import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layBlock } from '../../sample-data/block-patches.js';
import { planCity } from '../../sample-data/city-plan.js';
import { townWithoutData } from '../../sample-data/districts.js';
import { type CitySummary, generateCity } from '../../sample-data/generate-city.js';
import { classNames } from '../../sample-data/land-classes.js';
import { zoneCrs } from '../../src/core/crs.js';
import { roundHalfUp } from '../../src/core/units.js';
import { type EdgeSet, edgesOf, overlapAreaM2 } from '../../src/geometry/area-kernel.js';
import { toPlane } from '../../src/geometry/planes.js';
import { forEdges, type ReadFeature, readLayer } from './read-layer.js';

const folders: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'onemap-city-'));
  folders.push(path);
  return path;
};
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

const digestOf = (dir: string): string => {
  const hash = createHash('sha256');
  for (const name of readdirSync(dir).sort()) hash.update(name).update(readFileSync(join(dir, name)));
  return hash.digest('hex');
};

const hasData = ({ properties }: ReadFeature): boolean => properties.XZQDM !== townWithoutData.code;

describe('a city of 2,000 patches', () => {
  let dir: string;
  let summary: CitySummary;
  let dltb: readonly ReadFeature[];
  const steps: number[] = [];

  beforeAll(async () => {
    dir = folder();
    summary = await generateCity({
      patches: 2000,
      seed: 5,
      outDir: dir,
      onProgress: ({ patches }) => steps.push(patches),
    });
    dltb = readLayer(dir, 'dltb');
  });

  it('has exactly the patches that were asked for, and tells its progress', () => {
    expect(dltb).toHaveLength(2000);
    expect(steps.at(-1)).toBe(2000);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(new Set(dltb.map(({ properties }) => properties.BSM)).size).toBe(2000);
  });

  it('has the density of a Henan survey and 20 to 60 vertices a patch', () => {
    expect(summary.patches / (summary.areaM2 / 1e6)).toBeGreaterThan(70);
    expect(summary.patches / (summary.areaM2 / 1e6)).toBeLessThan(86);
    expect(summary.vertices / summary.patches).toBeGreaterThan(20);
    expect(summary.vertices / summary.patches).toBeLessThan(60);
  });

  it('has long patches of many vertices', () => {
    const longest = Math.max(...dltb.map(({ polygons }) => polygons[0]![0]!.length));
    expect(longest).toBeGreaterThan(500);
  });

  it('gives the same bytes for the same seed and other bytes for another', async () => {
    const again = folder();
    await generateCity({ patches: 2000, seed: 5, outDir: again });
    expect(digestOf(again)).toBe(digestOf(dir));
    const owners = [5, 6].map((seed) => layBlock(planCity(2000, seed), 0, 2, 150).owner.join());
    expect(owners[0]).not.toBe(owners[1]);
  });

  it.each(['dltb', 'xzq'])(
    '%s: every inner edge is used once in each direction, the rest is the city’s border',
    (name) => {
      const open = new Set<string>();
      forEdges(readLayer(dir, name).filter(hasData), (from, to) => {
        if (open.has(`${from}|${to}`)) expect.fail(`edge used twice in one direction: ${from} ${to}`);
        if (!open.delete(`${to}|${from}`)) open.add(`${from}|${to}`);
      });
      const border = new Set<string>();
      forEdges(readLayer(dir, 'coverage'), (from, to) => border.add(`${from}|${to}`));
      expect(open.size).toBe(border.size);
      expect([...open].filter((edge) => !border.has(edge))).toEqual([]);
    },
  );

  it('has one town without data, which shares the city’s south edge vertex by vertex', () => {
    const [town, ...others] = readLayer(dir, 'xzq').filter((feature) => !hasData(feature));
    expect(others).toEqual([]);
    const border = new Set<string>();
    forEdges(readLayer(dir, 'coverage'), (from, to) => border.add(`${to}|${from}`));
    let shared = 0;
    forEdges([town!], (from, to) => {
      if (border.has(`${from}|${to}`)) shared++;
    });
    expect(shared).toBe(town!.polygons[0]![0]!.length - 1 - 3);
  });

  it('has no ring that touches itself', () => {
    for (const name of ['dltb', 'xzq', 'czkfbj', 'stbhhx', 'ghydyh']) {
      for (const { polygons } of readLayer(dir, name)) {
        for (const ring of polygons.flat()) {
          const nodes = ring.slice(1).map((position) => position.join(' '));
          expect(new Set(nodes).size).toBe(nodes.length);
        }
      }
    }
  });

  it('has areas that add up: patches, towns and coverage', () => {
    const sum = (features: readonly ReadFeature[], field: string): number =>
      features.reduce((total, { properties }) => total + Number(properties[field]), 0);
    const city = Number(readLayer(dir, 'coverage')[0]!.properties.MJ);
    // every printed area is off by at most half a hundredth
    expect(Math.abs(sum(dltb, 'TBMJ') - city)).toBeLessThan(0.005 * dltb.length);
    expect(Math.abs(sum(readLayer(dir, 'xzq').filter(hasData), 'MJ') - city)).toBeLessThan(0.1);
    expect(roundHalfUp(sum(dltb, 'TBMJ'), 2)).toBe(summary.areaM2);
  });

  it('fills the fields that a survey database must have', () => {
    const cents = (value: unknown): number => Math.round(Number(value) * 100);
    const rules: Record<string, (row: ReadFeature['properties']) => boolean> = {
      'BSM has 18 digits': (row) => /^\d{18}$/.test(String(row.BSM)),
      'DLMC belongs to DLBM': (row) => classNames[String(row.DLBM)] === row.DLMC,
      'mandatory text': (row) =>
        ['YSDM', 'TBBH', 'QSXZ', 'QSDWMC', 'ZLDWMC', 'MSSM'].every((field) => row[field]),
      '19-digit codes': (row) =>
        [row.QSDWDM, row.ZLDWDM].every((code) => /^41089[123]\d{13}$/.test(String(code))),
      'TBMJ is positive': (row) => Number(row.TBMJ) > 0,
      'KCMJ is TBMJ × KCXS rounded': (row) =>
        row.KCMJ === roundHalfUp(Number(row.TBMJ) * Number(row.KCXS), 2),
      'TBDLMJ by subtraction': (row) => cents(row.KCMJ) + cents(row.TBDLMJ) === cents(row.TBMJ),
      'slope grade on farmland only': (row) => String(row.DLBM).startsWith('01') === (row.GDPDJB !== ''),
      'no ridges on flat ground': (row) => Number(row.KCXS) === 0 || Number(row.GDPDJB) > 1,
    };
    for (const [rule, holds] of Object.entries(rules)) {
      expect(
        dltb.filter(({ properties }) => !holds(properties)),
        rule,
      ).toEqual([]);
    }
    const ridged = dltb.filter(({ properties }) => Number(properties.KCXS) > 0);
    expect(ridged.length).toBeGreaterThan(50);
  });

  it('takes permanent basic farmland from farmland patches, border for border', () => {
    const byNumber = new Map(dltb.map((feature) => [feature.properties.TBBH, feature]));
    const permanent = readLayer(dir, 'yjjbnt');
    expect(permanent.length).toBeGreaterThan(300);
    for (const { properties, geometryText } of permanent) {
      const patch = byNumber.get(properties.TBBH!)!;
      expect(geometryText).toBe(patch.geometryText);
      expect(String(patch.properties.DLBM).slice(0, 2)).toBe('01');
      expect(properties.YJJBNTTBMJ).toBe(patch.properties.TBMJ);
      expect(properties.YJJBNTMJ).toBe(patch.properties.TBDLMJ);
    }
  });

  it('keeps the three lines apart', () => {
    const lines = ['czkfbj', 'stbhhx', 'yjjbnt'].map((name) => readLayer(dir, name).map(edges));
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      for (const one of lines[a]!) {
        for (const other of lines[b]!) {
          if (apart(one, other)) continue;
          expect(Math.abs(overlapAreaM2(one, other))).toBeLessThan(0.01);
        }
      }
    }
  });

  it('plans the ground inside the boundary and nothing else', () => {
    const area = (name: string): number =>
      readLayer(dir, name).reduce((sum, { properties }) => sum + Number(properties.MJ), 0);
    expect(Math.abs(area('ghydyh') - area('czkfbj'))).toBeLessThan(1);
    const zones = new Set(readLayer(dir, 'czkfbj').map(({ properties }) => properties.GHFQMC));
    expect([...zones].sort()).toEqual(['城镇弹性发展区', '城镇集中建设区', '特别用途区']);
  });

  it('has windows in the boundary around permanent basic farmland', () => {
    const holes = readLayer(dir, 'czkfbj').flatMap(({ polygons }) =>
      polygons.flatMap((polygon) => polygon.slice(1)),
    );
    expect(holes.length).toBeGreaterThan(0);
  });

  it('returns to whole millimetres in its plane', () => {
    const off = (value: number): number => Math.abs(value * 1000 - Math.round(value * 1000));
    let worst = 0;
    for (const { polygons } of dltb.slice(0, 200)) {
      for (const [x, y] of toPlane(polygons, zoneCrs(38)).flat(2)) worst = Math.max(worst, off(x), off(y));
    }
    expect(worst).toBeGreaterThan(0);
    expect(worst).toBeLessThan(0.02);
  });
});

const ORIGIN = { x: 38_431_000, y: 3_898_000 };

const edges = ({ polygons }: ReadFeature): EdgeSet =>
  edgesOf(toPlane(polygons, zoneCrs(38)), ORIGIN.x, ORIGIN.y);

const apart = (a: EdgeSet, b: EdgeSet): boolean =>
  a.maxX < b.minX || b.maxX < a.minX || a.maxY < b.minY || b.maxY < a.minY;

describe('arguments', () => {
  it.each([
    [{ patches: 1999, seed: 1 }, /2000/],
    [{ patches: 1_000_001, seed: 1 }, /1000000/],
    [{ patches: 2500.5, seed: 1 }, /integer/],
    [{ patches: 2500, seed: 0.5 }, /seed/],
  ])('refuses %j before it writes anything', async (options, message) => {
    const outDir = folder();
    await expect(generateCity({ ...options, outDir })).rejects.toThrow(message);
    expect(readdirSync(outDir)).toEqual([]);
  });
});
