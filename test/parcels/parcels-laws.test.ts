import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { checkRings } from '../../src/parcels/check-rings.js';
import { cleanRings } from '../../src/parcels/clean-rings.js';
import type { ParcelDraft } from '../../src/parcels/parcel-draft.js';
import type { Parcel } from '../../src/parcels/parcel-types.js';
import { readParcels } from '../../src/parcels/read-parcels.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

const X = 38_430_000.125;
const Y = 3_898_000.125;

/** A star-shaped ring around a centre: simple by construction. */
const starRing = (cx: number, cy: number) =>
  fc.array(fc.integer({ min: 200, max: 900 }), { minLength: 3, maxLength: 14 }).map((radii) => {
    const ring = radii.map((radius, i): Position => {
      const angle = (2 * Math.PI * i) / radii.length;
      return [round(cx + (radius / 10) * Math.cos(angle)), round(cy + (radius / 10) * Math.sin(angle))];
    });
    return [...ring, ring[0]!];
  });

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Up to five parcels, near enough to overlap at times. */
const parcelFile = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 400 })), {
    minLength: 1,
    maxLength: 5,
  })
  .chain((centres) => fc.tuple(...centres.map(([dx, dy]) => starRing(X + dx, Y + dy))));

const collection = (rings: readonly (readonly Position[])[], ids: readonly number[]) => ({
  type: 'FeatureCollection',
  features: rings.map((ring, i) => ({
    type: 'Feature',
    id: `P${ids[i]}`,
    properties: {},
    geometry: { type: 'Polygon', coordinates: [ring] },
  })),
});

const byId = (a: Parcel, b: Parcel): number => (a.id < b.id ? -1 : 1);

/** All that may not depend on the order of features: pointers may. */
const essence = (parcels: readonly Parcel[]) =>
  [...parcels].sort(byId).map(({ warnings, ...parcel }) => ({
    ...parcel,
    warnings: warnings.map(({ code, detail }) => ({ code, detail })),
  }));

