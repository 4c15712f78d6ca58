/** Gaps between mining rights of one owner (B41): ground within a given width of two of them and in nobody's right. */
import Type, { type Static } from 'typebox';
import { crsTable } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { officialAreaCents } from '../geometry/official-area.js';
import { basis, collection, drawn, figure, outcome, print, refused, say, sumM2 } from './answer.js';
import { defineMeasure } from './define-measure.js';
import type { MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { metresOf } from './quantity.js';
import { inZone, type Range, readRanges } from './ranges.js';
import { inputObject, length, m2, ranges, row } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const input = inputObject({
  rights: ranges('采矿权范围，属性 owner 为采矿权人', 'Mining rights; property owner names who holds each'),
  maxGap: length(
    '夹缝的最大宽度（条文未规定，由提交者给出）',
    'Widest gap; the clause gives none, so it is asked for',
  ),
});

const result = row({
  gaps: Type.Array(row({ owner: Type.String(), rights: Type.Array(Type.String()), areaM2: m2() })),
  totalM2: m2(),
});

/** Corners of a mitred buffer leave slivers; a gap is at least this wide. */
const LEAST_WIDTH_M = 0.1;

export const miningGaps = defineMeasure({
  id: 'mining-gaps',
  title: say('同一主体采矿权夹缝', 'Gaps between mining rights of one owner'),
  summary: say(
    '同一采矿权人相邻采矿权之间、不属于他人的夹缝范围与面积。',
    "Ground between neighbouring rights of one owner and in nobody else's.",
  ),
  sources: [sources.b41],
  input,
  result,
  run,
});

async function run(
  parts: MeasureParts,
  given: Static<typeof input>,
  context: MeasureContext,
): Promise<Outcome> {
  const read = await readRanges(parts, context, given.crs, { rights: given.rights });
  if (!read) return refused();
  const owners = groupByOwner(read.rights, context);
  const width = metresOf(given.maxGap);
  if (!(width > 0))
    context.faults.push(
      fault('/maxGap/value', 'out-of-range', '宽度须大于零。', 'The width must be above zero.'),
    );
  if (context.faults.length > 0) return refused();
  const { epsg, plane: all } = read.rights;
  const gaps: { owner: string; rights: string[]; areaM2: number; plane: MultiPolygonRings }[] = [];
  for (const [owner, rights] of owners)
    for (const plane of rights.length < 2
      ? []
      : await gapsOf(
          parts,
          rights.map((one) => one.plane),
          all,
          width,
        )) {
      const near = await Promise.all(
        rights.map(async (one) => ((await parts.geos.distance(one.plane, plane)) < 0.01 ? [one.id] : [])),
      );
      const touching = near.flat();
      if (touching.length < 2) continue;
      gaps.push({
        owner,
        rights: touching,
        areaM2: officialAreaCents(plane, crsTable.get(epsg)!) / 100,
        plane,
      });
    }
  const totalM2 = sumM2(gaps.map((one) => one.areaM2));
  return outcome({
    verdict: gaps.length > 0 ? 'attention' : 'clear',
    sentence:
      gaps.length > 0
        ? say(
            `同一主体采矿权之间有 ${gaps.length} 处夹缝（宽度不超过 ${width} 米），合计 ${print(totalM2)} ㎡，可按夹缝资源办理出让配置。`,
            `${gaps.length} gaps of at most ${width} m lie between rights of one owner, ${print(totalM2)} m² together.`,
          )
        : say(
            `同一主体采矿权之间没有宽度不超过 ${width} 米的夹缝。`,
            `There is no gap of at most ${width} m between rights of one owner.`,
          ),
    sources: [sources.b41],
    figures: [
      figure('total', '夹缝面积合计', 'Gaps together', totalM2, 'm2', basis.ellipsoid),
      figure('max-gap', '夹缝最大宽度', 'Widest gap', width, 'm', basis.plane(epsg)),
    ],
    warnings: read.rights.warnings,
    result: { gaps: gaps.map(({ plane: _plane, ...gap }) => gap), totalM2 },
    geometry: collection(
      gaps.map((gap, i) => drawn(`gap-${i + 1}`, gap.plane, epsg, { owner: gap.owner, areaM2: gap.areaM2 })),
    ),
  });
}

function groupByOwner(range: Range, { faults }: MeasureContext) {
  const owners = new Map<string, { id: string; plane: MultiPolygonRings }[]>();
  range.parcels.forEach((parcel, i) => {
    const { owner } = parcel.properties;
    if (typeof owner !== 'string' || owner.trim() === '') {
      faults.push(
        fault(
          `/rights/features/${i}/properties/owner`,
          'missing-member',
          '缺少采矿权人 owner。',
          'The property owner is missing.',
        ),
      );
      return;
    }
    owners.set(owner.trim(), [
      ...(owners.get(owner.trim()) ?? []),
      { id: parcel.id, plane: inZone(parcel, range.epsg) },
    ]);
  });
  return [...owners].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Closing: widened by half the gap and narrowed again, less every right. */
async function gapsOf(
  { geos }: MeasureParts,
  own: readonly MultiPolygonRings[],
  all: MultiPolygonRings,
  width: number,
) {
  const joined = await geos.union(own);
  const wide = await geos.buffer(joined, width / 2, { join: 'mitre' });
  const closed = await geos.buffer(wide, -width / 2, { join: 'mitre' });
  const free = await geos.difference(closed, all);
  const parts = await Promise.all(
    free.map(async (polygon) =>
      (await geos.erode([polygon], LEAST_WIDTH_M / 2)).length > 0 ? [[polygon]] : [],
    ),
  );
  return parts.flat();
}
