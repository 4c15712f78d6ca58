/**
 * Does a range lie inside another: temporary land inside the project's land (B24), a renewal inside the range of the first
 * term and its total term (B28), a development zone's new range inside the urban boundary (B2), plots inside a plan (A 十二).
 */
import Type, { type Static } from 'typebox';
import type { Verdict } from '../policy/policy-types.js';
import { basis, collection, drawn, figure, outcome, print, refused, say } from './answer.js';
import { insideBoundary } from './boundary-containment.js';
import { defineMeasure } from './define-measure.js';
import { type Compared, cents, compareRanges, isThin } from './ground.js';
import type { MeasureContext, MeasureParts, MissingInput, Outcome } from './measure-types.js';
import { readRanges } from './ranges.js';
import { day, flag, inputObject, label, layerOptions, m2, ranges, row } from './schemas.js';
import { sources } from './sources.js';
import { type Terms, termsOf } from './terms.js';

const kind = <K extends string>(name: K, zh: string, en: string) => Type.Literal(name, label(zh, en));

const temporary = inputObject({
  kind: kind('temporary-land', '第24条 临时用地', 'Measure 24, temporary land'),
  inner: ranges('临时用地范围', 'The temporary land'),
  outer: ranges('项目用地红线范围', "The project's land (用地红线)"),
});
const renewal = inputObject({
  kind: kind('renewal', '第28条 临时用地续期', 'Measure 28, renewal of temporary land'),
  inner: ranges('续期范围', 'The range to be renewed'),
  outer: ranges('首次批准的范围', 'The range of the first approval'),
  firstFrom: day('首次使用起始日', 'First day of the first term'),
  firstTo: day('首次使用到期日', 'Last day of the first term'),
  renewTo: day('续期到期日', 'Last day of the renewed term'),
});
const zone = inputObject({
  kind: kind('development-zone', '第2条 开发区扩区、调区', 'Measure 2, extension of a development zone'),
  inner: ranges('扩区、调区后的范围', "The zone's new range"),
  assessmentPassed: flag(
    '是否符合高质量发展综合考核评价和土地开发率等要求',
    'Whether the zone meets the assessment and the rate of land developed',
  ),
  ...layerOptions,
});
const planArea = inputObject({
  kind: kind('development-plan', '(十二) 成片开发范围', 'Measure (十二), area of a development plan'),
  inner: ranges('拟供应地块', 'The plots to be supplied'),
  outer: ranges('已批准的成片开发方案范围', 'The range of the approved development plan'),
});

const input = Type.Union([temporary, renewal, zone, planArea]);
type Input = Static<typeof input>;
type TwoRanges = Exclude<Input, Static<typeof zone>>;

/** Strips narrower than this are a border drawn twice (the packs' noise width). */
const BORDER_M = 0.002;

const result = row({
  innerM2: m2(),
  insideM2: m2(),
  outsideM2: m2(),
  undeterminedM2: m2('Ground about which the registered layer says nothing'),
  thin: Type.Boolean({ description: 'What lies outside is a border drawn twice (narrower than 0.002 m)' }),
  givenUpM2: Type.Union([Type.Number(), Type.Null()], {
    description: 'Part of the old range that is not renewed',
  }),
  terms: Type.Union([Type.Unknown(), Type.Null()]),
});

export const containment = defineMeasure({
  id: 'containment',
  title: say('范围包含核验', 'One range inside another'),
  summary: say(
    '临时用地是否在用地红线内、续期是否在原范围内及总期限、开发区新范围是否突破城镇开发边界、地块是否在成片开发范围内。',
    'Temporary land, renewals with their total term, development zones in the urban boundary, plots in a development plan.',
  ),
  sources: [sources.b2, sources.b24, sources.b28, sources.a12],
  input,
  result,
  layers: ['czkfbj'],
  run: (parts, given, context) =>
    given.kind === 'development-zone'
      ? inZoneBoundary(parts, given, context)
      : inGivenRange(parts, given, context),
});

