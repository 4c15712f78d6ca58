/** Compares attribute areas with measured ones while features stream by: sums, differences above 10 %, a wrong unit. */
import { type AreaDifference, type BoundedList, createTally } from './certificate.js';

const FLAGGED_SHARE = 0.1;

/** Units that area fields are found in although the standard says m². */
const units = [
  { code: 'ha', zh: '公顷', factor: 1e-4 },
  { code: 'mu', zh: '亩', factor: 3 / 2000 },
  { code: 'km2', zh: '平方公里', factor: 1e-6 },
] as const;

export interface AreaFacts {
  planeM2: number;
  /** Sum of the attribute areas; null when no feature carries one. */
  attributeM2: number | null;
  differences: BoundedList<AreaDifference> & { compared: number };
  /** The unit that nine of ten attribute areas seem to be in when it is not m². */
  likelyUnit: { code: string; zh: string } | null;
}

interface MeasuredFeature {
  featureNo: number;
  bsm: string | null;
  attributeAreaM2: number | null;
  planeAreaM2: number;
}

export interface AreaTally {
  add(feature: MeasuredFeature): void;
  facts(): AreaFacts;
}

export function createAreaTally(): AreaTally {
  const differences = createTally<AreaDifference>();
  const inUnit = units.map(() => 0);
  let planeM2 = 0;
  let attributeM2 = 0;
  let compared = 0;
  return {
    add({ featureNo, bsm, attributeAreaM2, planeAreaM2 }) {
      planeM2 += planeAreaM2;
      if (attributeAreaM2 === null) return;
      compared++;
      attributeM2 += attributeAreaM2;
      if (Math.abs(attributeAreaM2 - planeAreaM2) <= FLAGGED_SHARE * planeAreaM2) return;
      differences.add({ featureNo, bsm, attributeAreaM2, planeAreaM2 });
      for (const [i, unit] of units.entries()) {
        const expected = planeAreaM2 * unit.factor;
        if (Math.abs(attributeAreaM2 - expected) <= 0.02 * expected) inUnit[i]!++;
      }
    },
    facts() {
      const found = units.findIndex((_, i) => compared > 0 && inUnit[i]! >= 0.9 * compared);
      return {
        planeM2,
        attributeM2: compared === 0 ? null : attributeM2,
        differences: { ...differences.list(), compared },
        likelyUnit: found < 0 ? null : { code: units[found]!.code, zh: units[found]!.zh },
      };
    },
  };
}
