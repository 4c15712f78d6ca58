/**
 * Phases of a project (B22 by the feasibility study, B25 reservoirs by the building schedule): the phases must lie in the
 * project, not overlap, and what no phase takes is named. The clause divides by the study, not by districts.
 */
import Type, { type Static } from 'typebox';
import { basis, collection, drawn, figure, outcome, print, refused, say } from './answer.js';
import { defineMeasure } from './define-measure.js';
import { isThin } from './ground.js';
import type { MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { type Partition, partition } from './partition.js';
import { inZone, type Range, readRanges } from './ranges.js';
import { flag, inputObject, m2, oneOf, ranges, row } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const input = inputObject({
  project: ranges('项目用地总范围', 'The land of the whole project'),
  phases: ranges('各期范围，属性 phase 为期次', 'The ranges of the phases; property `phase` names each'),
  projectKind: oneOf(
    ['reservoir', 'other'] as const,
    '项目类型：大型水库、水电项目 reservoir / 其他 other',
    'reservoir (large reservoirs and hydropower) or other',
  ),
  documentedInStudy: flag(
    '分期建设内容是否在可行性研究报告确定的方案或可行性研究批复中明确',
    'Whether the feasibility study or its approval sets out the phases',
  ),
});
type Input = Static<typeof input>;

const BORDER_M = 0.002;

const result = row({
  totalM2: m2(),
  phases: Type.Array(
    row({
      phase: Type.String(),
      areaM2: m2(),
      sharedM2: m2('Already in an earlier phase'),
      beyondM2: m2('Outside the project'),
    }),
  ),
  restM2: m2('Ground of the project in no phase'),
});

export const phasesMeasure = defineMeasure({
  id: 'phases',
  title: say('分期报批核验', 'Phases of a project'),
  summary: say(
    '各期范围与项目总范围的关系：各期面积闭合，重叠、超出与未纳入部分。',
    'Phases against the whole project: areas that close, overlaps, ground beyond, ground in no phase.',
  ),
  sources: [sources.b22, sources.b25],
  input,
  result,
  run,
});

async function run(parts: MeasureParts, given: Input, context: MeasureContext): Promise<Outcome> {
  const { project, phases } = given;
  const read = await readRanges(parts, context, given.crs, { project, phases });
  if (!read) return refused();
  const grouped = await groupByPhase(parts, read.phases, read.project.epsg, context);
  if (context.faults.length > 0) return refused();
  const divided = await partition(parts.geos, read.project, grouped);
  const thinRest = await isThin(parts.geos, divided.rest, BORDER_M);
  const { epsg } = read.project;
  return outcome({
    ...judge(given, divided, thinRest),
    figures: [
      figure('total', '项目总面积', 'Area of the project', divided.wholeM2, 'm2', basis.ellipsoid),
      ...divided.pieces.map(({ id, areaM2 }) =>
        figure(`phase-${id}`, `${id} 期`, `Phase ${id}`, areaM2, 'm2', basis.ellipsoid),
      ),
      figure('rest', '未纳入任何一期', 'In no phase', divided.restM2, 'm2', basis.ellipsoid),
    ],
    warnings: [...read.project.warnings, ...read.phases.warnings],
    result: {
      totalM2: divided.wholeM2,
      phases: divided.pieces.map(({ id, areaM2, sharedM2, beyondM2 }) => ({
        phase: id,
        areaM2,
        sharedM2,
        beyondM2,
      })),
      restM2: divided.restM2,
    },
    geometry: collection(
      divided.rest.length > 0
        ? [drawn('rest', divided.rest, epsg, { part: 'rest', areaM2: divided.restM2 })]
        : [],
    ),
  });
}

async function groupByPhase(parts: MeasureParts, range: Range, epsg: number, context: MeasureContext) {
  const groups = new Map<string, Range['plane'][]>();
  for (const [i, parcel] of range.parcels.entries()) {
    const { phase } = parcel.properties;
    if (typeof phase !== 'string' && typeof phase !== 'number') {
      context.faults.push(
        fault(
          `/phases/features/${i}/properties/phase`,
          'missing-member',
          '缺少期次 phase。',
          'The property phase is missing.',
        ),
      );
      continue;
    }
    groups.set(String(phase), [...(groups.get(String(phase)) ?? []), inZone(parcel, epsg)]);
  }
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return Promise.all(
    sorted.map(async ([id, planes]) => ({
      id,
      plane: planes.length === 1 ? planes[0]! : await parts.geos.union(planes),
    })),
  );
}

function judge(
  { projectKind, documentedInStudy }: Input,
  { pieces, restM2 }: Partition,
  thinRest: boolean,
): Pick<Outcome, 'verdict' | 'sentence' | 'sources'> {
  const zh: string[] = [];
  const en: string[] = [];
  for (const { id, sharedM2, beyondM2 } of pieces) {
    if (beyondM2 > 0) {
      zh.push(`${id} 期有 ${print(beyondM2)} ㎡ 超出项目总范围`);
      en.push(`phase ${id} reaches ${print(beyondM2)} m² beyond the project`);
    }
    if (sharedM2 > 0) {
      zh.push(`${id} 期有 ${print(sharedM2)} ㎡ 与前期重叠`);
      en.push(`phase ${id} overlaps earlier phases by ${print(sharedM2)} m²`);
    }
  }
  const reservoir = projectKind === 'reservoir';
  const undocumented = !reservoir && !documentedInStudy;
  if (undocumented) {
    zh.push('分期建设内容未在可行性研究报告确定的方案或可行性研究批复中明确，不得分期申请');
    en.push('the feasibility study does not set out the phases, so they cannot be applied for one by one');
  }
  const rest = restM2 > 0 && !thinRest;
  const tail = rest
    ? say(`；未纳入任何一期 ${print(restM2)} ㎡`, `; ${print(restM2)} m² are in no phase`)
    : say('', '');
  if (zh.length === 0) {
    zh.push(`${pieces.length} 期范围互不重叠，均在项目总范围内，可分期申请`);
    en.push(
      `the ${pieces.length} phases lie in the project without overlapping and can be applied for one by one`,
    );
  }
  const conflict = undocumented || pieces.some(({ sharedM2, beyondM2 }) => sharedM2 > 0 || beyondM2 > 0);
  const text = en.join('; ');
  return {
    verdict: undocumented ? 'prohibited' : conflict || rest ? 'attention' : 'clear',
    sentence: say(`${zh.join('；')}${tail.zh}。`, `${text[0]!.toUpperCase()}${text.slice(1)}${tail.en}.`),
    sources: [reservoir ? sources.b25 : sources.b22],
  };
}
