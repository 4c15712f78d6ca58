import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError, type InputFault } from '../../src/core/errors.js';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import {
  defaultParcelLimits,
  type Jurisdiction,
  type ParcelInput,
  type ParcelLimits,
} from '../../src/parcels/parcel-types.js';
import { readParcels } from '../../src/parcels/read-parcels.js';

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../cases/parcels/${name}.json`, import.meta.url), 'utf8')) as T;

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

async function refusalOf(input: ParcelInput): Promise<AppError> {
  try {
    await readParcels(input, geos);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

interface FaultCase {
  name: string;
  input?: unknown;
  text?: string;
  crs?: string;
  repair?: boolean;
  limits?: Partial<ParcelLimits>;
  error: string;
  errors: { pointer: string; code: string; place?: [number, number] }[];
}

const byPlace = (a: { pointer: string; code: string }, b: { pointer: string; code: string }): number =>
  `${a.pointer} ${a.code}` < `${b.pointer} ${b.code}` ? -1 : 1;

describe('every fault is refused with its pointer, code and place', () => {
  it.each(read<FaultCase[]>('faults'))(
    '$name',
    async ({ input, text, crs, repair, limits, error, errors }) => {
      const refusal = await refusalOf({
        body: text ?? input,
        crs,
        repair,
        limits: { ...defaultParcelLimits, ...limits },
      });
      const faults = [...(refusal.facts.errors ?? [])].sort(byPlace);
      const expected = [...errors].sort(byPlace);
      expect({ code: refusal.code, faults: faults.map(({ pointer, code }) => ({ pointer, code })) }).toEqual({
        code: error,
        faults: expected.map(({ pointer, code }) => ({ pointer, code })),
      });
      for (const [i, { place }] of expected.entries()) {
        if (!place) continue;
        expect(faults[i]!.place![0]).toBeCloseTo(place[0], 6);
        expect(faults[i]!.place![1]).toBeCloseTo(place[1], 6);
      }
      for (const fault of faults) expectFullText(fault);
    },
  );
});

function expectFullText({ detail }: InputFault): void {
  for (const text of [detail.zh, detail.en]) {
    expect(text.length).toBeGreaterThan(5);
    expect(text).not.toMatch(/\{\w+\}|undefined/);
  }
}

interface CrsCase {
  name: string;
  input: unknown;
  crs?: string;
  jurisdiction?: Jurisdiction;
  epsg?: number;
  plane?: number;
  warnings?: string[];
  error?: string;
  codes?: string[];
  say?: string;
}

describe('the coordinate reference system is declared, read off or refused', () => {
  it.each(read<CrsCase[]>('crs'))('$name', async (example) => {
    const { input, crs, jurisdiction, error, codes, say } = example;
    const asked = { body: input, crs, jurisdiction };
    if (error) {
      const refusal = await refusalOf(asked);
      const faults = refusal.facts.errors ?? [];
      expect({ code: refusal.code, codes: faults.map(({ code }) => code) }).toEqual({ code: error, codes });
      for (const fault of faults) expectFullText(fault);
      if (say) expect(faults.map(({ detail }) => detail.zh).join()).toMatch(new RegExp(say));
      return;
    }
    const batch = await readParcels(asked, geos);
    const [parcel] = batch.parcels;
    expect({
      epsg: batch.sourceEpsg,
      plane: parcel!.planeEpsg,
      warnings: batch.warnings.map(({ code }) => code),
    }).toEqual({ epsg: example.epsg, plane: example.plane, warnings: example.warnings });
  });
});

interface AcceptedCase {
  name: string;
  input?: unknown;
  text?: string;
  crs?: string;
  repair?: boolean;
  jurisdiction?: Jurisdiction;
  warnings: string[];
  parcels: {
    id: string;
    name?: string;
    landUse?: string;
    areaM2?: number;
    vertices?: number;
    resolutionM?: number;
    warnings: string[];
    say?: string;
  }[];
}

describe('what is accepted comes out clean, with what was noticed about it', () => {
  it.each(read<AcceptedCase[]>('accepted'))('$name', async (example) => {
    const { input, text, crs, repair, jurisdiction } = example;
    const batch = await readParcels({ body: text ?? input, crs, repair, jurisdiction }, geos);
    expect(batch.warnings.map(({ code }) => code)).toEqual(example.warnings);
    expect(batch.parcels.map(({ id }) => id)).toEqual(example.parcels.map(({ id }) => id));
    for (const [i, expected] of example.parcels.entries()) {
      const parcel = batch.parcels[i]!;
      expect(parcel.warnings.map(({ code }) => code)).toEqual(expected.warnings);
      expect({ name: parcel.name, landUse: parcel.landUse }).toEqual({
        name: expected.name ?? null,
        landUse: expected.landUse ?? null,
      });
      if (expected.areaM2 !== undefined) expect(signedAreaM2(parcel.plane)).toBeCloseTo(expected.areaM2, 4);
      if (expected.vertices) expect(parcel.source[0]![0]).toHaveLength(expected.vertices);
      if (expected.resolutionM) expect(parcel.resolutionM).toBeCloseTo(expected.resolutionM, 3);
      if (expected.say)
        expect(parcel.warnings.map(({ detail }) => detail.zh).join()).toMatch(new RegExp(expected.say));
      for (const { detail } of parcel.warnings)
        expect(detail.zh + detail.en).not.toMatch(/\{\w+\}|undefined|NaN/);
      expect(Object.keys(parcel)).not.toContain('draft');
    }
  });
});

/** Counter-clockwise rings positive: holes must come out negative, so a wrong winding shows. */
function signedAreaM2(rings: MultiPolygonRings): number {
  let twice = 0;
  for (const ring of rings.flat()) {
    const [ox, oy] = ring[0]!;
    for (let i = 1; i < ring.length; i++) {
      const [px, py] = ring[i - 1]!;
      const [qx, qy] = ring[i]!;
      twice += (px - ox) * (qy - oy) - (qx - ox) * (py - oy);
    }
  }
  return twice / 2;
}
