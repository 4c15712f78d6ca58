/** The adjacency against an all-pairs computation that shares no code with it: same pairs, same kinds, same lengths. */
import { expect, test } from 'vitest';
import { parcelMosaic } from '../../bench/parcel-mosaic.js';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { type Contact, findContacts } from '../../src/supply/find-contacts.js';
import { packOutlines } from '../../src/supply/outlines.js';
import { scenes } from './adversarial-parcels.js';
import { draw, referencePair } from './reference-adjacency.js';

const limits = { gapToleranceM: 0.1, minSharedEdgeM: 1, reachM: 0.5 };

const key = (a: number, b: number): string => `${a}-${b}`;

async function expectAgreement(
  shapes: readonly MultiPolygonRings[],
  within: typeof limits,
): Promise<Contact[]> {
  const contacts = await findContacts(packOutlines(shapes), within);
  const found = new Map(contacts.map((contact) => [key(contact.a, contact.b), contact]));
  const drawn = shapes.map(draw);
  const wrong: unknown[] = [];
  let pairs = 0;
  for (let a = 0; a < drawn.length; a++) {
    for (let b = a + 1; b < drawn.length; b++) {
      const expected = referencePair(drawn[a]!, drawn[b]!, within);
      const contact = found.get(key(a, b));
      if (expected) pairs++;
      if (!agrees(contact, expected)) wrong.push({ a, b, contact, expected });
    }
  }
  expect(wrong).toEqual([]);
  expect(contacts.length).toBe(pairs);
  return contacts;
}

function agrees(contact: Contact | undefined, expected: ReturnType<typeof referencePair>): boolean {
  if (!contact || !expected) return contact === expected;
  const isNear = (p: number, q: number, by: number): boolean => Math.abs(p - q) <= by;
  return (
    contact.kind === expected.kind &&
    isNear(contact.sharedEdgeM, expected.sharedEdgeM, 1e-5) &&
    isNear(contact.gapM, expected.gapM, 1e-7) &&
    isNear(contact.facingM, expected.facingM, 1e-5) &&
    isNear(contact.overlapM2, expected.overlapM2, 1e-5)
  );
}

test('2,000 parcels of a town, drawn by hands that do not agree', async () => {
  const shapes = parcelMosaic({ count: 2000, seed: 11, density: 5, originX: 38_430_000, originY: 3_898_000 });
  const contacts = await expectAgreement(shapes, limits);
  const count = (kind: Contact['kind']): number => contacts.filter((contact) => contact.kind === kind).length;
  expect(count('edge')).toBeGreaterThan(3000);
  expect(count('corner')).toBeGreaterThan(1500);
}, 60_000);

/** At least 500 parcels of difficult scenes, each scene turned and set down by itself. */
function adversarial(): MultiPolygonRings[] {
  const random = sequence(5);
  const shapes: MultiPolygonRings[] = [];
  for (let n = 0; shapes.length < 500; n++) {
    for (const scene of Object.values(scenes)) {
      const angle = n === 0 ? 0 : 2 * Math.PI * random();
      const east = 38_430_000 + 300 * (shapes.length % 40) + random();
      const north = 3_898_000 + 300 * Math.floor(shapes.length / 40) + random();
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      const move = ([x, y]: Position): Position => [east + x * cos - y * sin, north + x * sin + y * cos];
      for (const shape of scene(random)) shapes.push(shape.map((part) => part.map((ring) => ring.map(move))));
    }
  }
  return shapes;
}

test.each([
  limits,
  { gapToleranceM: 0.02, minSharedEdgeM: 3, reachM: 0.02 },
  { gapToleranceM: 0.3, minSharedEdgeM: 0.2, reachM: 25 },
])(
  '500 adversarial parcels within %o',
  async (within) => {
    await expectAgreement(adversarial(), within);
  },
  60_000,
);

function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
