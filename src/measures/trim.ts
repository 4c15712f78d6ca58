/**
 * What would make a parcel pass (1): the parcel less the ground it may not take. Small and narrow parts are dropped and
 * listed; what is handed out is checked again by the kernel. A suggestion, not a judgement.
 */
import Type, { type Static } from 'typebox';
import { crsTable } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { closeToTotal } from '../geometry/closing.js';
import { officialAreaCents } from '../geometry/official-area.js';
import { planeToAnalysis } from '../geometry/planes.js';
import { isPresent, type LayerOrMissing } from '../overlay/measure-overlaps.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { getRulePackOn } from '../policy/find-rule-pack.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import { basis, collection, figure, outcome, refused, say, sumM2, usedLayer } from './answer.js';
import { defineMeasure } from './define-measure.js';
import { asParcel, measureParcels, pinLayers } from './layer-ground.js';
import type { MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { findNarrowTails } from './narrow-tails.js';
import { type Avoided, layersToAvoid } from './prohibited-layers.js';
import { metresOf } from './quantity.js';
import { readRanges } from './ranges.js';
import { area, inputObject, label, layerOptions, length, m2, oneOf, ranges, row } from './schemas.js';
import { subtractLayers } from './subtract-layers.js';
import { toMillimetreRings } from './tidy-rings.js';
import {
  drawTrimmed,
  missingLayers,
  otherRulesWarning,
  planeCollection,
  tailsWarning,
  trimSentence,
  trimVerdict,
} from './trim-answer.js';
import type { Remaining, Trimmed, TrimmedPart } from './trim-types.js';

export const avoidOptions = {
  layers: Type.Optional(
    Type.Array(Type.String({ maxLength: 40 }), {
      minItems: 1,
      maxItems: 20,
      ...label(
        '须避让的图层，缺省为规则包在该阶段禁止占用的图层',
        'Layers to keep clear of; those the pack prohibits when absent',
      ),
    }),
  ),
  stage: Type.Optional(
    oneOf(['pre-review', 'approval'] as const, '阶段，缺省 pre-review', 'Stage; pre-review when absent'),
  ),
  rulePack: Type.Optional(Type.String({ maxLength: 64, ...label('规则包', 'Rule pack') })),
  ...layerOptions,
};

const input = inputObject({
  parcels: ranges('地块', 'The parcels'),
  minWidth: Type.Optional(
    length('保留部分的最小宽度，缺省 5 米', 'Least width of a part that is kept; 5 m when absent'),
  ),
  minArea: Type.Optional(
    area('保留部分的最小面积，缺省 200 平方米', 'Least area of a part that is kept; 200 m² when absent'),
  ),
  ...avoidOptions,
});
type Input = Static<typeof input>;

const DEFAULT_WIDTH_M = 5;
/** 三调 TD/T 1055-2019: least mapped area of construction land, 200 m² (from memory, high). */
const DEFAULT_AREA_M2 = 200;
const squareMetres = { m2: 1, mu: 2000 / 3, ha: 10_000, km2: 1e6 } as const;

const result = row({
  parcels: Type.Array(
    row({
      id: Type.String(),
      parcelM2: m2('Parcel as submitted: kept + dropped + lost'),
      keptM2: m2('Left before rounding to 0.001 m'),
      droppedM2: m2(),
      lost: Type.Array(row({ layer: Type.String(), areaM2: m2() })),
      dropped: Type.Array(row({ areaM2: m2(), widthM: Type.Number() })),
      narrow: Type.Array(row({ areaM2: m2(), widthM: Type.Number() }), {
        description: 'Tails of what is kept that are thinner than minWidth; they were not cut off',
      }),
      trimmedM2: m2('Official area of the geometry handed out (0.001 m)'),
      remaining: Type.Array(Type.Unknown()),
      valid: Type.Boolean(),
    }),
  ),
  plane: Type.Unsafe<object>({
    type: 'object',
    description: 'GeoJSON in the 3° zone, 0.001 m, with its crs: ready for TXT',
  }),
});

export const trim = defineMeasure({
  id: 'trim',
  title: say('避让裁剪建议', 'Trimming a parcel'),
  summary: say(
    '从地块中扣除禁止占用的部分，剔除过小、过窄的碎片，给出可导出的界址（0.001 米）并复核剩余冲突。',
    'The parcel less the ground it may not take; small parts dropped; coordinates to 0.001 m, checked again.',
  ),
  sources: [],
  suggestion: true,
  givesGround: true,
  input,
  result,
  layers: ['yjjbnt'],
  run,
});

async function run(parts: MeasureParts, given: Input, context: MeasureContext): Promise<Outcome> {
  const stage = given.stage ?? 'pre-review';
  const pack = getRulePackOn(parts.policy, given.rulePack, context.onDate);
  const avoided = layersToAvoid(pack, stage, given.layers, context.faults);
  const read = await readRanges(parts, context, given.crs, { parcels: given.parcels });
  if (read) refuseSeveralZones(read.parcels.parcels, context);
  if (!read || context.faults.length > 0) return refused();
  const { layers, warnings } = await pinLayers(parts, avoided.layerIds, given.asOf);
  const limits = {
    widthM: given.minWidth ? metresOf(given.minWidth) : DEFAULT_WIDTH_M,
    areaM2: given.minArea ? given.minArea.value * squareMetres[given.minArea.unit] : DEFAULT_AREA_M2,
  };
  const trimmed: Trimmed[] = [];
  for (const parcel of read.parcels.parcels)
    trimmed.push(await trimOne(parts, parcel, layers, limits, pack, context.signal));
  return toOutcome(trimmed, layers, avoided, limits, [...read.parcels.warnings, ...warnings], pack);
}

/** What is handed out stands in one zone, as a TXT file does. */
function refuseSeveralZones(parcels: readonly Parcel[], { faults }: MeasureContext): void {
  const zones = [...new Set(parcels.map(({ planeEpsg }) => planeEpsg - 4488))].sort();
  if (zones.length === 1) return;
  const detail = say(
    `地块分属 3 度带第 ${zones.join('、')} 带，请按带分别提交。`,
    `The parcels lie in the 3° zones ${zones.join(', ')}; submit them zone by zone.`,
  );
  faults.push({ pointer: '/parcels', code: 'several-zones', detail });
}

async function trimOne(
  parts: MeasureParts,
  parcel: Parcel,
  layers: readonly LayerOrMissing[],
  limits: { widthM: number; areaM2: number },
  pack: ResolvedRulePack,
  signal: AbortSignal | undefined,
): Promise<Trimmed> {
  const { plane, planeEpsg: epsg } = parcel;
  const crs = crsTable.get(epsg)!;
  const cut = await subtractLayers(parts, plane, epsg, layers.filter(isPresent), signal);
  const pieces = await Promise.all(
    cut.rest.map(async (polygon): Promise<TrimmedPart> => {
      const rawM2 = planarAreaM2(planeToAnalysis([polygon], crs));
      return { plane: [polygon], rawM2, widthM: 2 * (await parts.geos.inscribedCircle([polygon])).radius };
    }),
  );
  const keep = ({ rawM2, widthM }: TrimmedPart): boolean => widthM >= limits.widthM && rawM2 >= limits.areaM2;
  const kept = pieces.filter(keep);
  const dropped = pieces.filter((piece) => !keep(piece));
  const parcelM2 = officialAreaCents(plane, crs) / 100;
  const raw = [
    kept.reduce((sum, one) => sum + one.rawM2, 0),
    ...dropped.map((one) => one.rawM2),
    ...cut.lost.map((one) => one.rawM2),
  ];
  const total = raw.reduce((sum, value) => sum + value, 0);
  const closed = closeToTotal(
    raw.map((value) => (value * parcelM2) / total),
    parcelM2,
    [],
  );
  const { rings, valid } = await toMillimetreRings(
    parts.geos,
    kept.flatMap((one) => one.plane),
  );
  const droppedM2 = closed.slice(1, 1 + dropped.length);
  const tails = await findNarrowTails(parts.geos, rings, limits.widthM);
  return {
    parcel,
    parcelM2,
    keptM2: closed[0]!,
    droppedM2: sumM2(droppedM2),
    trimmedM2: rings.length === 0 ? 0 : officialAreaCents(rings, crs) / 100,
    lost: cut.lost.map(({ layerId, rings: taken }, i) => ({
      layer: layerId,
      areaM2: closed[1 + dropped.length + i]!,
      rings: taken,
    })),
    dropped: dropped.map(({ plane: part, widthM }, i) => ({
      areaM2: droppedM2[i]!,
      widthM: millimetres(widthM),
      rings: part,
    })),
    narrow: tails.map(({ plane: part, widthM }) => ({
      areaM2: officialAreaCents(part, crs) / 100,
      widthM: millimetres(widthM),
      rings: part,
    })),
    remaining: rings.length === 0 ? [] : await measureAgain(parts, parcel, rings, layers, pack, signal),
    rings,
    valid,
  };
}

const millimetres = (value: number): number => Math.round(value * 1000) / 1000;

/** The kernel's own look at what is handed out: rounding by 0.001 m may have brought back a strip. */
async function measureAgain(
  parts: MeasureParts,
  parcel: Parcel,
  rings: MultiPolygonRings,
  layers: readonly LayerOrMissing[],
  pack: ResolvedRulePack,
  signal: AbortSignal | undefined,
): Promise<Remaining[]> {
  const again = asParcel(parcel.id, rings, parcel.planeEpsg, parcel);
  const [measured] = await measureParcels(parts, [again], layers, signal, pack);
  return measured!.overlays.map(({ layer, areaM2, undeterminedM2, noise }) => ({
    ...{ layer, areaM2, undeterminedM2 },
    ...{ noise: noise.area, undeterminedNoise: noise.undetermined },
  }));
}

function toOutcome(
  trimmed: readonly Trimmed[],
  layers: readonly LayerOrMissing[],
  avoided: Avoided,
  limits: { widthM: number; areaM2: number },
  warnings: Outcome['warnings'],
  pack: ResolvedRulePack,
): Outcome {
  const verdict = trimVerdict(trimmed, layers);
  const sum = (of: (one: Trimmed) => number): number => sumM2(trimmed.map(of));
  return outcome({
    verdict,
    sentence: trimSentence(verdict, trimmed, layers, pack),
    sources: [],
    missing: missingLayers(layers),
    figures: [
      figure(
        'parcels',
        '地块面积',
        'Area of the parcels',
        sum((one) => one.parcelM2),
        'm2',
        basis.ellipsoid,
      ),
      figure(
        'kept',
        '裁剪后保留',
        'Kept',
        sum((one) => one.keptM2),
        'm2',
        basis.ellipsoid,
      ),
      figure(
        'dropped',
        '剔除的碎片',
        'Dropped parts',
        sum((one) => one.droppedM2),
        'm2',
        basis.ellipsoid,
      ),
      ...layers.map(({ layerId, nameZh, nameEn }) =>
        figure(
          `lost-${layerId}`,
          `扣除：${nameZh}`,
          `Lost to: ${nameEn}`,
          sum((one) => one.lost.find(({ layer }) => layer === layerId)?.areaM2 ?? 0),
          'm2',
          basis.ellipsoid,
        ),
      ),
      figure(
        'trimmed',
        '裁剪后宗地面积（取整至 0.001 米）',
        'Trimmed parcel (0.001 m)',
        sum((one) => one.trimmedM2),
        'm2',
        basis.ellipsoid,
      ),
      figure('min-width', '保留部分最小宽度', 'Least width kept', limits.widthM, 'm'),
      figure('min-area', '保留部分最小面积', 'Least area kept', Math.round(limits.areaM2 * 100) / 100, 'm2'),
    ],
    layers: layers.map(usedLayer),
    warnings: [
      ...warnings,
      ...otherRulesWarning(avoided),
      ...trimmed.flatMap((one) => tailsWarning(one, limits.widthM)),
    ],
    result: {
      parcels: trimmed.map(({ parcel, lost, dropped, narrow, rings: _rings, ...figures }) => ({
        id: parcel.id,
        ...figures,
        lost: lost.map(({ layer, areaM2 }) => ({ layer, areaM2 })),
        dropped: dropped.map(({ areaM2, widthM }) => ({ areaM2, widthM })),
        narrow: narrow.map(({ areaM2, widthM }) => ({ areaM2, widthM })),
      })),
      plane: planeCollection(
        trimmed.map(({ parcel, rings }) => ({
          id: parcel.id,
          rings,
          epsg: parcel.planeEpsg,
          properties: parcel.properties,
        })),
      ),
    },
    geometry: collection(trimmed.flatMap(drawTrimmed)),
  });
}
