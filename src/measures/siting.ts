/**
 * What would make a parcel pass (2): the smallest shift, with or without a turn, that clears every layer it may not take,
 * or proof over the searched grid that there is none. A place on unknown ground is never proposed. A suggestion.
 */
import Type, { type Static } from 'typebox';
import { AppError } from '../core/errors.js';
import { isPresent, type LayerOrMissing } from '../overlay/measure-overlaps.js';
import { getRulePackOn } from '../policy/find-rule-pack.js';
import { refused, say, undetermined, usedLayer } from './answer.js';
import { defineMeasure } from './define-measure.js';
import { findPlace, type SearchPlan } from './find-place.js';
import { pinLayers } from './layer-ground.js';
import type { MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { layersToAvoid } from './prohibited-layers.js';
import { metresOf } from './quantity.js';
import { readRanges } from './ranges.js';
import { innerObject, inputObject, label, length, ranges, row } from './schemas.js';
import { countWithin, turnsUpTo } from './search-grid.js';
import { sitingOutcome } from './siting-answer.js';
import { avoidOptions } from './trim.js';
import { missingLayers } from './trim-answer.js';
import { fault } from './validate-input.js';

const degrees = (zh: string, en: string, minimum: number) =>
  Type.Number({ minimum, maximum: 180, ...label(zh, en) });

const input = inputObject({
  parcels: ranges('地块（多个地块作为整体移动）', 'The parcels; several move as one'),
  radius: length('搜索半径（平移距离上限）', 'Radius: the farthest shift'),
  step: Type.Optional(
    length('搜索网格间距，缺省为半径的 1/20', 'Spacing of the grid; a twentieth of the radius when absent'),
  ),
  rotation: Type.Optional(
    innerObject(
      {
        upTo: degrees('最大旋转角（度，左右各）', 'Largest turn either way, degrees', 0),
        step: degrees('旋转步长（度）', 'Step of the turn, degrees', 0.5),
      },
      { title: '允许旋转', description: 'Turns that are tried too' },
    ),
  ),
  ...avoidOptions,
});

/** Places tried at most: about 0.1 ms each, so seconds. */
const MOST_PLACES = 60_000;

const place = row({
  dxM: Type.Number({ description: 'East, m in the 3° zone' }),
  dyM: Type.Number({ description: 'North, m in the 3° zone' }),
  distanceM: Type.Number(),
  bearingDeg: Type.Number({ description: 'Clockwise from north' }),
  turnDeg: Type.Number({ description: 'Counter-clockwise' }),
  areaM2: Type.Number(),
});

const result = row({
  found: Type.Boolean(),
  packVerdict: Type.Union([Type.String(), Type.Null()], {
    description: 'What all rules of the pack say at the place',
  }),
  place: Type.Union([place, Type.Null()]),
  search: row({
    radiusM: Type.Number(),
    stepM: Type.Number({ description: 'No nearer place on a grid of this spacing' }),
    refinedToM: Type.Number({ description: 'Around the place found the grid was made finer down to this' }),
    turnsDeg: Type.Array(Type.Number()),
    tried: Type.Number(),
    conflict: Type.Number(),
    unknown: Type.Number(),
    /** Places that passed the search and failed the exact check. */
    rejected: Type.Number(),
  }),
  layers: Type.Array(Type.Unknown()),
  findings: Type.Array(Type.Unknown()),
  plane: Type.Union([Type.Unsafe<object>({ type: 'object' }), Type.Null()]),
});

export const siting = defineMeasure({
  id: 'siting',
  title: say('就近选址建议', 'The nearest place without conflict'),
  summary: say(
    '在给定半径内寻找使地块避开全部禁止占用图层的最小平移（可旋转），或证明在搜索网格上不存在。',
    'The smallest shift within a radius that clears all prohibited overlaps, or proof over the grid that there is none.',
  ),
  sources: [],
  suggestion: true,
  givesGround: true,
  input,
  result,
  layers: ['yjjbnt', 'xzq'],
  run,
});

async function run(
  parts: MeasureParts,
  given: Static<typeof input>,
  context: MeasureContext,
): Promise<Outcome> {
  const stage = given.stage ?? 'pre-review';
  const pack = getRulePackOn(parts.policy, given.rulePack, context.onDate);
  const avoided = layersToAvoid(pack, stage, given.layers, context.faults);
  const grid = gridOf(given, context);
  const read = await readRanges(parts, context, given.crs, { parcels: given.parcels });
  if (!read || !grid || context.faults.length > 0) return refused();
  const wanted = [...new Set([...avoided.layerIds, 'xzq', ...pack.layers.map((need) => need.layer)])];
  const { layers, warnings } = await pinLayers(parts, wanted, given.asOf);
  const layerOf = (id: string): LayerOrMissing => layers.find((layer) => layer.layerId === id)!;
  const obstacles = avoided.layerIds.map(layerOf);
  const missing = missingLayers(obstacles);
  if (missing.length > 0 || obstacles.length === 0)
    return { ...undetermined([], missing), layers: obstacles.map(usedLayer), warnings };
  const districts = layerOf('xzq');
  const plan: SearchPlan = {
    ...{ range: read.parcels, pack, stage, onDate: context.onDate, signal: context.signal },
    ...{ obstacles: obstacles.filter(isPresent), districts: isPresent(districts) ? districts : undefined },
    // districts that no rule reads and that are not registered may not make anything undetermined
    layers: layers.filter((layer) => isPresent(layer) || layer.layerId !== 'xzq'),
    ...grid,
  };
  const found = await findPlace(parts, plan);
  return sitingOutcome(plan, found, avoided, [...read.parcels.warnings, ...warnings]);
}

type Grid = Pick<SearchPlan, 'radiusM' | 'stepM' | 'turns'>;

function gridOf(
  { radius, step, rotation }: Static<typeof input>,
  { faults }: MeasureContext,
): Grid | undefined {
  const radiusM = metresOf(radius);
  const stepM = Math.max(0.001, Math.round((step ? metresOf(step) : radiusM / 20) * 1000) / 1000);
  if (!(radiusM > 0)) {
    faults.push(fault('/radius/value', 'out-of-range', '半径须大于零。', 'The radius must be above zero.'));
    return undefined;
  }
  if (step && (metresOf(step) < 0.001 || stepM > radiusM)) {
    faults.push(
      fault(
        '/step/value',
        'out-of-range',
        '网格间距须不小于 0.001 米且不大于半径。',
        'The spacing must be from 0.001 m up to the radius.',
      ),
    );
    return undefined;
  }
  const turns = rotation ? turnsUpTo(rotation.upTo, rotation.step) : [0];
  const count = countWithin(radiusM, stepM, turns.length);
  if (count <= MOST_PLACES) return { radiusM, stepM, turns };
  throw new AppError('too-large', `${count} places to try`, {
    detail: {
      zh: `需要试算约 ${count} 个位置，上限 ${MOST_PLACES}；请减小半径、加大网格间距或减少旋转角。`,
      en: `About ${count} places would have to be tried, the limit is ${MOST_PLACES}: a smaller radius, a wider grid or fewer turns.`,
    },
  });
}
