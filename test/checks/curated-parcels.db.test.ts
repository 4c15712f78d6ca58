import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerOf } from '../../sample-data/parcel-answers.js';
import { replacementProjects, statedParcels } from '../../sample-data/policy-parcels.js';
import { checkPieces } from '../../src/checks/check-pieces.js';
import type { Check, CheckOverlay } from '../../src/checks/check-types.js';
import { replayCheck } from '../../src/checks/replay-check.js';
import { packageRoot } from '../../src/core/package-root.js';
import type { Database } from '../../src/database/sql.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { lonLatToAnalysis } from '../../src/geometry/planes.js';
import type { Verdict } from '../../src/policy/policy-types.js';
import { openTestDatabase } from '../database/test-database.js';
import { cents } from '../overlay/made-ground.js';
import { checkParts, makeCheck } from './made-checks.js';
import { loadTestCity } from './sample-city.js';

interface AreaAnswer {
  planeM2: number;
  ellipsoidM2: number;
}

interface LayerAnswer extends AreaAnswer {
  verdict?: Verdict;
  outside: AreaAnswer;
  undetermined: AreaAnswer;
  byClass: readonly (AreaAnswer & { code: string; netM2?: number })[];
}

interface Answers {
  stage: 'pre-review';
  toleranceM2: { plane: number; ellipsoid: number; net: number };
  parcels: readonly {
    id: string;
    file: string;
    area: AreaAnswer;
    verdict: Verdict;
    layers?: Readonly<Record<string, LayerAnswer>>;
  }[];
}

const folder = join(packageRoot, 'sample-data', 'parcels');
const answers = JSON.parse(readFileSync(join(folder, 'answers.json'), 'utf8')) as Answers;
const { toleranceM2 } = answers;

let db: Database;
const geos = new GeosPool({ workers: 2 });

beforeAll(async () => {
  db = await openTestDatabase();
  await loadTestCity(db, geos);
});
afterAll(async () => {
  await geos.close();
});

const checkFile = (file: string, stage: Check['stage'] = answers.stage): Promise<Check> =>
  makeCheck(checkParts(db, geos), {
    body: readFileSync(join(folder, file)),
    contentType: 'application/geo+json',
    stage,
    verify: true,
  });

function near(value: number | null | undefined, expected: number, tolerance: number, what: string): void {
  expect(value, what).not.toBeNull();
  // both figures are printed with two decimals: compared as whole cents
  const off = Math.abs(cents(value!) - cents(expected));
  expect(off, `${what}: ${value}, by construction ${expected}`).toBeLessThanOrEqual(cents(tolerance));
}

function checkLayer(overlay: CheckOverlay, answer: LayerAnswer): void {
  const { layer } = overlay;
  near(overlay.areaM2, answer.ellipsoidM2, toleranceM2.ellipsoid, `${layer} area`);
  near(overlay.outsideM2, answer.outside.ellipsoidM2, toleranceM2.ellipsoid, `${layer} outside`);
  near(
    overlay.undeterminedM2,
    answer.undetermined.ellipsoidM2,
    toleranceM2.ellipsoid,
    `${layer} undetermined`,
  );
  if (answer.verdict) expect([layer, overlay.verdict]).toEqual([layer, answer.verdict]);
  // the districts are towns, the answers are given by county: the first six digits
  const codes = new Set(answer.byClass.map(({ code }) => code));
  for (const { code, ellipsoidM2, netM2 } of answer.byClass) {
    const rows = overlay.byClass.filter(
      (row) => row.code === code || (layer === 'xzq' && row.code?.startsWith(code)),
    );
    const sum = (of: (row: (typeof rows)[number]) => number): number =>
      rows.reduce((total, row) => total + cents(of(row)), 0) / 100;
    near(
      sum((row) => row.areaM2),
      ellipsoidM2,
      toleranceM2.ellipsoid,
      `${layer} ${code}`,
    );
    if (netM2 !== undefined)
      near(
        sum((row) => row.netAreaM2!),
        netM2,
        toleranceM2.net,
        `${layer} ${code} net`,
      );
  }
  // coordinates in files are rounded to 0.01 mm: along hundreds of metres that prints as 0.01 m² of a neighbour
  for (const { code, areaM2, noise } of overlay.byClass) {
    if (codes.has(code!) || (layer === 'xzq' && codes.has(code!.slice(0, 6)))) continue;
    expect([layer, code, noise]).toEqual([layer, code, true]);
    near(areaM2, 0, toleranceM2.ellipsoid, `${layer} ${code}, not by construction`);
  }
}

