/** 净地 (A十八): rights and buildings that still lie on a parcel; which of them may be supplied together with the land. */
import Type, { type Static } from 'typebox';
import { crsTable } from '../core/crs.js';
import { roundHalfUp } from '../core/units.js';
import { planeToAnalysis } from '../geometry/planes.js';
import { Shape } from '../overlay/shapes.js';
import type { Parcel } from '../parcels/parcel-types.js';
import type { Verdict } from '../policy/policy-types.js';
import { basis, collection, drawn, figure, outcome, print, refused, say } from './answer.js';
import { defineMeasure } from './define-measure.js';
import { overlapM2 } from './ground.js';
import type { MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { inZone, type Range, readRanges } from './ranges.js';
import { flag, inputObject, m2, ranges, row } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const input = inputObject({
  parcel: ranges('拟供应宗地', 'The parcel to be supplied'),
  rights: ranges(
    '已登记权利与建筑物：属性 kind（right/building）、cancelled（是否已注销），建筑物另有 acquired（confiscated/purchased/recovered/auctioned）与 assessed（是否已评估且符合消防、安全要求）',
    'Rights and buildings: kind (right/building), cancelled; buildings also acquired and assessed',
  ),
  compensated: flag('安置补偿是否落实到位', 'Compensation carried out'),
  noDispute: flag('是否没有法律经济纠纷', 'No legal or economic dispute'),
  conditionsSet: flag('规划条件是否明确', 'Planning conditions set'),
  readyToBuild: flag('是否具备动工开发基本条件', 'Ready to build on'),
});

const result = row({
  parcelM2: m2(),
  residual: Type.Array(
    row({
      id: Type.String(),
      kind: Type.String(),
      areaM2: m2(),
      cancelled: Type.Boolean(),
      withLand: Type.Boolean(),
    }),
  ),
});

/** Half a centimetre of ground is a border drawn twice, not a right. */
const LEAST_M2 = 0.005;
const acquiredWays = ['confiscated', 'purchased', 'recovered', 'auctioned'];

export const landClearance = defineMeasure({
  id: 'land-clearance',
  title: say('净地核验', 'Land free of rights'),
  summary: say(
    '拟供应宗地上尚未注销的权利与建筑物，及可与土地一并出让的建筑物。',
    'Rights and buildings left on a parcel, and buildings that may go with the land.',
  ),
  sources: [sources.a18],
  input,
  result,
  run,
});

async function run(
  parts: MeasureParts,
  given: Static<typeof input>,
  context: MeasureContext,
): Promise<Outcome> {
  const { parcel, rights } = given;
  const read = await readRanges(parts, context, given.crs, { parcel, rights });
  if (!read) return refused();
  read.rights.parcels.forEach((one, i) => {
    const { kind, cancelled } = one.properties;
    if (kind !== 'right' && kind !== 'building')
      context.faults.push(
        fault(
          `/rights/features/${i}/properties/kind`,
          'value-not-allowed',
          'kind 须为 right 或 building。',
          'kind must be right or building.',
        ),
      );
    if (typeof cancelled !== 'boolean')
      context.faults.push(
        fault(
          `/rights/features/${i}/properties/cancelled`,
          'wrong-type',
          'cancelled 须为 true 或 false。',
          'cancelled must be true or false.',
        ),
      );
  });
  if (context.faults.length > 0) return refused();
  const residual = read.rights.parcels.flatMap((one) => residualOf(one, read.parcel));
  const open = residual.filter((one) => !one.cancelled && !one.withLand);
  const withLand = residual.filter((one) => !one.cancelled && one.withLand);
  const conditions = [
    ...(given.compensated ? [] : ['安置补偿未落实到位']),
    ...(given.noDispute ? [] : ['存在法律经济纠纷']),
    ...(given.conditionsSet ? [] : ['规划条件不明确']),
    ...(given.readyToBuild ? [] : ['不具备动工开发基本条件']),
  ];
  const verdict: Verdict =
    open.length + conditions.length > 0 ? 'prohibited' : withLand.length > 0 ? 'attention' : 'clear';
  const names = open.map(({ id, areaM2 }) => `${id} ${print(areaM2)} ㎡`).join('、');
  const problems = [
    ...(open.length > 0 ? [`尚有未注销的权利或未处理的建筑物（${names}）`] : []),
    ...conditions,
  ].join('；');
  const sentence = {
    prohibited: say(
      `不符合“净地”条件：${problems}。`,
      `Not free: ${open.length} rights or buildings are left, ${conditions.length} further conditions are not met.`,
    ),
    attention: say(
      `除 ${withLand.map(({ id }) => id).join('、')} 外符合“净地”条件；上述地上建筑物已评估，可与土地一并出让。`,
      `Free but for ${withLand.map(({ id }) => id).join(', ')}, assessed buildings that may go with the land.`,
    ),
    clear: say(
      '宗地上没有未注销的权利或建筑物，符合“净地”条件。',
      'No right or building is left: the land is free.',
    ),
    undetermined: say('', ''),
  }[verdict];
  return outcome({
    verdict,
    sentence,
    sources: [sources.a18],
    figures: [
      figure('parcel', '宗地面积', 'Parcel', read.parcel.areaM2, 'm2', basis.ellipsoid),
      ...residual.map(({ id, areaM2 }) =>
        figure(`right-${id}`, `与 ${id} 重叠`, `Overlap with ${id}`, areaM2, 'm2', basis.ellipsoid),
      ),
    ],
    warnings: [...read.parcel.warnings, ...read.rights.warnings],
    result: { parcelM2: read.parcel.areaM2, residual: residual.map(({ plane: _plane, ...one }) => one) },
    geometry: collection(
      residual.map((one) =>
        drawn(one.id, one.plane, read.parcel.epsg, { kind: one.kind, areaM2: one.areaM2 }),
      ),
    ),
  });
}

function residualOf(one: Parcel, parcel: Range) {
  const plane = inZone(one, parcel.epsg);
  const raw = overlapM2(new Shape(planeToAnalysis(plane, crsTable.get(parcel.epsg)!)), parcel.shape);
  if (raw < LEAST_M2) return [];
  const { kind, cancelled, acquired, assessed } = one.properties;
  const withLand = kind === 'building' && assessed === true && acquiredWays.includes(String(acquired));
  const areaM2 = roundHalfUp((raw * parcel.areaM2) / parcel.shape.areaM2, 2);
  return [{ id: one.id, kind: String(kind), areaM2, cancelled: cancelled === true, withLand, plane }];
}
