import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { officialAreaM2 } from '../../src/geometry/official-area.js';
import type { LayerSnapshot } from '../../src/layers/layer-types.js';
import { type MeasuredParcel, measureOverlaps } from '../../src/overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../../src/overlay/measure-types.js';
import { type Verification, verifyMeasures } from '../../src/overlay/verify-measures.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { ZONE38 } from '../layers/made-layers.js';
import {
  analysisAreaM2,
  cents,
  loadLayer,
  type MadeLayer,
  type MadeParcel,
  overlayParts,
  parcelsOf,
  ringsOf,
  snapshotsOf,
} from './made-ground.js';

type SignedBox = readonly [x: number, y: number, width: number, height: number, sign?: -1];

interface ExpectedLayer {
  features?: Readonly<Record<string, readonly SignedBox[]>>;
  shared?: Readonly<Record<string, readonly SignedBox[]>>;
  classes?: Readonly<Record<string, readonly SignedBox[]>>;
  outside?: readonly SignedBox[];
  undetermined?: readonly SignedBox[];
  reason?: string;
  /** Codes of features and classes, and the names of the parts, that are noise; nothing else may be. */
  noise?: readonly string[];
  /** Slivers may be listed, if they are noise. */
  onlyNoise?: true;
  whole?: readonly string[];
  net?: Readonly<Record<string, { attribute: number } | { kcxs: number }>>;
  warnings?: readonly string[];
}

interface OverlayCases {
  about: string;
  layers: Readonly<Record<string, MadeLayer>>;
  cases: readonly {
    name: string;
    parcel: MadeParcel;
    expect: Readonly<Record<string, ExpectedLayer>>;
  }[];
}

/**
 * What a printed figure may be off the plane area of its boxes: half a cent of rounding, one of closing, and the
 * bulge of cut edges (2 mm² per metre, since the 70 m points fall elsewhere on a piece than on the whole).
 */
const toleranceM2 = (boxes: readonly SignedBox[]): number =>
  boxes.reduce((sum, [, , width, height]) => sum + 2e-6 * 2 * (width + height), 0.0151);

const areaOfBoxes = (boxes: readonly SignedBox[] = []): number =>
  boxes.reduce(
    (sum, [x, y, w, h, sign = 1]) => sum + sign * analysisAreaM2(ringsOf({ boxes: [[x, y, w, h]] })),
    0,
  );

const folder = join(import.meta.dirname, '../cases/overlay');
const files = readdirSync(folder).sort();

let db: Database;
const geos = new GeosPool({ workers: 2 });
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => geos.close());

describe.each(files)('%s', (file) => {
  const { layers, cases } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as OverlayCases;
  let measured: MeasuredParcel[];
  let snapshots: LayerSnapshot[];
  let verification: Verification;

  beforeAll(async () => {
    await resetTables(db);
    for (const [layerId, layer] of Object.entries(layers)) await loadLayer({ db, geos }, layerId, layer);
    snapshots = await snapshotsOf(db, Object.keys(layers));
    const parcels = await parcelsOf(
      geos,
      cases.map(({ parcel }) => parcel),
    );
    measured = await measureOverlaps(overlayParts(db, geos), parcels, snapshots, () => ({
      areaM2: 0.01,
      widthM: 0.002,
    }));
    verification = await verifyMeasures({ db, geos }, measured, snapshots);
  });

  it('agrees with the second engine on every pair', () => {
    expect(verification.differences).toEqual([]);
    expect(verification.engine).toBe(db.kind === 'server' ? 'postgis' : 'geos');
    expect(verification.pairs).toBeGreaterThan(0);
  });

  it.each(cases.map((one, index) => ({ ...one, index })))('$name', ({ parcel, expect: wanted, index }) => {
    const row = measured[index]!;
    expect(row.areaM2).toBeCloseTo(officialAreaM2(ringsOf(parcel), ZONE38), 2);
    for (const [layerId, layer] of Object.entries(wanted)) {
      const overlay = row.overlays.find((one) => one.layer === layerId)!;
      checkClosing(overlay, row.areaM2);
      checkAreas(overlay, layer);
      checkNet(overlay, layer);
    }
    for (const [i, snapshot] of snapshots.entries()) checkIdentity(row, snapshot, row.overlays[i]!);
  });
});

