import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { Check, CheckSummary } from '../../src/checks/check-types.js';
import { CheckSchema, type CheckSummarySchema } from '../../src/http/check-schemas.js';
import { checkExample } from '../../src/http/examples.js';
import type { Localized } from '../../src/http/language.js';
import type { LayerSchema, LayerVersionSchema, RulePackSchema } from '../../src/http/layer-schemas.js';
import type { LayerInfo, LayerVersionInfo, RulePackDocument } from '../../src/http/service.js';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

describe('schemas', () => {
  it('say the same as the types of the rooms (does not compile otherwise)', () => {
    const check: Same<Static<typeof CheckSchema>, Localized<Check>> = true;
    const summary: Same<Static<typeof CheckSummarySchema>, Localized<CheckSummary>> = true;
    const layer: Same<Static<typeof LayerSchema>, Localized<LayerInfo>> = true;
    const version: Same<Static<typeof LayerVersionSchema>, Localized<LayerVersionInfo>> = true;
    const rulePack: Same<Static<typeof RulePackSchema>, Localized<RulePackDocument>> = true;
    expect([check, summary, layer, version, rulePack]).not.toContain(false);
  });

  it('refuse a check without a verdict', () => {
    const { verdict, ...rest } = checkExample;
    expect(verdict).toBe('attention');
    expect(Value.Check(CheckSchema, checkExample)).toBe(true);
    expect(Value.Check(CheckSchema, rest)).toBe(false);
  });
});