async function inGivenRange(
  parts: MeasureParts,
  given: TwoRanges,
  context: MeasureContext,
): Promise<Outcome> {
  const { inner, outer, kind } = given;
  const terms = kind === 'renewal' ? termsOf(given, context.faults) : undefined;
  const read = await readRanges(parts, context, given.crs, { inner, outer });
  if (!read || context.faults.length > 0) return refused();
  const compared = await compareRanges(parts.geos, read.inner, read.outer);
  const thin = compared.lostM2 > 0 && (await isThin(parts.geos, compared.lost, BORDER_M));
  const { epsg } = read.inner;
  return outcome({
    ...judge(kind, compared, thin, terms),
    thresholds: terms?.thresholds ?? [],
    figures: [...figuresOf(read.inner.areaM2, compared, kind), ...(terms?.figures ?? [])],
    warnings: [...read.inner.warnings, ...read.outer.warnings],
    result: {
      ...{ innerM2: read.inner.areaM2, insideM2: compared.keptM2, outsideM2: compared.lostM2 },
      ...{ undeterminedM2: 0, thin, givenUpM2: kind === 'renewal' ? compared.gainedM2 : null },
      terms: terms?.result ?? null,
    },
    geometry: collection([
      ...(compared.lost.length > 0
        ? [drawn('outside', compared.lost, epsg, { part: 'outside', areaM2: compared.lostM2 })]
        : []),
      ...(kind === 'renewal' && compared.gained.length > 0
        ? [drawn('given-up', compared.gained, epsg, { part: 'given-up', areaM2: compared.gainedM2 })]
        : []),
    ]),
  });
}

const figuresOf = (innerM2: number, { keptM2, lostM2, gainedM2 }: Compared, kind: TwoRanges['kind']) => [
  figure('inner', '核验范围面积', 'Area of the range', innerM2, 'm2', basis.ellipsoid),
  figure('inside', '其中在范围内', 'Inside', keptM2, 'm2', basis.ellipsoid),
  figure('outside', '其中在范围外', 'Outside', lostM2, 'm2', basis.ellipsoid),
  ...(kind === 'renewal'
    ? [figure('given-up', '不再继续使用的面积', 'Given up', gainedM2, 'm2', basis.ellipsoid)]
    : []),
];

type Judged = Pick<Outcome, 'verdict' | 'sentence' | 'sources'>;

function judge(kind: TwoRanges['kind'], compared: Compared, thin: boolean, terms: Terms | undefined): Judged {
  const { lostM2, gainedM2 } = compared;
  const inside = lostM2 === 0 || thin;
  const strip = thin
    ? say(`（另有边界误差 ${print(lostM2)} ㎡）`, ` (border noise ${print(lostM2)} m²)`)
    : say('', '');
  switch (kind) {
    case 'temporary-land':
      return {
        verdict: inside ? 'clear' : 'attention',
        sentence: inside
          ? say(
              `临时用地全部位于项目用地红线范围内${strip.zh}，用途仍应符合临时用地的有关规定。`,
              `The temporary land lies inside the project's land${strip.en}; its use must still be one allowed for temporary land.`,
            )
          : say(
              `临时用地有 ${print(lostM2)} ㎡ 位于项目用地红线范围外，该部分不适用在红线范围内选取临时用地的规定，应调整或另行办理。`,
              `${print(lostM2)} m² of the temporary land lie outside the project's land; the permission does not cover them.`,
            ),
        sources: [sources.b24],
      };
    case 'renewal':
      return judgeRenewal(inside, strip, lostM2, gainedM2, terms!);
    case 'development-plan':
      return {
        verdict: inside ? 'clear' : 'attention',
        sentence: inside
          ? say(
              `地块全部位于已批准的成片开发方案范围内${strip.zh}。`,
              `The plots lie inside the approved development plan${strip.en}.`,
            )
          : say(
              `地块有 ${print(lostM2)} ㎡ 位于已批准的成片开发方案范围外，成片开发工作应并联开展。`,
              `${print(lostM2)} m² of the plots lie outside the approved development plan; that work has still to be done.`,
            ),
        sources: [sources.a12],
      };
  }
}