function checkAnswer(check: Check, id: string): void {
  const answer = answers.parcels.find((one) => one.id === id)!;
  const parcel = check.parcels.find((one) => one.id === id)!;
  near(parcel.area.ellipsoidM2, answer.area.ellipsoidM2, toleranceM2.ellipsoid, `${id} ellipsoid area`);
  near(parcel.area.planeM2, answer.area.planeM2, toleranceM2.plane, `${id} plane area`);
  for (const [layer, expected] of Object.entries(answer.layers ?? {}))
    checkLayer(parcel.overlays.find((one) => one.layer === layer)!, expected);
  expect([id, parcel.verdict]).toEqual([id, answer.verdict]);
}

describe('the curated parcels', () => {
  let all: Check;
  beforeAll(async () => {
    all = await checkFile('all.geojson');
  });

  it.each(answers.parcels.map(({ id, file }) => [id, file] as const))('%s: %s', (id) => {
    checkAnswer(all, id);
  });

  it('agree with the second engine and close to the cent', () => {
    expect(all.engine.verifiedDifferenceM2).toBeLessThan(0.001);
    expect(all.parcels.flatMap((parcel) => parcel.findings).map((one) => one.rule)).not.toContain(
      'engines-differ',
    );
    for (const parcel of all.parcels) {
      for (const { areaM2, outsideM2, undeterminedM2, features } of parcel.overlays) {
        const counted = features.reduce((sum, one) => sum + cents(one.areaM2) - cents(one.sharedM2 ?? 0), 0);
        expect(counted).toBe(cents(areaM2));
        expect(counted + cents(outsideM2) + cents(undeterminedM2)).toBe(cents(parcel.area.ellipsoidM2));
      }
    }
  });

  it.each(['dk-04-epsg4526', 'dk-07-epsg4547', 'dk-24-epsg4526', 'dk-27-epsg4547'])(
    'in metres has the same answer: %s',
    async (name) => {
      checkAnswer(await checkFile(`${name}.geojson`), name.slice(0, 5).toUpperCase());
    },
  );

  it('is drawn with the areas of the answer, and replayed to the same', async () => {
    const { features } = await checkPieces(checkParts(db, geos), all.id);
    const small = features.filter((piece) => (piece.properties.areaM2 as number) < 100_000);
    expect(small.length).toBeGreaterThan(100);
    for (const { id, geometry, properties } of small) {
      const drawn = planarAreaM2(lonLatToAnalysis(geometry.coordinates, 38));
      near(Math.round(drawn * 100) / 100, properties.areaM2 as number, 0.01, id);
    }
    expect(await replayCheck(checkParts(db, geos), all.id)).toMatchObject({ identical: true });
  });
});

