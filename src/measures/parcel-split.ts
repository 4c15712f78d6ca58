/**
 * A supplied parcel divided for buying back or transfer (A 二十二): by a line or by given pieces. The pieces close to the
 * parent's figure; what they leave or cover twice is named.
 */
import Type, { type Static } from 'typebox';
import { crsTable, zoneCrs } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { Position } from '../core/geometry-types.js';
import { toHa, toMu } from '../core/units.js';
import { toPlane } from '../geometry/planes.js';
import { basis, collection, drawn, figure, outcome, print, refused, say } from './answer.js';
import { defineMeasure } from './define-measure.js';
import type { MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { partition } from './partition.js';
import { inZone, type Range, readRanges } from './ranges.js';
import { flag, inputObject, label, m2, ranges, row } from './schemas.js';
import { sideOfLine } from './side-of-line.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const input = inputObject({
  parcel: ranges('拟分割的宗地', 'The parcel to be divided'),
  pieces: Type.Optional(ranges('分割后的各部分（与 line 二选一）', 'The pieces; or give `line`')),
  line: Type.Optional(
    Type.Unsafe<{ type: 'LineString'; coordinates: number[][] }>({
      type: 'object',
      required: ['type', 'coordinates'],
      properties: {
        type: { const: 'LineString' },
        coordinates: {
          type: 'array',
          minItems: 2,
          maxItems: 1000,
          items: { type: 'array', minItems: 2, maxItems: 3, items: { type: 'number' } },
        },
      },
      ...label(
        '分割线（GeoJSON LineString，与宗地同一坐标系）',
        'The line of division, in the CRS of the parcel',
      ),
    }),
  ),
  approved: flag('是否经市、县（市）人民政府批准', "Whether the city's or county's government has approved"),
});
type Input = Static<typeof input>;

const result = row({
  parcelM2: m2(),
  pieces: Type.Array(row({ id: Type.String(), areaM2: m2(), mu: Type.Number(), ha: Type.Number() })),
  restM2: m2('Ground of the parcel in no piece'),
  sharedM2: m2('Ground in two pieces'),
  beyondM2: m2('Ground of pieces outside the parcel'),
});

export const parcelSplit = defineMeasure({
  id: 'parcel-split',
  title: say('宗地分割', 'Division of a parcel'),
  summary: say(
    '按分割线或给定的各部分分割已供宗地，各部分面积与原宗地闭合。',
    'Divides a supplied parcel by a line or into given pieces; areas close to the parent.',
  ),
  sources: [sources.a22],
  input,
  result,
  run,
});

async function run(parts: MeasureParts, given: Input, context: MeasureContext): Promise<Outcome> {
  if ((given.pieces === undefined) === (given.line === undefined)) {
    context.faults.push(
      fault(
        '',
        'pieces-or-line',
        'pieces 与 line 须且只须给出一项。',
        'Give either pieces or line, and not both.',
      ),
    );
    return refused();
  }
  const { parcel, pieces } = given;
  const wanted: Record<string, unknown> = pieces ? { parcel, pieces } : { parcel };
  const read = await readRanges(parts, context, given.crs, wanted);
  if (!read) return refused();
  const whole = read.parcel!;
  const cut = read.pieces ? asGiven(read.pieces, whole.epsg) : await byLine(parts, given, whole, context);
  if (context.faults.length > 0) return refused();
  const divided = await partition(parts.geos, whole, cut);
  const sharedM2 = divided.pieces.reduce((sum, one) => sum + one.sharedM2, 0);
  const beyondM2 = divided.pieces.reduce((sum, one) => sum + one.beyondM2, 0);
  const rows = divided.pieces.map(({ id, areaM2 }) => ({ id, areaM2, mu: toMu(areaM2), ha: toHa(areaM2) }));
  return outcome({
    ...judge(given.approved, divided.wholeM2, rows, divided.restM2, sharedM2, beyondM2),
    figures: [
      figure('parcel', '原宗地面积', 'Area of the parcel', divided.wholeM2, 'm2', basis.ellipsoid),
      ...rows.map(({ id, areaM2 }) =>
        figure(`piece-${id}`, `第 ${id} 部分`, `Piece ${id}`, areaM2, 'm2', basis.ellipsoid),
      ),
      figure('rest', '未分配', 'In no piece', divided.restM2, 'm2', basis.ellipsoid),
    ],
    warnings: whole.warnings,
    result: { parcelM2: divided.wholeM2, pieces: rows, restM2: divided.restM2, sharedM2, beyondM2 },
    geometry: collection(
      divided.pieces.map(({ id, plane, areaM2 }) => drawn(id, plane, whole.epsg, { piece: id, areaM2 })),
    ),
  });
}

