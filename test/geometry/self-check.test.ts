import { describe, expect, it } from 'vitest';
import { overlapAreaM2, planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { measureTile } from '../../src/geometry/edge-tile.js';
import { officialAreaM2 } from '../../src/geometry/official-area.js';
import { type CheckedKernel, runKernelSelfCheck } from '../../src/geometry/self-check.js';
import { overlapCases } from '../../src/geometry/self-check-cases.js';
import { exactOverlap } from './exact-overlap.js';

const real: CheckedKernel = { overlapAreaM2, measureTile, officialAreaM2 };

describe('answers of the self-check', () => {
  it.each(overlapCases)('$name: exact arithmetic says the same', ({ a, b, areaM2 }) => {
    const allowed = 1e-12 * Math.max(planarAreaM2(a), planarAreaM2(b));
    expect(Math.abs(exactOverlap(a, b) - areaM2)).toBeLessThanOrEqual(allowed);
  });
});

describe('self-check', () => {
  it('passes the kernel that is shipped', () => {
    const result = runKernelSelfCheck();
    expect(result.failures).toEqual([]);
    expect(result.ok).toBe(true);
    expect(result.cases).toBeGreaterThan(100);
  });

  it.each<[string, Partial<CheckedKernel>]>([
    ['answers nothing', { overlapAreaM2: () => 0 }],
    ['answers not a number', { overlapAreaM2: () => Number.NaN }],
    ['loses every fourth overlap', { overlapAreaM2: losesSome() }],
    ['is off by a millionth', { overlapAreaM2: (a, b) => overlapAreaM2(a, b) * (1 + 1e-6) }],
    [
      'sees the boxes only',
      {
        overlapAreaM2: (a, b) =>
          Math.max(0, Math.min(a.maxX, b.maxX) - Math.max(a.minX, b.minX)) *
          Math.max(0, Math.min(a.maxY, b.maxY) - Math.max(a.minY, b.minY)),
      },
    ],
    ['visits no piece of a tile', { measureTile: () => undefined }],
    [
      'throws on tiles',
      {
        measureTile: () => {
          throw new Error('broken');
        },
      },
    ],
    ['uses the plane for the official area', { officialAreaM2: (rings) => planarAreaM2(rings) }],
    [
      'is a hundredth off in the official area',
      { officialAreaM2: (rings, crs) => officialAreaM2(rings, crs) + 0.01 },
    ],
  ])('refuses a kernel that %s', (_, broken) => {
    const result = runKernelSelfCheck({ ...real, ...broken });
    expect(result.ok).toBe(false);
    expect(result.failures.length).toBeGreaterThan(0);
  });

  it('says which case failed, what was expected and what was found', () => {
    const { failures } = runKernelSelfCheck({ ...real, overlapAreaM2: () => 0 });
    expect(failures[0]).toBe('corner over corner, as it is: 2500 expected, 0 found');
  });
});

function losesSome(): CheckedKernel['overlapAreaM2'] {
  let calls = 0;
  return (a, b) => (++calls % 4 === 0 ? 0 : overlapAreaM2(a, b));
}