/** The printed columns add up to the cent. */
function checkClosing(overlay: OverlayMeasure, parcelAreaM2: number): void {
  const counted = overlay.features.reduce((sum, f) => sum + cents(f.areaM2) - cents(f.sharedM2), 0);
  const classes = overlay.byClass.reduce((sum, one) => sum + cents(one.areaM2), 0);
  expect(counted).toBe(cents(overlay.areaM2));
  if (overlay.byClass.length > 0) expect(classes).toBe(cents(overlay.areaM2));
  expect(cents(overlay.areaM2) + cents(overlay.outsideM2) + cents(overlay.undeterminedM2)).toBe(
    cents(parcelAreaM2),
  );
}

/** The unrounded parts add up to the parcel, none negative. */
function checkIdentity(row: MeasuredParcel, layer: LayerSnapshot, overlay: OverlayMeasure): void {
  const ground = row.grounds.get(layer.versionId)!;
  const { shapeAreaM2, unionM2, outsideM2, undeterminedM2 } = ground;
  for (const part of [unionM2, outsideM2, undeterminedM2]) expect(part).toBeGreaterThanOrEqual(0);
  expect(Math.abs(unionM2 + outsideM2 + undeterminedM2 - shapeAreaM2)).toBeLessThan(
    1e-6 + 1e-9 * shapeAreaM2,
  );
  const shared = overlay.features.reduce((sum, f) => sum + f.sharedM2, 0);
  const featureSum = [...ground.features.values()].reduce((sum, v) => sum + v, 0);
  expect(Math.abs(featureSum - shared - unionM2)).toBeLessThan(0.01 * overlay.features.length + 1e-6);
}

function checkAreas(overlay: OverlayMeasure, wanted: ExpectedLayer): void {
  const near = (value: number | undefined, boxes: readonly SignedBox[] = [], what: string): void => {
    expect(value, `${overlay.layer} ${what}`).toBeDefined();
    expect(Math.abs(value! - areaOfBoxes(boxes)), `${overlay.layer} ${what}: ${value}`).toBeLessThanOrEqual(
      boxes.length === 0 ? 0 : toleranceM2(boxes),
    );
  };
  const listed = wanted.onlyNoise ? overlay.features.filter((f) => !f.noise) : overlay.features;
  expect(listed.map((f) => f.bsm)).toEqual(Object.keys(wanted.features ?? {}).sort());
  for (const f of listed) {
    near(f.areaM2, wanted.features?.[f.bsm!], `feature ${f.bsm}`);
    near(f.sharedM2, wanted.shared?.[f.bsm!], `shared of ${f.bsm}`);
    expect(f.wholeFeature).toBe(wanted.whole?.includes(f.bsm!) ?? false);
  }
  if (!wanted.onlyNoise) {
    near(overlay.outsideM2, wanted.outside, 'outside');
    near(overlay.undeterminedM2, wanted.undetermined, 'undetermined');
    expect(noiseOf(overlay).sort()).toEqual([...(wanted.noise ?? [])].sort());
  }
  expect(overlay.state).toBe(wanted.undetermined ? 'partial' : 'measured');
  if (wanted.reason) expect(overlay.missingReason).toBe(wanted.reason);
  if (!wanted.classes) return;
  expect(overlay.byClass.map((one) => one.code).sort()).toEqual(Object.keys(wanted.classes).sort());
  for (const one of overlay.byClass) near(one.areaM2, wanted.classes[one.code!], `class ${one.code}`);
}

const noiseOf = (overlay: OverlayMeasure): string[] => [
  ...overlay.features.filter((f) => f.noise).map((f) => f.bsm!),
  ...overlay.byClass.filter((one) => one.noise && one.code !== null).map((one) => one.code!),
  ...(['area', 'outside', 'undetermined'] as const).filter((part) => overlay.noise[part]),
];

function checkNet(overlay: OverlayMeasure, wanted: ExpectedLayer): void {
  for (const [bsm, rule] of Object.entries(wanted.net ?? {})) {
    const row = overlay.features.find((f) => f.bsm === bsm)!;
    const expected =
      'attribute' in rule
        ? cents(rule.attribute)
        : cents(row.areaM2) - Math.round(cents(row.areaM2) * rule.kcxs);
    expect(cents(row.netAreaM2!), `net of ${bsm}`).toBe(expected);
  }
  if (!wanted.net) return;
  const sum = overlay.features.reduce((total, f) => total + cents(f.netAreaM2!), 0);
  expect(cents(overlay.netAreaM2!)).toBe(sum);
  expect(overlay.byClass.reduce((total, one) => total + cents(one.netAreaM2!), 0)).toBe(sum);
  expect(overlay.warnings.map(({ code }) => code)).toEqual(wanted.warnings ?? []);
}