const asGiven = ({ parcels }: Range, epsg: number) =>
  parcels.map((parcel) => ({ id: parcel.id, plane: inZone(parcel, epsg) }));

/** The two sides of the line; a side without ground means that the line does not divide the parcel. */
async function byLine(parts: MeasureParts, { line }: Input, whole: Range, context: MeasureContext) {
  const path = lineInZone(line!.coordinates as unknown as Position[], whole);
  try {
    const side = sideOfLine(path, whole.plane);
    const [left, right] = await Promise.all([
      parts.geos.intersection(whole.plane, side),
      parts.geos.difference(whole.plane, side),
    ]);
    if (left.length > 0 && right.length > 0) {
      return [
        { id: 'left', plane: left },
        { id: 'right', plane: right },
      ];
    }
    context.faults.push(
      fault('/line', 'does-not-divide', '分割线没有穿过宗地。', 'The line does not cross the parcel.'),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    context.faults.push(
      fault(
        '/line',
        'not-simple',
        '分割线自相交或无法使用，请检查各点。',
        'The line crosses itself or cannot be used.',
      ),
    );
  }
  return [];
}

/** The line's points are in the CRS the parcel was submitted in. */
function lineInZone(points: readonly Position[], whole: Range): Position[] {
  const { sourceEpsg } = whole.parcels[0]!;
  const crs = crsTable.get(sourceEpsg)!;
  const zone = zoneCrs(whole.epsg - 4488);
  if (crs.kind === 'geographic') return [...toPlane([[points]], zone)[0]![0]!];
  const shift =
    zone.zone === crs.zone && crs.zoneWidth === 3 ? zone.falseEasting! - crs.falseEasting! : undefined;
  if (shift === undefined) throw new AppError('bad-input', 'line in a 6° zone');
  return points.map(([x, y]) => [x + shift, y]);
}

function judge(
  approved: boolean,
  parcelM2: number,
  rows: readonly { id: string; areaM2: number }[],
  restM2: number,
  sharedM2: number,
  beyondM2: number,
): Pick<Outcome, 'verdict' | 'sentence' | 'sources'> {
  const listed = rows.map(({ id, areaM2 }) => `${id} ${print(areaM2)} ㎡`).join('、');
  const listedEn = rows.map(({ id, areaM2 }) => `${id} ${print(areaM2)} m²`).join(', ');
  const flawed = restM2 > 0 || sharedM2 > 0 || beyondM2 > 0;
  const flaws = say(
    flawed
      ? `；未分配 ${print(restM2)} ㎡、重复 ${print(sharedM2)} ㎡、超出 ${print(beyondM2)} ㎡，须修正`
      : '，合计与原宗地面积一致',
    flawed
      ? `; ${print(restM2)} m² in no piece, ${print(sharedM2)} m² in two, ${print(beyondM2)} m² beyond: to be mended`
      : '; they add up to the parcel',
  );
  const need = approved
    ? say('', '')
    : say('；尚未经市、县（市）人民政府批准', '; the approval of the government is missing');
  return {
    verdict: flawed || !approved ? 'attention' : 'clear',
    sentence: say(
      `宗地 ${print(parcelM2)} ㎡ 分割为 ${listed}${flaws.zh}${need.zh}。`,
      `The parcel of ${print(parcelM2)} m² divides into ${listedEn}${flaws.en}${need.en}.`,
    ),
    sources: [sources.a22],
  };
}