function judgeRenewal(
  inside: boolean,
  strip: { zh: string; en: string },
  lostM2: number,
  givenUpM2: number,
  terms: Terms,
): Judged {
  const problemsZh = [
    ...(inside ? [] : [`续期范围有 ${print(lostM2)} ㎡ 超出原批准范围`]),
    ...terms.problems.map(({ zh }) => zh),
  ];
  const problemsEn = [
    ...(inside ? [] : [`${print(lostM2)} m² lie outside the range approved first`]),
    ...terms.problems.map(({ en }) => en),
  ];
  const verdict: Verdict = problemsZh.length === 0 ? 'clear' : 'prohibited';
  return {
    verdict,
    sentence:
      verdict === 'clear'
        ? say(
            `续期范围位于原批准范围内${strip.zh}，扣除不再继续使用的 ${print(givenUpM2)} ㎡；${terms.sentence.zh}。`,
            `The renewed range lies inside the first one${strip.en}, ${print(givenUpM2)} m² are given up; ${terms.sentence.en}.`,
          )
        : say(`不符合续期条件：${problemsZh.join('；')}。`, `Cannot be renewed: ${problemsEn.join('; ')}.`),
    sources: [sources.b28],
  };
}

async function inZoneBoundary(
  parts: MeasureParts,
  given: Static<typeof zone>,
  context: MeasureContext,
): Promise<Outcome> {
  const read = await readRanges(parts, context, given.crs, { inner: given.inner });
  if (!read) return refused();
  const found = await insideBoundary(parts, read.inner, given.asOf, context.signal);
  const missing: MissingInput[] = found.missing;
  const verdicts: Verdict[] = [
    found.outsideM2 > 0 && !found.thinOutside ? 'prohibited' : 'clear',
    found.undeterminedM2 > 0 && !found.thinUndetermined ? 'undetermined' : 'clear',
    given.assessmentPassed ? 'clear' : 'prohibited',
  ];
  const verdict = verdicts.includes('prohibited')
    ? 'prohibited'
    : verdicts.includes('undetermined')
      ? 'undetermined'
      : 'clear';
  return outcome({
    verdict,
    sentence: boundarySentence(found, given.assessmentPassed),
    sources: [sources.b2],
    missing,
    figures: [
      figure('inner', '新范围面积', 'Area of the new range', read.inner.areaM2, 'm2', basis.ellipsoid),
      figure('inside', '城镇开发边界内', 'Inside the urban boundary', found.insideM2, 'm2', basis.ellipsoid),
      figure(
        'outside',
        '城镇开发边界外',
        'Outside the urban boundary',
        found.outsideM2,
        'm2',
        basis.ellipsoid,
      ),
      figure('unknown', '无数据', 'No data', found.undeterminedM2, 'm2', basis.ellipsoid),
    ],
    layers: found.layers,
    warnings: [...read.inner.warnings, ...found.warnings],
    result: {
      ...{ innerM2: read.inner.areaM2, insideM2: cents(found.insideM2), outsideM2: found.outsideM2 },
      ...{ undeterminedM2: found.undeterminedM2, thin: found.outsideM2 > 0 && found.thinOutside },
      ...{ givenUpM2: null, terms: null },
    },
    geometry: collection(
      found.pieces.map(({ part, rings }) => drawn(part, rings, read.inner.epsg, { part })),
    ),
  });
}

function boundarySentence(
  { outsideM2, thinOutside, undeterminedM2, thinUndetermined }: Awaited<ReturnType<typeof insideBoundary>>,
  assessed: boolean,
) {
  const zh: string[] = [];
  const en: string[] = [];
  if (outsideM2 > 0 && !thinOutside) {
    zh.push(`新范围有 ${print(outsideM2)} ㎡ 突破城镇开发边界`);
    en.push(`${print(outsideM2)} m² of the new range lie outside the urban development boundary`);
  }
  if (undeterminedM2 > 0 && !thinUndetermined) {
    zh.push(`另有 ${print(undeterminedM2)} ㎡ 无城镇开发边界数据，无法判定`);
    en.push(`for ${print(undeterminedM2)} m² there are no data of the boundary`);
  }
  if (zh.length === 0) {
    zh.push('新范围全部位于城镇开发边界内，未突破边界');
    en.push('the new range lies inside the urban development boundary');
  }
  if (!assessed) {
    zh.push('不符合高质量发展综合考核评价和土地开发率等要求');
    en.push('the zone does not meet the assessment and the rate of land developed');
  }
  const text = en.join('; ');
  return say(`${zh.join('；')}。`, `${text[0]!.toUpperCase()}${text.slice(1)}.`);
}
