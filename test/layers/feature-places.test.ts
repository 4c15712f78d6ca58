import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FeaturePlaces } from '../../src/layers/feature-places.js';

it('gives back every place that was noted, in order or not, and nothing else', () => {
  const place = fc.oneof(
    fc.integer({ min: 0, max: 40 }).map((n) => `FID ${n}`),
    fc.integer({ min: 0, max: 40 }).map((n) => `OBJECTID ${n}`),
  );
  const rising = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 40 }).map((steps) => {
    let n = 0;
    return steps.map((step) => {
      n += step;
      return `FID ${n}`;
    });
  });
  fc.assert(
    fc.property(fc.oneof(fc.array(place), rising), (places) => {
      const noted = new FeaturePlaces();
      for (const one of places) noted.note(one);
      expect(places.map((_, i) => noted.placeOf(i + 1))).toEqual(places);
      expect([noted.placeOf(0), noted.placeOf(places.length + 1)]).toEqual([null, null]);
    }),
  );
});

it('a place without a number ends what is known', () => {
  const noted = new FeaturePlaces();
  for (const one of ['FID 0', 'somewhere', 'FID 2']) noted.note(one);
  expect([1, 2, 3].map((n) => noted.placeOf(n))).toEqual(['FID 0', null, null]);
});