describe('parcels with what the applicant states, at approval', () => {
  let check: Check;
  beforeAll(async () => {
    check = await checkFile('stated.geojson', 'approval');
  });
  const find = (id: string) => check.parcels.find((one) => one.id === id)!;
  const finding = (id: string, rule: string) => find(id).findings.find((one) => one.rule === rule)!;
  const answer = (id: string) => answerOf(statedParcels.find((one) => one.id === id)!);

  it.each(statedParcels)('$id: $name.en', ({ id, expected }) => {
    const { verdict, findings, passed } = find(id);
    const real = findings.filter(({ noise }) => !noise).map(({ rule }) => rule);
    expect([verdict, expected.found.filter((rule) => !real.includes(rule))]).toEqual([expected.verdict, []]);
    expect(real.filter((rule) => expected.passed.includes(rule))).toEqual([]);
    expect(expected.passed.filter((rule) => !passed.some((one) => one.rule === rule))).toEqual([]);
    for (const [layer, { ellipsoidM2 }] of Object.entries(answer(id).layers))
      if (layer !== 'xzq')
        near(
          find(id).overlays.find((one) => one.layer === layer)!.areaM2,
          ellipsoidM2,
          toleranceM2.ellipsoid,
          `${id} ${layer}`,
        );
  });

  it('say farmland by class and slope, the ridges both ways', () => {
    const { areaM2, netAreaM2, breakdown, ridges } = finding('DK-41', 'dltb-farmland');
    // boxes of the table: paddy on the flat, dry at grade 3, dry at 4 in two places, the island of grade 5
    const wanted = [
      { code: '0101', value: '1', boxes: [[260, 400, 360, 500]], share: 0 },
      { code: '0103', value: '3', boxes: [[10, 500, 110, 600]], share: 0.1134 },
      {
        ...{ code: '0103', value: '4', share: 0.2 },
        boxes: [
          [890, 490, 920, 520],
          [800, 600, 900, 700],
        ],
      },
      { code: '0103', value: '5', boxes: [[900, 500, 910, 510.002]], share: 0.5 },
    ] as const;
    expect(breakdown!.map(({ code, value }) => [code, value])).toEqual(
      wanted.map(({ code, value }) => [code, value]),
    );
    const island = answerOf({ boxes: wanted[3].boxes }).area.ellipsoidM2;
    for (const [i, { boxes, share, value }] of wanted.entries()) {
      const gross = answerOf({ boxes }).area.ellipsoidM2 - (value === '4' ? island : 0);
      near(breakdown![i]!.areaM2, gross, toleranceM2.ellipsoid, `slope ${value}`);
      near(breakdown![i]!.ridgeM2, gross * share, toleranceM2.net, `ridges of slope ${value}`);
    }
    expect(cents(ridges!.withoutM2)).toBe(cents(netAreaM2!));
    expect(cents(ridges!.withoutM2) + cents(ridges!.byCoefficientM2)).toBe(cents(areaM2));
  });

  it('ask for what the stage wants, of the parcels that it is wanted for', () => {
    const materials = (id: string, rule: string) => finding(id, rule).requires.map(({ zh }) => zh);
    expect(materials('DK-42', 'stbhhx-overlap')[0]).toBe(
      '将有限人为活动认定意见与用地报件一并报省政府审批。',
    );
    expect(finding('DK-42', 'stbhhx-overlap').verdict).toBe('attention');
    expect(materials('DK-43', 'stbhhx-overlap')).toEqual(['调整选址或用地范围，避让生态保护红线。']);
    near(
      finding('DK-46', 'convert-only-boundary').areaM2,
      answer('DK-46').layers.czkfbj.outside.ellipsoidM2,
      toleranceM2.ellipsoid,
      'outside the boundary',
    );
  });
});

it('exactly 35 ha of farmland stay with the province, 0.01 m² more go to the State Council', async () => {
  const exactly = await checkFile('farmland-35ha.geojson', 'approval');
  const above = await checkFile('farmland-over-35ha.geojson', 'approval');
  const rules = (check: Check) => check.findings.map(({ rule }) => rule);
  expect([rules(exactly), rules(above)]).toEqual([[], ['state-council-farmland']]);
  expect(exactly.passed.map(({ rule }) => rule)).toContain('state-council-farmland');
  expect(above.findings[0]!.areaM2).toBe(350_000.01);
});

it('what is designated anew is held against what is taken, net of ridges', async () => {
  const enough = await checkFile('replacement-enough.geojson', 'approval');
  const short = await checkFile('replacement-short.geojson', 'approval');
  const rule = 'replacement-area';
  expect(enough.passed.map((one) => one.rule)).toContain(rule);
  expect(enough.findings.map((one) => one.rule)).not.toContain(rule);
  const [found] = short.findings.filter((one) => one.rule === rule);
  const [taken] = replacementProjects.short;
  near(found!.netAreaM2, answerOf(taken!).layers.yjjbnt.byClass[0]!.netM2!, toleranceM2.net, 'net taken');
  expect(found!.verdict).toBe('attention');
  // the same statement without a plot
  const body = JSON.parse(readFileSync(join(folder, 'replacement-short.geojson'), 'utf8'));
  const alone = Buffer.from(JSON.stringify({ ...body, features: body.features.slice(0, 1) }));
  const stated = (replacementAreaM2: number) =>
    makeCheck(checkParts(db, geos), {
      ...{ body: alone, contentType: 'application/geo+json', stage: 'approval', verify: false },
      facts: { replacementAreaM2: String(replacementAreaM2) },
    });
  const exactly = await stated(found!.netAreaM2!);
  const less = await stated(Math.round(found!.netAreaM2! * 100 - 1) / 100);
  const rules = (check: Check) => check.findings.map((one) => one.rule);
  expect([rules(exactly).includes(rule), rules(less).includes(rule)]).toEqual([false, true]);
});
