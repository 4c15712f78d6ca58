/**
 * Has a range changed (B18: the siting may not, before work starts early), and which plots of a set have (B43: decides who
 * must approve). Areas by the kernel; lost and gained ground is drawn by GEOS.
 */
import Type, { type Static } from 'typebox';
import type { Verdict } from '../policy/policy-types.js';
import { basis, collection, drawn, figure, outcome, print, refused, say, sumM2 } from './answer.js';
import { defineMeasure } from './define-measure.js';
import { type Compared, cents, compareRanges, isThin } from './ground.js';
import type { AnswerFeature, MeasureContext, MeasureParts, Outcome, Threshold } from './measure-types.js';
import { changedPlots, type PlotChange } from './plot-changes.js';
import { metresOf } from './quantity.js';
import { type Range, readRanges } from './ranges.js';
import { area, inputObject, length, m2, oneOf, ranges, row } from './schemas.js';
import { sources } from './sources.js';

const input = inputObject({
  purpose: oneOf(
    ['siting-unchanged', 'development-plots'] as const,
    '用途：选址范围是否变化 siting-unchanged（第18条），成片开发地块是否变化 development-plots（第43条）',
    'siting-unchanged (measure 18) or development-plots (measure 43)',
  ),
  before: ranges(
    '原范围（预审批准的范围，或原方案的地块）',
    'The range at pre-review, or the plots of the approved plan',
  ),
  after: ranges('现范围', 'The range, or the plots, now'),
  tolerance: Type.Optional(
    area('容许的变化面积，缺省为 0', 'Area of change that is let pass as none; 0 when absent'),
  ),
  toleranceWidth: Type.Optional(
    length(
      '边界误差宽度，缺省 0.002 米',
      'Strips narrower than this are a border drawn twice; 0.002 m when absent',
    ),
  ),
});

type Input = Static<typeof input>;

const DEFAULT_WIDTH_M = 0.002;

const result = row({
  beforeM2: m2(),
  afterM2: m2(),
  keptM2: m2(),
  lostM2: m2(),
  gainedM2: m2(),
  changedM2: m2('lost + gained, m²'),
  toleranceM2: Type.Number(),
  toleranceWidthM: Type.Number(),
  thin: Type.Boolean({ description: 'All of the change is narrower than toleranceWidthM' }),
  plots: Type.Array(Type.Unknown()),
});

export const rangeChange = defineMeasure({
  id: 'range-change',
  title: say('范围变化比对', 'Change of a range'),
  summary: say(
    '比较两个范围：失去与增加的部分、容差与原始数值；成片开发方案逐地块比对。',
    'Compares two ranges: ground lost and gained, raw figure and tolerance; plot by plot for a development plan.',
  ),
  sources: [sources.b18, sources.b43],
  input,
  result,
  run: compare,
});

async function compare(parts: MeasureParts, given: Input, context: MeasureContext): Promise<Outcome> {
  const { before, after } = given;
  const read = await readRanges(parts, context, given.crs, { before, after });
  if (!read) return refused();
  const limits = limitsOf(given);
  const compared = await compareRanges(parts.geos, read.before, read.after);
  const changedM2 = sumM2([compared.lostM2, compared.gainedM2]);
  const thin = changedM2 > 0 && (await allThin(parts, compared, limits.widthM));
  const plots =
    given.purpose === 'development-plots'
      ? await changedPlots(parts.geos, read.before, read.after, limits)
      : [];
  const same = changedM2 <= limits.areaM2 || thin;
  const judged =
    given.purpose === 'siting-unchanged' ? judgeSiting(same, compared, limits) : judgePlots(plots);
  return outcome({
    ...judged,
    thresholds: [toleranceOf(given.purpose, limits)],
    figures: figuresOf(read, compared, changedM2),
    warnings: [...read.before.warnings, ...read.after.warnings],
    result: {
      beforeM2: read.before.areaM2,
      afterM2: read.after.areaM2,
      keptM2: compared.keptM2,
      lostM2: compared.lostM2,
      gainedM2: compared.gainedM2,
      changedM2,
      toleranceM2: limits.areaM2,
      toleranceWidthM: limits.widthM,
      thin,
      plots: plots.map(({ lost: _lost, gained: _gained, ...plot }) => plot),
    },
    geometry: collection([...drawChange(read.before.epsg, compared), ...drawPlots(read.before.epsg, plots)]),
  });
}

export interface ChangeLimits {
  areaM2: number;
  widthM: number;
}

function limitsOf({ tolerance, toleranceWidth }: Input): ChangeLimits {
  const perUnit = { m2: 1, mu: 2000 / 3, ha: 10_000, km2: 1e6 } as const;
  return {
    areaM2: tolerance ? cents(tolerance.value * perUnit[tolerance.unit]) : 0,
    widthM: toleranceWidth ? metresOf(toleranceWidth) : DEFAULT_WIDTH_M,
  };
}

const allThin = async (
  { geos }: MeasureParts,
  { lost, gained }: Compared,
  widthM: number,
): Promise<boolean> => (await isThin(geos, lost, widthM)) && (await isThin(geos, gained, widthM));

