/** Known answers, kind by kind, and the laws of the adjacency: symmetric, and the same wherever and however it is drawn. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { type Contact, findContacts } from '../../src/supply/find-contacts.js';
import { packOutlines } from '../../src/supply/outlines.js';
import { scenes } from './adversarial-parcels.js';

const limits = { gapToleranceM: 0.1, minSharedEdgeM: 1, reachM: 0.5 };
const wide = { ...limits, reachM: 25 };

const half = (): number => 0.5;
const contactsOf = (shapes: MultiPolygonRings[], within = limits): Promise<Contact[]> =>
  findContacts(packOutlines(shapes), within);

const known: readonly [
  scene: string,
  pair: [number, number],
  expected: Partial<Contact> | undefined,
  within?: typeof limits,
][] = [
  [
    'one border, same vertices',
    [0, 1],
    { kind: 'edge', sharedEdgeM: 10, gapM: 0, meanGapM: 0, overlapM2: 0 },
  ],
  ['T-junction: one beside two', [0, 1], { kind: 'edge', sharedEdgeM: 5 }],
  ['T-junction: one beside two', [0, 2], { kind: 'edge', sharedEdgeM: 5 }],
  ['vertices that do not match', [0, 1], { kind: 'edge', sharedEdgeM: 10 }],
  ['offset neighbours: partly shared', [0, 1], { kind: 'edge', sharedEdgeM: 5 }],
  ['teeth of 2 cm against a straight border', [0, 1], { kind: 'edge', sharedEdgeM: 20 }],
  ['steep teeth of 2 cm every 2 cm', [0, 1], { kind: 'edge', sharedEdgeM: 3 }],
  ['densified against sparse', [0, 1], { kind: 'edge', sharedEdgeM: 20 }],
  ['gap of exactly the tolerance', [0, 1], { kind: 'edge', sharedEdgeM: 10, gapM: 0.1, meanGapM: 0.1 }],
  [
    'gap just above the tolerance',
    [0, 1],
    { kind: 'gap', sharedEdgeM: 0, gapM: 0.101, facingM: 10, meanGapM: 0.101 },
  ],
  ['gap of 5 cm', [0, 1], { kind: 'edge', sharedEdgeM: 8, gapM: 0.05 }],
  ['sliver parcel between two', [0, 2], { kind: 'edge', sharedEdgeM: 10, gapM: 0.04 }],
  ['overlap thinner than the tolerance', [0, 1], { kind: 'edge', sharedEdgeM: 10, overlapM2: 0.5 }],
  ['overlap wider than the tolerance', [0, 1], { kind: 'overlap', overlapM2: 2 }],
  ['long thin overlap with one deep place', [0, 1], { kind: 'overlap' }],
  ['corner to corner', [0, 1], { kind: 'corner', sharedEdgeM: 0, gapM: 0 }],
  ['corner a little apart', [0, 1], { kind: 'corner', sharedEdgeM: 0, gapM: 0.05 * Math.SQRT2 }],
  ['corner on a side', [0, 1], { kind: 'corner', sharedEdgeM: 0.2002 * Math.SQRT2 }],
  ['ring of corners around a place', [0, 4], { kind: 'edge', sharedEdgeM: 10 }],
  ['ring of corners around a place', [1, 4], { kind: 'edge', sharedEdgeM: 10 }],
  ['ring of corners around a place', [0, 1], { kind: 'corner' }],
  ['contact of half a metre', [0, 1], { kind: 'corner', sharedEdgeM: 0.5 }],
  ['contact of exactly one metre', [0, 1], { kind: 'edge', sharedEdgeM: 1 }],
  ['fills a hole', [0, 1], { kind: 'edge', sharedEdgeM: 40, overlapM2: 0 }],
  ['island in a hole, apart', [0, 1], { kind: 'gap', gapM: 0.3, facingM: 37.6 }],
  ['one inside the other', [0, 1], { kind: 'overlap', overlapM2: 100 }],
  ['one inside the other on its border', [0, 1], { kind: 'overlap', overlapM2: 100 }],
  ['the same parcel twice', [0, 1], { kind: 'overlap', sharedEdgeM: 0, overlapM2: 900 }],
  ['the same parcel, moved 3 cm', [0, 1], { kind: 'overlap' }],
  ['crossed like a plus', [0, 1], { kind: 'overlap', overlapM2: 100 }],
  ['two parts on either side', [0, 1], { kind: 'edge', sharedEdgeM: 20 }],
  ['two parts, one far', [0, 1], { kind: 'edge', sharedEdgeM: 3 }],
  ['two parts, one far', [0, 2], { kind: 'edge', sharedEdgeM: 1 }],
  ['two parts, one far', [1, 2], undefined],
  ['repeated vertices', [0, 1], { kind: 'edge', sharedEdgeM: 10 }],
  ['wound the wrong way', [0, 1], { kind: 'edge', sharedEdgeM: 40 }],
  ['road of 20 m between', [0, 1], undefined],
  ['road of 20 m between', [0, 1], { kind: 'gap', gapM: 20, meanGapM: 20, facingM: 8 }, wide],
  ['a spike that nearly touches', [0, 1], { kind: 'corner' }],
];

test.each(known)('%s, %o', async (scene, [a, b], expected, within = limits) => {
  const contacts = await contactsOf(scenes[scene]!(half), within);
  const found = contacts.find((contact) => contact.a === a && contact.b === b);
  if (!expected) {
    expect(found).toBeUndefined();
    return;
  }
  expect(found?.kind).toBe(expected.kind);
  for (const [name, value] of Object.entries(expected)) {
    if (typeof value === 'number') expect(found?.[name as 'gapM'], name).toBeCloseTo(value, 5);
  }
});

const sceneNames = Object.keys(scenes);
const turned = (shapes: MultiPolygonRings[], angle: number, dx: number, dy: number): MultiPolygonRings[] => {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const move = ([x, y]: Position): Position => [dx + x * cos - y * sin, dy + x * sin + y * cos];
  return shapes.map((shape) => shape.map((part) => part.map((ring) => ring.map(move))));
};

function expectSame(contact: Contact | undefined, other: Contact | undefined): void {
  expect(contact?.kind).toBe(other?.kind);
  for (const name of ['sharedEdgeM', 'gapM', 'facingM', 'overlapM2'] as const)
    expect(Math.abs((contact?.[name] ?? 0) - (other?.[name] ?? 0)), name).toBeLessThan(1e-5);
  expect(Math.abs((contact?.meanGapM ?? 0) - (other?.meanGapM ?? 0))).toBeLessThan(1e-5);
}

test('turning and moving the drawing changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...sceneNames),
      fc.double({ min: 0, max: 7, noNaN: true }),
      fc.integer({ min: 37_500_000, max: 38_600_000 }),
      fc.integer({ min: 3_500_000, max: 3_950_000 }),
      async (name, angle, dx, dy) => {
        const shapes = scenes[name]!(half);
        const before = await contactsOf(shapes);
        const after = await contactsOf(turned(shapes, angle, dx, dy));
        expect(after.length).toBe(before.length);
        for (const [i, contact] of after.entries()) expectSame(contact, before[i]);
      },
    ),
    { numRuns: 150 },
  );
});

test('the order of parcels, rings and vertices changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...sceneNames),
      fc.nat(50),
      fc.boolean(),
      async (name, shift, backwards) => {
        const shapes = scenes[name]!(half);
        const before = await contactsOf(shapes);
        const other = shapes.map((shape) =>
          shape.map((part) => part.map((ring) => rotate(ring, shift, backwards))).reverse(),
        );
        const after = await contactsOf(other.reverse());
        const last = shapes.length - 1;
        expect(after.length).toBe(before.length);
        for (const contact of before)
          expectSame(
            after.find(({ a, b }) => a === last - contact.b && b === last - contact.a),
            contact,
          );
      },
    ),
    { numRuns: 150 },
  );
});

/** The same ring from another vertex on, or walked the other way. */
function rotate(ring: readonly Position[], shift: number, backwards: boolean): Position[] {
  const open = ring.slice(1);
  const from = shift % open.length;
  const turned = [...open.slice(from), ...open.slice(0, from)];
  if (backwards) turned.reverse();
  return [...turned, turned[0]!];
}

test('parcels out of reach are no pair, and one parcel has none', async () => {
  const [a, b] = scenes['road of 20 m between']!(half);
  expect(await contactsOf([a!])).toEqual([]);
  expect(await contactsOf([])).toEqual([]);
  expect(await contactsOf([a!, b!])).toEqual([]);
});
