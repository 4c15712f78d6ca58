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

describe('the body as it comes', () => {
  const file = {
    type: 'Polygon',
    coordinates: [
      [
        [38430000.5, 3898000.5],
        [38430100.5, 3898000.5],
        [38430100.5, 3898100.5],
        [38430000.5, 3898000.5],
      ],
    ],
  };
  const text = JSON.stringify(file);

  it('bytes, text and parsed JSON mean the same; a byte order mark is no fault', async () => {
    const bodies = [
      file,
      text,
      `\ufeff${text}`,
      new TextEncoder().encode(text),
      Buffer.from(`\ufeff${text}`),
    ];
    const [first, ...others] = await Promise.all(bodies.map((body) => readParcels({ body }, geos)));
    for (const other of others) expect(other).toEqual(first);
  });

  it('does not touch a body that came parsed', async () => {
    const before = structuredClone({ ...file, coordinates: [[...file.coordinates[0]!].reverse()] });
    const body = structuredClone(before);
    await readParcels({ body }, geos);
    expect(body).toEqual(before);
  });

  it('bytes that are no UTF-8 are refused with their place', async () => {
    const refusal = await refusalOf({ body: Uint8Array.of(0x7b, 0x22, 0xb5, 0xd8, 0x22) });
    expect(refusal.code).toBe('bad-json');
    expect(refusal.facts.errors![0]!.detail.en).toContain('byte 2');
  });

  it('too many bytes are refused before they are decoded', async () => {
    const body = new Uint8Array(101).fill(0xff);
    const refusal = await refusalOf({ body, limits: { ...defaultParcelLimits, maxBytes: 100 } });
    expect(refusal.code).toBe('too-large');
  });

  it('counts the faults it does not list', async () => {
    const features = Array.from({ length: 5 }, () => ({ type: 'Feature', properties: {}, geometry: null }));
    const body = { type: 'FeatureCollection', features };
    const refusal = await refusalOf({ body, limits: { ...defaultParcelLimits, maxFaults: 2 } });
    expect(refusal.facts.errors).toHaveLength(2);
    expect(refusal.facts.moreErrors).toBe(3);
    expect(refusal.facts.detail!.en).toContain('5 faults');
  });
});

describe('parcels of thousands of vertices', () => {
  const circle = (east: number, count: number): number[][] => {
    const ring = Array.from({ length: count }, (_, i) => {
      const angle = (2 * Math.PI * i) / count;
      return [38430000.5 + east + 2000 * Math.cos(angle), 3898000.5 + 2000 * Math.sin(angle)];
    });
    return [...ring, ring[0]!];
  };
  const feature = (id: string, ring: number[][]) => ({
    type: 'Feature',
    id,
    properties: {},
    geometry: { type: 'Polygon', coordinates: [ring] },
  });

  it.each([900, 2100])('two circles of %i vertices overlap in a lens', async (count) => {
    const features = [feature('A', circle(0, count)), feature('B', circle(1000, count))];
    const batch = await readParcels({ body: { type: 'FeatureCollection', features }, crs: '4526' }, geos);
    const said = /by ([\d.]+) m²/.exec(batch.parcels[0]!.warnings[0]!.detail.en);
    // 2r² acos(d/2r) − d/2 √(4r² − d²), less 118 ppm from the plane to the ellipsoid
    const lensM2 = 8e6 * Math.acos(0.25) - 500 * Math.sqrt(15e6);
    expect(Number(said![1]) / (lensM2 * (1 - 118e-6))).toBeCloseTo(1, 4);
  });

  it('a crossing that only the plane shows is found in a large one as well', async () => {
    const top = Array.from({ length: 1200 }, (_, i) => [113.0999 - i * 0.00004, 35.201 + (i % 2) * 0.00001]);
    const notch = [
      [113.050001, 35.201],
      [113.05, 35.2000045],
      [113.0499, 35.201],
    ];
    const ring = [[113, 35.2], [113.1, 35.2], [113.1, 35.201], ...top, ...notch, [113, 35.201], [113, 35.2]];
    const refusal = await refusalOf({ body: feature('A', ring), crs: '4490' });
    expect(refusal.facts.errors!.map(({ code, pointer }) => `${pointer} ${code}`)).toEqual([
      '/geometry crosses-in-plane',
    ]);
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
      if (expected.resolutionM) expect(parcel.resolutionM).toBeCloseTo(expected.resolutionM, 4);
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