function judgeSiting(
  same: boolean,
  { lostM2, gainedM2 }: Compared,
  { areaM2, widthM }: ChangeLimits,
): Pick<Outcome, 'verdict' | 'sentence' | 'sources'> {
  const change = `减少 ${print(lostM2)} ㎡、增加 ${print(gainedM2)} ㎡`;
  const changeEn = `${print(lostM2)} m² lost, ${print(gainedM2)} m² gained`;
  const tolerance = `容差 ${print(areaM2)} ㎡、边界误差宽度 ${widthM} 米`;
  const toleranceEn = `tolerance ${print(areaM2)} m², border width ${widthM} m`;
  const verdict: Verdict = same ? 'clear' : 'attention';
  const sentence = same
    ? say(
        `经比对，项目选址范围未发生变化（${change}；${tolerance}），可先行开展用地报批基础性工作。`,
        `The siting range has not changed (${changeEn}; ${toleranceEn}); preparatory work may start early.`,
      )
    : say(
        `经比对，项目选址范围已发生变化（${change}；${tolerance}），不符合“选址范围不发生变化”的前提，应先核实或重新办理选址手续。`,
        `The siting range has changed (${changeEn}; ${toleranceEn}); the condition that it does not is not met.`,
      );
  return { verdict, sentence, sources: [sources.b18] };
}

function judgePlots(plots: readonly PlotChange[]): Pick<Outcome, 'verdict' | 'sentence' | 'sources'> {
  const changed = plots.filter(({ change }) => change !== 'same' && change !== 'renumbered');
  const names = changed
    .slice(0, 10)
    .map(({ before, after }) => before ?? after)
    .join('、');
  if (changed.length === 0) {
    return {
      verdict: 'clear',
      sentence: say(
        `经比对，${plots.length} 个地块均未变化；调整仅涉及实施进度安排的，调整方案报省自然资源厅备案。`,
        `None of the ${plots.length} plots has changed; a change of the schedule alone is filed with the provincial department.`,
      ),
      sources: [sources.b43],
    };
  }
  return {
    verdict: 'attention',
    sentence: say(
      `经比对，${plots.length} 个地块中有 ${changed.length} 个发生变化（${names}），调整方案应报省政府批准。`,
      `${changed.length} of ${plots.length} plots have changed (${names}); the adjusted plan needs the provincial government's approval.`,
    ),
    sources: [sources.b43],
  };
}

const toleranceOf = (purpose: Input['purpose'], { areaM2 }: ChangeLimits): Threshold => ({
  id: 'changed',
  op: '<=',
  value: areaM2,
  unit: 'm2',
  source: purpose === 'siting-unchanged' ? sources.b18 : sources.b43,
  note: say(
    '条文只说“不发生变化”，没有容差；容差由提交者给出，缺省为 0，并与原始数值并列。',
    'The clause says "does not change" and gives no tolerance; it is the applicant\'s, 0 by default, and stands beside the raw figure.',
  ),
});

function figuresOf(read: Record<'before' | 'after', Range>, compared: Compared, changedM2: number) {
  const { keptM2, lostM2, gainedM2 } = compared;
  return [
    figure('before', '原范围面积', 'Area before', read.before.areaM2, 'm2', basis.ellipsoid),
    figure('after', '现范围面积', 'Area now', read.after.areaM2, 'm2', basis.ellipsoid),
    figure('kept', '不变的面积', 'Unchanged ground', keptM2, 'm2', basis.ellipsoid),
    figure('lost', '减少的面积', 'Ground lost', lostM2, 'm2', basis.ellipsoid),
    figure('gained', '增加的面积', 'Ground gained', gainedM2, 'm2', basis.ellipsoid),
    figure('changed', '变化面积（减少与增加之和）', 'Symmetric difference', changedM2, 'm2', basis.ellipsoid),
  ];
}

function drawChange(epsg: number, { lost, gained, lostM2, gainedM2 }: Compared): AnswerFeature[] {
  return [
    ...(lost.length > 0 ? [drawn('lost', lost, epsg, { change: 'lost', areaM2: lostM2 })] : []),
    ...(gained.length > 0 ? [drawn('gained', gained, epsg, { change: 'gained', areaM2: gainedM2 })] : []),
  ];
}

function drawPlots(epsg: number, plots: readonly PlotChange[]): AnswerFeature[] {
  return plots.flatMap(({ before, after, change, lost, gained, lostM2, gainedM2 }) => {
    const name = before ?? after ?? '';
    const about = { before, after, change };
    return [
      ...(lost.length > 0 && change === 'reshaped'
        ? [drawn(`${name}/lost`, lost, epsg, { ...about, part: 'lost', areaM2: lostM2 })]
        : []),
      ...(gained.length > 0 && change === 'reshaped'
        ? [drawn(`${name}/gained`, gained, epsg, { ...about, part: 'gained', areaM2: gainedM2 })]
        : []),
    ];
  });
}
