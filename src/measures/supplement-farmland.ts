/**
 * Replacement farmland (B12, A二十四): of candidate plots, the ground of non-farmland classes outside the lines, by class and
 * slope class. Every plot closes: what each line takes, every class, what nobody knows.
 */
import Type, { type Static } from 'typebox';
import { crsTable } from '../core/crs.js';
import { closeToTotal } from '../geometry/closing.js';
import { officialAreaCents } from '../geometry/official-area.js';
import { isPresent, type LayerOrMissing } from '../overlay/measure-overlaps.js';
import type { Parcel } from '../parcels/parcel-types.js';
import type { Verdict } from '../policy/policy-types.js';
import {
  basis,
  collection,
  drawn,
  figure,
  outcome,
  print,
  refused,
  say,
  sumM2,
  usedLayer,
} from './answer.js';
import { defineMeasure } from './define-measure.js';
import { farmlandSources, type SourceGroup, sourceGroupOf } from './farmland-sources.js';
import { asParcel, measureParcels, pinLayers } from './layer-ground.js';
import type { AnswerFeature, MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { readRanges } from './ranges.js';
import { inputObject, label, layerOptions, m2, ranges, row } from './schemas.js';
import { sources } from './sources.js';
import { subtractLayers } from './subtract-layers.js';
import { missingLayers } from './trim-answer.js';
import { fault } from './validate-input.js';

const DEFAULT_LINES = ['yjjbnt', 'stbhhx', 'czkfbj'] as const;
/** GDPDJB 1–5: ≤2°, 2–6°, 6–15°, 15–25°, >25° (三调). Steeper than 25° may not be opened up (水土保持法 20, from memory). */
const STEEPEST = 5;

const input = inputObject({
  candidates: ranges(
    '拟开垦地块，可带属性 slopeClass（坡度级别 1–5）',
    'Candidate plots; property slopeClass 1–5 where known',
  ),
  lines: Type.Optional(
    Type.Array(Type.Unsafe<string>({ type: 'string', enum: ['yjjbnt', 'stbhhx', 'czkfbj', 'gdbhmb'] }), {
      maxItems: 4,
      ...label(
        '须扣除的图层，缺省为永久基本农田、生态保护红线、城镇开发边界',
        'Layers whose ground does not count',
      ),
    }),
  ),
  ...layerOptions,
});

const group = row({
  code: Type.Union([Type.String(), Type.Null()]),
  label: Type.Union([Type.String(), Type.Null()]),
  group: Type.String(),
  slopeClass: Type.Union([Type.Number(), Type.Null()]),
  areaM2: m2(),
});

const result = row({
  candidatesM2: m2(),
  eligibleM2: m2('Usual sources outside the lines, not steeper than 25° as far as the slope is known'),
  doubtfulM2: m2(),
  otherM2: m2('Farmland already, water, roads, too steep'),
  undeterminedM2: m2(),
  lost: Type.Array(row({ layer: Type.String(), areaM2: m2() })),
  classes: Type.Array(group),
  candidates: Type.Array(Type.Unknown()),
  classTable: Type.Unknown(),
});

export const supplementFarmland = defineMeasure({
  id: 'supplement-farmland',
  title: say('补充耕地后备资源核算', 'Sources of replacement farmland'),
  summary: say(
    '拟开垦地块扣除各类控制线后，按地类和坡度级别汇总可作为补充耕地来源的非耕地。',
    'Candidate plots less the lines, by land class and slope: what may become replacement farmland.',
  ),
  sources: [sources.b12, sources.a24],
  input,
  result,
  layers: ['dltb', ...DEFAULT_LINES],
  run,
});

interface ClassRow {
  code: string | null;
  label: string | null;
  group: SourceGroup | 'unknown';
  slopeClass: number | null;
  areaM2: number;
}

interface Candidate {
  id: string;
  epsg: number;
  areaM2: number;
  lost: { layer: string; areaM2: number }[];
  classes: ClassRow[];
  undeterminedM2: number;
  rest: Parcel['plane'];
}

async function run(
  parts: MeasureParts,
  given: Static<typeof input>,
  context: MeasureContext,
): Promise<Outcome> {
  const lines = given.lines ?? [...DEFAULT_LINES];
  const read = await readRanges(parts, context, given.crs, { candidates: given.candidates });
  if (!read) return refused();
  for (const [i, { properties }] of read.candidates.parcels.entries()) {
    const { slopeClass } = properties;
    if (slopeClass !== undefined && ![1, 2, 3, 4, 5].includes(slopeClass as number))
      context.faults.push(
        fault(
          `/candidates/features/${i}/properties/slopeClass`,
          'value-not-allowed',
          '坡度级别须为 1 至 5。',
          'The slope class must be 1 to 5.',
        ),
      );
  }
  if (context.faults.length > 0) return refused();
  const { layers, warnings } = await pinLayers(parts, [...lines, 'dltb'], given.asOf);
  const rows: Candidate[] = [];
  for (const parcel of read.candidates.parcels)
    rows.push(await candidateOf(parts, parcel, layers, context.signal));
  return toOutcome(rows, layers, [...read.candidates.warnings, ...warnings]);
}

async function candidateOf(
  parts: MeasureParts,
  parcel: Parcel,
  layers: readonly LayerOrMissing[],
  signal: AbortSignal | undefined,
): Promise<Candidate> {
  const epsg = parcel.planeEpsg;
  const lines = layers.filter((layer) => layer.layerId !== 'dltb');
  const cut = await subtractLayers(parts, parcel.plane, epsg, lines.filter(isPresent), signal);
  const areaM2 = officialAreaCents(parcel.plane, crsTable.get(epsg)!) / 100;
  const raw = [cut.restRawM2, ...cut.lost.map(({ rawM2 }) => rawM2)];
  const total = raw.reduce((sum, value) => sum + value, 0);
  const [restM2 = 0, ...lostM2] = closeToTotal(
    raw.map((value) => (value * areaM2) / total),
    areaM2,
    [],
  );
  const lost = cut.lost.map(({ layerId }, i) => ({ layer: layerId, areaM2: lostM2[i]! }));
  const about = { id: parcel.id, epsg, areaM2, lost, rest: cut.rest };
  if (restM2 === 0 || cut.rest.length === 0) return { ...about, classes: [], undeterminedM2: restM2 };
  const [measured] = await measureParcels(
    parts,
    [asParcel(parcel.id, cut.rest, epsg, parcel)],
    layers,
    signal,
  );
  const dltb = measured!.overlays.at(-1)!;
  const unknownLines = measured!.overlays
    .slice(0, -1)
    .filter((overlay) => overlay.undeterminedM2 > 0 && !overlay.noise.undetermined);
  // where a line's own data are missing, nothing of the rest may count as outside of it
  if (unknownLines.length > 0) return { ...about, classes: [], undeterminedM2: restM2 };
  const contested = dltb.byClass.find(({ code }) => code === '重叠')?.areaM2 ?? 0;
  const features = dltb.features.map((one) => ({ one, m2: one.areaM2 - one.sharedM2 }));
  const sumOfParts = dltb.parcelAreaM2;
  const values = [...features.map(({ m2: value }) => value), dltb.outsideM2 + dltb.undeterminedM2];
  const closed = closeToTotal(
    values.map((value) => (value * restM2) / sumOfParts),
    restM2,
    [],
  );
  const slope = parcel.properties.slopeClass as number | undefined;
  const classes = groupRows(
    features.map(({ one }, i) => ({
      ...{ code: one.classCode, label: one.classLabel },
      group: contested > 0 ? 'unknown' : (sourceGroupOf(one.classCode) ?? 'unknown'),
      slopeClass: slope ?? slopeOf(one.attributes.GDPDJB),
      areaM2: closed[i]!,
    })),
  );
  return { ...about, classes, undeterminedM2: closed.at(-1)! };
}

const slopeOf = (value: unknown): number | null => {
  const slope = Number(value);
  return Number.isInteger(slope) && slope >= 1 && slope <= 5 ? slope : null;
};

function groupRows(rows: readonly ClassRow[]): ClassRow[] {
  const groups = new Map<string, ClassRow>();
  for (const one of rows) {
    const key = `${one.code}/${one.slopeClass ?? '-'}/${one.group}`;
    const before = groups.get(key);
    groups.set(key, { ...one, areaM2: sumM2([before?.areaM2 ?? 0, one.areaM2]) });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function toOutcome(
  rows: readonly Candidate[],
  layers: readonly LayerOrMissing[],
  warnings: Outcome['warnings'],
): Outcome {
  const classes = groupRows(rows.flatMap((one) => one.classes));
  const steep = (one: ClassRow): boolean => one.slopeClass === STEEPEST;
  const sumOf = (wanted: (one: ClassRow) => boolean): number =>
    sumM2(classes.filter(wanted).map((one) => one.areaM2));
  const eligibleM2 = sumOf((one) => one.group === 'eligible' && !steep(one));
  const doubtfulM2 = sumOf((one) => one.group === 'doubtful' && !steep(one));
  const unknownM2 = sumM2([
    sumOf((one) => one.group === 'unknown'),
    ...rows.map((one) => one.undeterminedM2),
  ]);
  const otherM2 = sumOf(
    (one) => one.group !== 'unknown' && (steep(one) || one.group === 'farmland' || one.group === 'no'),
  );
  const candidatesM2 = sumM2(rows.map((one) => one.areaM2));
  const lost = layers
    .filter((layer) => layer.layerId !== 'dltb')
    .map(({ layerId, nameZh, nameEn }) => ({
      ...{ layer: layerId, nameZh, nameEn },
      areaM2: sumM2(
        rows.flatMap((one) => one.lost.filter(({ layer }) => layer === layerId).map((part) => part.areaM2)),
      ),
    }));
  const noSlope = sumOf((one) => one.group === 'eligible' && one.slopeClass === null);
  const verdict: Verdict = unknownM2 > 0 ? 'undetermined' : eligibleM2 === 0 ? 'prohibited' : 'attention';
  return outcome({
    verdict,
    sentence: sentenceOf(candidatesM2, eligibleM2, doubtfulM2, unknownM2, noSlope),
    sources: [sources.b12, sources.a24],
    missing: missingLayers(layers),
    thresholds: [
      {
        id: 'slope',
        op: '<',
        value: STEEPEST,
        unit: '1',
        source: { document: '水土保持法', article: '第二十条', confidence: 'memory-high' },
        note: say('坡度级别 5（大于 25°）不计入。', 'Slope class 5 (over 25°) does not count.'),
      },
    ],
    figures: [
      figure('candidates', '拟开垦地块', 'Candidate plots', candidatesM2, 'm2', basis.ellipsoid),
      figure(
        'eligible',
        '可作为补充耕地来源（须认定开垦条件）',
        'May be a source',
        eligibleM2,
        'm2',
        basis.ellipsoid,
      ),
      figure(
        'doubtful',
        '其他非耕地（须专门论证）',
        'Other non-farmland, case by case',
        doubtfulM2,
        'm2',
        basis.ellipsoid,
      ),
      figure(
        'other',
        '不计入（已是耕地、水域、道路、陡坡等）',
        'Does not count',
        otherM2,
        'm2',
        basis.ellipsoid,
      ),
      ...lost.map(({ layer, nameZh, nameEn, areaM2 }) =>
        figure(`lost-${layer}`, `扣除：${nameZh}`, `Under: ${nameEn}`, areaM2, 'm2', basis.ellipsoid),
      ),
      figure('unknown', '无法判定', 'Not determined', unknownM2, 'm2', basis.ellipsoid),
    ],
    layers: layers.map(usedLayer),
    warnings,
    result: {
      ...{ candidatesM2, eligibleM2, doubtfulM2, otherM2, undeterminedM2: unknownM2 },
      lost: lost.map(({ layer, areaM2 }) => ({ layer, areaM2 })),
      classes,
      candidates: rows.map(({ rest: _rest, epsg: _epsg, ...one }) => one),
      classTable: farmlandSources,
    },
    geometry: collection(
      rows.flatMap((one): AnswerFeature[] =>
        one.rest.length > 0 ? [drawn(one.id, one.rest, one.epsg, { part: 'outside-lines' })] : [],
      ),
    ),
  });
}

function sentenceOf(
  candidatesM2: number,
  eligibleM2: number,
  doubtfulM2: number,
  unknownM2: number,
  noSlope: number,
) {
  const tailZh = [
    ...(noSlope > 0 ? [`其中 ${print(noSlope)} ㎡ 缺少坡度级别`] : []),
    ...(unknownM2 > 0 ? [`另有 ${print(unknownM2)} ㎡ 数据缺失或地类不明，无法判定`] : []),
  ];
  const tailEn = [
    ...(noSlope > 0 ? [`${print(noSlope)} m² of it have no slope class`] : []),
    ...(unknownM2 > 0 ? [`${print(unknownM2)} m² cannot be determined`] : []),
  ];
  return say(
    `拟开垦地块 ${print(candidatesM2)} ㎡，扣除控制线后可作为补充耕地来源的非耕地 ${print(eligibleM2)} ㎡（须实地认定具备开垦条件），须专门论证的 ${print(doubtfulM2)} ㎡${tailZh.map((one) => `；${one}`).join('')}。`,
    `Of ${print(candidatesM2)} m² of candidate plots ${print(eligibleM2)} m² outside the lines may be a source (to be confirmed in the field), ${print(doubtfulM2)} m² need a case of their own${tailEn.map((one) => `; ${one}`).join('')}.`,
  );
}
