import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rehearseCheck } from '../../src/checks/rehearse-check.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import type { PolicyLibrary, Rule } from '../../src/policy/rule-pack-types.js';

let geos: GeosPool;
beforeAll(() => {
  geos = new GeosPool({ workers: 1 });
});
afterAll(() => geos.close());

/** The packs with every rule on the red line changed. */
function withRedLine(change: (rule: Rule) => Rule): PolicyLibrary {
  const library = builtInRulePacks();
  return {
    ...library,
    packs: library.packs.map((pack) => ({
      ...pack,
      ...(pack.rules && {
        rules: pack.rules.flatMap((rule) => {
          if (!('layer' in rule.measure) || rule.measure.layer !== 'stbhhx') return [rule];
          return [change(rule)];
        }),
      }),
    })),
  };
}

describe('rehearsal before anything is served', () => {
  it('comes out as it was laid out, without a database', async () => {
    expect(await rehearseCheck(geos, builtInRulePacks(), () => false)).toEqual({
      ok: true,
      rounds: 0,
      failures: [],
    });
  });

  it('goes on in rounds for as long as it may', async () => {
    let rounds = 3;
    const gone = await rehearseCheck(geos, builtInRulePacks(), () => rounds-- > 0);
    expect(gone.rounds).toBe(3);
  });

  it('fails where a parcel in the red line comes out clear', async () => {
    const blind = withRedLine((rule) => ({
      ...rule,
      when: { ...rule.when, op: '>', unit: 'm2', value: 1e12 },
    }));
    const { ok, failures } = await rehearseCheck(geos, blind, () => true);
    expect(ok).toBe(false);
    expect(failures.join('\n')).toMatch(/within: .*clear/);
  });

  it('fails where a parcel off it does not', async () => {
    const outside = withRedLine(
      (rule) => ({ ...rule, measure: { kind: 'outside', layer: 'stbhhx' } }) as Rule,
    );
    const { failures } = await rehearseCheck(geos, outside, () => true);
    expect(failures.join('\n')).toMatch(/off: 0 m²/);
  });
});
