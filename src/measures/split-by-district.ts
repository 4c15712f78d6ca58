/**
 * A linear project by city or county (B23): areas that close to the project's figure, ranges as geometry, and ground that
 * no known district holds. B23 allows counties only where both approvals are the province's.
 */
import Type, { type Static } from 'typebox';
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toPlane } from '../geometry/planes.js';
import { constructPieces } from '../overlay/construct-pieces.js';
import { isPresent, type LayerOrMissing, type MeasuredParcel } from '../overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
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
import { measureParcels, pinLayers } from './layer-ground.js';
import type { AnswerFeature, MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { readRanges } from './ranges.js';
import { innerObject, inputObject, layerOptions, m2, nullable, oneOf, ranges, row } from './schemas.js';
import { sources } from './sources.js';

const authority = (zh: string, en: string) => oneOf(['province', 'state'] as const, zh, en);

const input = inputObject({
  project: ranges('项目用地范围', "The project's land"),
  level: oneOf(['city', 'county'] as const, '分段单位：省辖市 city / 县（市、区） county', 'city or county'),
  authority: innerObject(
    {
      conversion: authority(
        '农用地转用审批权限（省政府 province / 国务院 state）',
        'Who approves the conversion of farmland',
      ),
      expropriation: authority(
        '土地征收审批权限（省政府 province / 国务院 state）',
        'Who approves the expropriation',
      ),
    },
    { title: '农用地转用与土地征收的审批权限', description: 'Who approves conversion and expropriation' },
  ),
  ...layerOptions,
});
type Input = Static<typeof input>;

const result = row({
  totalM2: m2(),
  districts: Type.Array(
    row({
      code: Type.String(),
      name: nullable(Type.String()),
      areaM2: m2(),
      members: Type.Array(
        row({ code: nullable(Type.String()), name: nullable(Type.String()), areaM2: m2() }),
      ),
    }),
  ),
  undeterminedM2: m2('Ground outside every known district, or claimed by two'),
  allowed: Type.Boolean({ description: 'Whether the level asked for may be used' }),
});

export const splitByDistrict = defineMeasure({
  id: 'split-by-district',
  title: say('线性工程分段报批', 'A linear project by district'),
  summary: say(
    '按省辖市或县（市、区）把项目范围分段，面积与项目闭合，并核对审批权限。',
    'Divides a project by city or county; areas close to the project, authorities are checked.',
  ),
  sources: [sources.b23],
  input,
  result,
  layers: ['xzq'],
  run: split,
});

/** Digits of XZQDM that name the district (GB/T 2260). */
const digits = { city: 4, county: 6 } as const;

interface Member {
  code: string | null;
  name: string | null;
  cents: number;
}

interface District {
  code: string;
  members: Map<string, Member>;
}

async function split(parts: MeasureParts, given: Input, context: MeasureContext): Promise<Outcome> {
  const read = await readRanges(parts, context, given.crs, { project: given.project });
  if (!read) return refused();
  const { layers, warnings } = await pinLayers(parts, ['xzq'], given.asOf);
  const measured = await measureParcels(parts, read.project.parcels, layers, context.signal);
  const { districts, unknownCents, totalCents } = divide(measured, digits[given.level]);
  const allowed =
    given.level === 'city' ||
    (given.authority.conversion === 'province' && given.authority.expropriation === 'province');
  const rows = [...districts.values()]
    .sort((a, b) => (a.code < b.code ? -1 : 1))
    .map((district) => toRow(district));
  const unknownM2 = unknownCents / 100;
  return outcome({
    ...judge(given, rows, unknownM2, totalCents / 100, allowed),
    missing: isPresent(layers[0]!)
      ? []
      : [{ pointer: '', detail: say('缺少图层：行政区（xzq）。', 'The layer xzq is missing.') }],
    figures: [
      figure('total', '项目总面积', 'Area of the project', totalCents / 100, 'm2', basis.ellipsoid),
      ...rows.map(({ code, name, areaM2 }) =>
        figure(
          `district-${code}`,
          `${name ?? code} 段`,
          `Section ${name ?? code}`,
          areaM2,
          'm2',
          basis.ellipsoid,
        ),
      ),
      figure('unknown', '不在已知行政区内', 'Outside every known district', unknownM2, 'm2', basis.ellipsoid),
    ],
    layers: layers.map(usedLayer),
    warnings: [
      ...read.project.warnings,
      ...overlapWarning(sumM2(measured.map((one) => one.areaM2)), read.project.areaM2),
      ...warnings,
    ],
    result: { totalM2: totalCents / 100, districts: rows, undeterminedM2: unknownM2, allowed },
    geometry: collection(await draw(parts, layers[0]!, measured, given.level, read.project.epsg)),
  });
}

/** Columns of cents: every parcel's rows close to it, so the districts and the rest close to the project. */
function divide(measured: readonly MeasuredParcel[], length: number) {
  const districts = new Map<string, District>();
  let unknownCents = 0;
  let totalCents = 0;
  for (const { overlays, areaM2 } of measured) {
    const overlay = overlays[0]!;
    totalCents += Math.round(areaM2 * 100);
    unknownCents += Math.round((overlay.outsideM2 + overlay.undeterminedM2) * 100);
    for (const { code, label, areaM2: partM2 } of overlay.byClass) {
      const cents = Math.round(partM2 * 100);
      const district = districtCode(code, length);
      if (district === undefined) {
        unknownCents += cents;
        continue;
      }
      const found = districts.get(district) ?? { code: district, members: new Map() };
      const member = found.members.get(code!) ?? { code, name: label, cents: 0 };
      member.cents += cents;
      found.members.set(code!, member);
      districts.set(district, found);
    }
  }
  return { districts, unknownCents, totalCents };
}

/** A code that is no number of at least that many digits names no district (图斑重叠、代码缺失). */
const districtCode = (code: string | null, length: number): string | undefined =>
  code !== null && /^\d+$/.test(code) && code.length >= length ? code.slice(0, length) : undefined;

function toRow({ code, members }: District) {
  const list = [...members.values()].sort((a, b) => (a.code! < b.code! ? -1 : 1));
  return {
    code,
    // a town's name is not its county's: only a feature of exactly this level names it
    name: list.find((member) => member.code === code)?.name ?? null,
    areaM2: list.reduce((sum, member) => sum + member.cents, 0) / 100,
    members: list.map(({ code: own, name, cents }) => ({ code: own, name, areaM2: cents / 100 })),
  };
}

function judge(
  { level, authority }: Input,
  rows: readonly { code: string; areaM2: number }[],
  unknownM2: number,
  totalM2: number,
  allowed: boolean,
): Pick<Outcome, 'verdict' | 'sentence' | 'sources'> {
  const unit = level === 'city' ? '省辖市' : '县（市、区）';
  const listed = rows.map(({ code, areaM2 }) => `${code} ${print(areaM2)} ㎡`).join('，');
  const listedEn = rows.map(({ code, areaM2 }) => `${code} ${print(areaM2)} m²`).join(', ');
  const zh = [`项目总面积 ${print(totalM2)} ㎡，按${unit}分为 ${rows.length} 段：${listed || '无'}`];
  const en = [
    `the project of ${print(totalM2)} m² divides by ${level} into ${rows.length}: ${listedEn || 'none'}`,
  ];
  if (unknownM2 > 0) {
    zh.push(`另有 ${print(unknownM2)} ㎡ 不在已知行政区内，无法判定`);
    en.push(`${print(unknownM2)} m² lie outside every known district and cannot be determined`);
  }
  if (!allowed) {
    const who = authority.conversion === 'state' ? '农用地转用' : '土地征收';
    zh.push(`${who}审批不在省政府权限内，不得以县（市、区）为单位分段，应以省辖市为单位`);
    en.push('not both approvals are the province’s: sections must be by city, not by county');
  }
  const text = en.join('; ');
  return {
    verdict: !allowed ? 'prohibited' : unknownM2 > 0 ? 'undetermined' : 'clear',
    sentence: say(`${zh.join('；')}。`, `${text[0]!.toUpperCase()}${text.slice(1)}.`),
    sources: [sources.b23],
  };
}

const overlapWarning = (sumOfParcels: number, unionM2: number) =>
  sumOfParcels - unionM2 > 0.05
    ? [
        {
          code: 'parcels-overlap',
          detail: say(
            `提交的地块相互重叠，各地块面积之和 ${print(sumOfParcels)} ㎡，合并范围 ${print(unionM2)} ㎡，分段面积按各地块之和。`,
            `The parcels overlap: their areas add up to ${print(sumOfParcels)} m², together they cover ${print(unionM2)} m²; sections are sums over parcels.`,
          ),
        },
      ]
    : [];

async function draw(
  parts: MeasureParts,
  layer: LayerOrMissing,
  measured: readonly MeasuredParcel[],
  level: Input['level'],
  epsg: number,
): Promise<AnswerFeature[]> {
  if (!isPresent(layer)) return [];
  const zone = zoneCrs(epsg - 4488);
  const byDistrict = new Map<string, MultiPolygonRings[]>();
  for (const { shape, overlays } of measured) {
    const overlay: OverlayMeasure = overlays[0]!;
    const codes = new Map(overlay.features.map((one) => [one.featureNo, one.classCode]));
    const withRest = overlay.undeterminedM2 + overlay.outsideM2 > 0;
    const constructing = { sql: parts.db, geos: parts.geos };
    for (const { kind, featureNo, lonLat } of await constructPieces(
      constructing,
      layer,
      shape,
      [...codes.keys()],
      withRest,
    )) {
      const code =
        kind === 'overlap' ? districtCode(codes.get(featureNo!) ?? null, digits[level]) : undefined;
      const name = code ?? 'undetermined';
      byDistrict.set(name, [...(byDistrict.get(name) ?? []), toPlane(lonLat, zone)]);
    }
  }
  const features: AnswerFeature[] = [];
  for (const [code, pieces] of [...byDistrict].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const rings = pieces.length === 1 ? pieces[0]! : await parts.geos.union(pieces);
    features.push(drawn(code, rings, epsg, { district: code === 'undetermined' ? null : code, level }));
  }
  return features;
}