describe('laws of reading parcels', () => {
  it('the order of features changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        parcelFile.chain((rings) =>
          fc.tuple(fc.constant(rings), fc.shuffledSubarray([...rings.keys()], { minLength: rings.length })),
        ),
        async ([rings, order]) => {
          const straight = await readParcels(
            { body: collection(rings, [...rings.keys()]), crs: '4526' },
            geos,
          );
          const shuffled = order.map((i) => rings[i]!);
          const other = await readParcels({ body: collection(shuffled, order), crs: '4526' }, geos);
          expect(essence(other.parcels)).toEqual(essence(straight.parcels));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('winding and start vertex do not matter', async () => {
    await fc.assert(
      fc.asyncProperty(starRing(X, Y), fc.nat(20), fc.boolean(), async (ring, start, turned) => {
        const open = ring.slice(0, -1);
        const at = start % open.length;
        const moved = [...open.slice(at), ...open.slice(0, at)];
        if (turned) moved.reverse();
        const [a] = (await readParcels({ body: collection([ring], [1]), crs: '4526' }, geos)).parcels;
        const [b] = (await readParcels({ body: collection([[...moved, moved[0]!]], [1]), crs: '4526' }, geos))
          .parcels;
        expect(startingAtLeast(b!.plane)).toEqual(startingAtLeast(a!.plane));
        expect({ ...b, source: 0, plane: 0, lonLat: 0 }).toEqual({ ...a, source: 0, plane: 0, lonLat: 0 });
      }),
      { numRuns: 30 },
    );
  });

  it('junk is refused by an AppError with a pointer and both languages, never by anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(junkDocument, mutatedFile), fc.boolean(), async (junk, asText) => {
        try {
          await readParcels({ body: asText ? JSON.stringify(junk) : junk }, geos);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          const { errors = [] } = (error as AppError).facts;
          expect(errors.length).toBeGreaterThan(0);
          for (const { pointer, detail } of errors) {
            expect(pointer).toMatch(/^(|\/.*|line \d+|\?crs)$/);
            expect(detail.zh + detail.en).not.toMatch(/undefined|\{(?!")\w+\}/);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('broken text is refused by an AppError', async () => {
    const text = JSON.stringify(
      collection(
        [
          [
            [X, Y],
            [X + 9, Y],
            [X + 9, Y + 9],
            [X, Y],
          ],
        ],
        [1],
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.nat(5), fc.string({ maxLength: 3 }), async (at, cut, put) => {
        const broken = text.slice(0, at) + put + text.slice(at + cut);
        await readParcels({ body: broken }, geos).catch((error) => expect(error).toBeInstanceOf(AppError));
      }),
      { numRuns: 300 },
    );
  });

  it('what is proven valid here is valid for GEOS, what is faulty is not', async () => {
    const coordinate = fc.integer({ min: 0, max: 12 });
    const wild = fc
      .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 6 })
      .map((points): Position[] => [...points, points[0]!]);
    const tame = fc.tuple(coordinate, fc.integer({ min: 1, max: 12 })).map(([at, size]) => square(at, size));
    const ring = fc.oneof(
      wild,
      tame,
      tame,
      starRing(6, 6).map((points) => points.map(([x, y]): Position => [x / 9, y / 9])),
    );
    const polygons = fc.array(fc.array(ring, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 });
    const judged: { rings: MultiPolygonRings; state: string }[] = [];
    for (const [parts, unit] of fc.sample(fc.tuple(polygons, fc.constantFrom(1, 0.1, 1e-7)), {
      numRuns: 1500,
      seed: 2,
    })) {
      const draft = draftOf(
        parts.map((rings) =>
          rings.map((points) => points.map(([x, y]): Position => [X + x * unit, Y + y * unit])),
        ),
      );
      if (cleanRings(draft, 'gauss-kruger').length > 0) continue;
      const rings = draft.parts.map((part) => part.map(({ positions }) => positions));
      judged.push({ rings, state: checkRings(draft).state });
    }
    const validity = await geos.validityOfAll(judged.map(({ rings }) => rings));
    const seen = { proven: 0, faulty: 0, doubtful: 0 } as Record<string, number>;
    for (const [i, { state, rings }] of judged.entries()) {
      seen[state] = (seen[state] ?? 0) + 1;
      if (state === 'proven' || state === 'faulty') {
        expect(validity[i]!.valid, JSON.stringify(rings)).toBe(state === 'proven');
      }
    }
    // the law is worth nothing if one side never happens
    expect(Math.min(seen.proven!, seen.faulty!, seen.doubtful!)).toBeGreaterThan(50);
  });

  it('a ring of 10,000 vertices is judged, sound and crossed', async () => {
    const count = 10_000;
    const ring = Array.from({ length: count }, (_, i): Position => {
      const angle = (2 * Math.PI * i) / count;
      const radius = 3000 + (i % 2) * 5;
      return [round(X + radius * Math.cos(angle)), round(Y + radius * Math.sin(angle))];
    });
    const sound = await readParcels({ body: collection([[...ring, ring[0]!]], [1]), crs: '4526' }, geos);
    expect(sound.parcels[0]!.plane[0]![0]).toHaveLength(count + 1);
    [ring[5000], ring[5003]] = [ring[5003]!, ring[5000]!];
    const crossed = readParcels({ body: collection([[...ring, ring[0]!]], [1]), crs: '4526' }, geos);
    await expect(crossed).rejects.toMatchObject({
      facts: { errors: [{ code: 'self-intersection', pointer: '/features/0/geometry/coordinates' }] },
    });
  });
});

const square = (at: number, size: number): Position[] => [
  [at, at],
  [at + size, at],
  [at + size, at + size],
  [at, at + size],
  [at, at],
];

const draftOf = (parts: Position[][][]): ParcelDraft => ({
  pointer: '',
  geometryPointer: '',
  index: -1,
  featureId: undefined,
  isMulti: true,
  parts: parts.map((rings) => rings.map((positions) => ({ positions }))),
  decimals: 0,
  zCount: 0,
  broken: false,
  id: '',
  name: null,
  landUse: null,
  properties: {},
  warnings: [],
  box: [0, 0, 0, 0],
});

function startingAtLeast(rings: MultiPolygonRings): MultiPolygonRings {
  return rings.map((part) =>
    part.map((ring) => {
      const open = ring.slice(0, -1);
      const least = open.reduce((best, p, i) => (lessThan(p, open[best]!) ? i : best), 0);
      return [...open.slice(least), ...open.slice(0, least)];
    }),
  );
}

const lessThan = (a: Position, b: Position): boolean => a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

const word = fc.constantFrom(
  'type',
  'Feature',
  'FeatureCollection',
  'Polygon',
  'MultiPolygon',
  'GeometryCollection',
  'toString',
  'constructor',
  '__proto__',
  'coordinates',
  'features',
  'geometry',
  'geometries',
  'properties',
  'crs',
  'bbox',
  'id',
);

const { junk } = fc.letrec<{ junk: unknown; list: unknown[]; object: Record<string, unknown> }>((tie) => ({
  junk: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, 0, -0, 113.2, 35.2, 38_430_000, 1e308, '', '113', 'Polygon'),
    word,
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('junk'), { maxLength: 5 }),
  object: fc.dictionary(word, tie('junk'), { maxKeys: 5 }),
}));
const junkDocument = junk;

/** A sound file with one member, anywhere, replaced by junk. */
const mutatedFile = fc
  .tuple(parcelFile, fc.array(fc.nat(30), { minLength: 1, maxLength: 7 }), junk)
  .map(([rings, path, value]) => {
    const file: unknown = structuredClone(collection(rings, [...rings.keys()]));
    let holder = file as Record<string, unknown>;
    for (const [depth, step] of path.entries()) {
      const keys = Object.keys(holder);
      const key = keys[step % keys.length];
      if (key === undefined) break;
      const next = holder[key];
      if (depth === path.length - 1 || typeof next !== 'object' || next === null) {
        holder[key] = value;
        break;
      }
      holder = next as Record<string, unknown>;
    }
    return file;
  });
