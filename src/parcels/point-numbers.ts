/**
 * 界址点号 of parcels that came as 国土 TXT: one property, in the shape of the parcel's coordinates as they are kept. The
 * reader hands them over as the file has them; rings may be wound anew or lose repeated vertices after that.
 */
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';
import type { TxtParcel } from '../formats/txt-types.js';
import type { PointNumbers } from '../formats/write-txt.js';
import type { Parcel } from './parcel-types.js';

const POINT_NUMBERS = '界址点号';

/** The parcel with its numbers in the order of `source`; without them where a repair made points that have none. */
export function withPointNumbers<P extends Parcel>(parcel: P, txt: TxtParcel): P {
  const { [POINT_NUMBERS]: _, ...properties } = parcel.properties;
  const numbers = inOrderOf(parcel.source, txt);
  return { ...parcel, properties: numbers ? { ...properties, [POINT_NUMBERS]: numbers } : properties };
}

function inOrderOf(source: MultiPolygonRings, { rings, pointNumbers }: TxtParcel): PointNumbers | undefined {
  let isWhole = true;
  const numbers = source.map((polygon, p) =>
    polygon.map((ring, r) => {
      // two rings may share a point under two numbers: the ring's own come first
      const own = numbersByPlace(rings[p]?.[r] ?? [], pointNumbers[p]?.[r] ?? []);
      return ring.map((position) => {
        const number = own.get(placeOf(position));
        isWhole &&= number !== undefined;
        return number ?? '';
      });
    }),
  );
  return isWhole ? numbers : undefined;
}

const placeOf = ([x, y]: Position): string => `${x} ${y}`;

function numbersByPlace(ring: readonly Position[], numbers: readonly string[]): Map<string, string> {
  const byPlace = new Map<string, string>();
  for (const [i, position] of ring.entries()) {
    const place = placeOf(position);
    if (!byPlace.has(place)) byPlace.set(place, numbers[i] ?? '');
  }
  return byPlace;
}

/** Undefined where there are none, or where they are not one for each position (a file that somebody edited). */
export function pointNumbersOf({
  properties,
  source,
}: Pick<Parcel, 'properties' | 'source'>): PointNumbers | undefined {
  const given = properties[POINT_NUMBERS];
  // a parcel of one part may have been written as a Polygon
  for (const numbers of [given, [given]]) if (fits(numbers, source)) return numbers;
  return undefined;
}

function fits(numbers: unknown, source: MultiPolygonRings): numbers is PointNumbers {
  const isList = (value: unknown, length: number): value is unknown[] =>
    Array.isArray(value) && value.length === length;
  return (
    isList(numbers, source.length) &&
    source.every((polygon, p) => {
      const ofPart = numbers[p];
      return (
        isList(ofPart, polygon.length) &&
        polygon.every((ring, r) => {
          const ofRing = ofPart[r];
          return isList(ofRing, ring.length) && ofRing.every((one) => typeof one === 'string' && one !== '');
        })
      );
    })
  );
}

/** What was submitted as a file shows it: numbers in the shape of a Polygon where the parcel is written as one. */
export function shownProperties(parcel: Pick<Parcel, 'properties' | 'source'>): Parcel['properties'] {
  if (!Object.hasOwn(parcel.properties, POINT_NUMBERS)) return parcel.properties;
  const numbers = pointNumbersOf(parcel);
  if (!numbers) return parcel.properties;
  return { ...parcel.properties, [POINT_NUMBERS]: numbers.length === 1 ? numbers[0] : numbers };
}
