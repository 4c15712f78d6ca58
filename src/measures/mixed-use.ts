/** Mixed use (A十六/B37): main and further uses against an allow-list and a negative list, both dated data of this tool. */
import Type, { type Static } from 'typebox';
import type { Verdict } from '../policy/policy-types.js';
import { outcome, refused, say } from './answer.js';
import { defineMeasure } from './define-measure.js';
import { readCode, wantSystem } from './land-use-codes.js';
import type { MeasureContext, Outcome } from './measure-types.js';
import { mixedUseLists, standingOfUse } from './mixed-use-lists.js';
import { codeSystem, flag, inputObject, label, landUseCode, row } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const input = inputObject({
  codeSystem: codeSystem(),
  mainUse: Type.Unsafe<string>({
    ...landUseCode(),
    ...label('主导用途（用地用海代码）', 'Main use (用地用海 code)'),
  }),
  furtherUses: Type.Array(landUseCode(), {
    minItems: 1,
    maxItems: 50,
    ...label('其他用途（用地用海代码）', 'Further uses'),
  }),
  publicSafety: flag('是否涉及公共安全', 'Touches public safety'),
  publicInterest: flag('是否涉及公共利益', 'Touches the public interest'),
  environment: flag('是否涉及环境保护', 'Touches the protection of the environment'),
  specialFunction: flag('是否涉及特殊功能需求', 'Has a special function'),
});

const use = row({
  code: Type.String(),
  label: Type.Union([Type.String(), Type.Null()]),
  standing: Type.String(),
  reason: Type.Union([Type.String(), Type.Null()]),
});
const result = row({
  mainUse: use,
  furtherUses: Type.Array(use),
  excludedBy: Type.Array(Type.String()),
  lists: Type.Unknown(),
});

export const mixedUse = defineMeasure({
  id: 'mixed-use',
  title: say('用地混合利用核验', 'Mixed use of land'),
  summary: say(
    '主辅用途对照准入组合与负面清单；涉及公共安全、公共利益、环境保护及特殊功能的不得混合。',
    'Main and further uses against the allow-list and the negative list; public safety, interest, environment and special functions are excluded.',
  ),
  sources: [sources.a16, sources.b37],
  input,
  result,
  run: async (_parts, given, context) => run(given, context),
});

const exclusions = {
  publicSafety: '公共安全',
  publicInterest: '公共利益',
  environment: '环境保护',
  specialFunction: '特殊功能需求',
} as const;

function run(given: Static<typeof input>, { faults }: MeasureContext): Outcome {
  wantSystem(given.codeSystem, 'ydyh-2023', faults);
  if (faults.length > 0) return refused();
  const main = useOf(given.mainUse, '/mainUse');
  const further = given.furtherUses.map((code, i) => useOf(code, `/furtherUses/${i}`));
  for (const [i, { code }] of further.entries())
    if (code === given.mainUse || given.furtherUses.indexOf(code) !== i)
      faults.push(
        fault(`/furtherUses/${i}`, 'repeated', `用途 ${code} 重复。`, `The use ${code} is there twice.`),
      );
  if (faults.length > 0) return refused();
  const all = [main, ...further];
  const stated = (Object.keys(exclusions) as (keyof typeof exclusions)[]).filter((name) => given[name]);
  const negative = all.filter(({ standing }) => standing === 'negative');
  const unlisted = all.filter(({ standing }) => standing === 'unlisted');
  const verdict: Verdict =
    stated.length + negative.length > 0 ? 'prohibited' : unlisted.length > 0 ? 'attention' : 'clear';
  const list = (uses: typeof all): string =>
    uses.map(({ code, label: name }) => `${code}${name ?? ''}`).join('、');
  const reasons = [
    ...stated.map((name) => exclusions[name]),
    ...negative.map(({ code, reason }) => `${code} ${reason?.zh ?? ''}`),
  ].join('、');
  const reasonsEn = [...stated, ...negative.map(({ code, reason }) => `${code} ${reason?.en ?? ''}`)].join(
    ', ',
  );
  const sentence = {
    prohibited: say(`涉及${reasons}，不得进行多用途混合利用。`, `Excluded from mixed use: ${reasonsEn}.`),
    attention: say(
      `${list(unlisted)} 既不在准入组合也不在负面清单内，须按当地混合土地用途设定规则论证。`,
      `${unlisted.map(({ code }) => code).join(', ')} are on neither list: argue them by the local rules on mixed use.`,
    ),
    clear: say(
      `主导用途 ${list([main])} 与 ${list(further)} 均在鼓励混合的用途之内，可在同一地块或建筑内混合布局，比例按当地规则。`,
      `The main use ${main.code} and ${further.map(({ code }) => code).join(', ')} are among the uses that may be mixed; proportions by the local rules.`,
    ),
    undetermined: say('', ''),
  }[verdict];
  return outcome({
    verdict,
    sentence,
    sources: [sources.a16, sources.b37],
    result: { mainUse: main, furtherUses: further, excludedBy: stated, lists: mixedUseLists },
  });

  function useOf(code: string, pointer: string) {
    const name = readCode(code, pointer, 'ydyh-2023', faults);
    return { code, label: name, ...standingOfUse(code) };
  }
}
