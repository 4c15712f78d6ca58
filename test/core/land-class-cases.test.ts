import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dlbmCodes, dlbmGroups } from '../../src/core/dlbm.js';
import { ydyhCodes } from '../../src/core/ydyh.js';
import { getRulePack } from '../../src/policy/find-rule-pack.js';
import { builtInRulePacks } from '../../src/policy/load-rule-packs.js';

interface Cases {
  dlbm: { code: string; label: string; group: string }[];
  unknown: { code: string }[];
  sameDigits: { code: string; dlbm: string; ydyh: string }[];
  threeClasses: { code: string; default: string }[];
}
const cases = JSON.parse(
  readFileSync(new URL('../cases/core/land-classes.json', import.meta.url), 'utf8'),
) as Cases;

describe('land classes of the numbered facts', () => {
  it.each(cases.dlbm)('$code is $label', ({ code, label, group }) => {
    expect(dlbmCodes.get(code)).toMatchObject({ label, group });
  });

  it.each(cases.unknown)('$code is no class of a patch', ({ code }) =>
    expect(dlbmCodes.has(code)).toBe(false),
  );

  it.each(cases.sameDigits)('$code is $dlbm in one list and $ydyh in the other', ({ code, dlbm, ydyh }) => {
    expect([dlbmGroups.get(code), ydyhCodes.get(code)?.label]).toEqual([dlbm, ydyh]);
  });

  const { classTables } = getRulePack(builtInRulePacks(), 'jiaozuo-2025');
  const { groupsOf } = classTables['land-classes']!;
  it.each(cases.threeClasses)('$code counts as $default', ({ code, default: expected }) => {
    expect(groupsOf[code]!.filter((group) => ['N', 'J', 'W'].includes(group))).toEqual([expected]);
  });
});
