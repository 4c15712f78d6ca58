/** Holds what a record declares about itself (points, area) against its coordinates. Only notes, nothing is trusted. */
import { type Crs, gkZone3, zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toHa } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import { toPlane } from '../geometry/planes.js';
import { plain } from './txt-columns.js';
import { txtWarning } from './txt-faults.js';
import { clip, type TxtRecord } from './txt-records.js';

/** Half the last printed decimal of 公顷, and a hair. */
const PRINTED_HA = 0.0001;

/** Programs count points with or without the closing ones, and one less: only what none of them writes is noted. */
export function notePointCount(record: TxtRecord, ringCount: number): void {
  const declared = record.attributes.JZDS;
  if (declared === undefined) return;
  const count = record.points.length;
  const value = Number(plain(declared));
  if (value >= count - ringCount - 1 && value <= count + ringCount) return;
  record.warnings.push(txtWarning('count-differs', record.line, { declared: clip(declared), count }));
}

const units: readonly { words: RegExp; perHa: number; zh: string; en: string }[] = [
  { words: /^(公顷|ha|hm2)?$/i, perHa: 1, zh: '公顷', en: 'hectares' },
  { words: /^(平方米|平米|m2)$/i, perHa: 10_000, zh: '平方米', en: 'square metres' },
  { words: /^亩$/, perHa: 15, zh: '亩', en: '亩 (mu)' },
];

/** `rings`: MultiPolygon [east, north] of `crs`; without a CRS metres of some Gauss–Krüger plane. */
export function noteArea(record: TxtRecord, rings: MultiPolygonRings, crs: Crs | undefined): void {
  const declared = record.attributes.DKMJ;
  if (declared === undefined) return;
  const note = (code: 'area-unit' | 'area-differs' | 'area-unreadable', values = {}): void => {
    record.warnings.push(txtWarning(code, record.line, { declared: clip(declared), ...values }));
  };
  const found = declared.length > 40 ? null : /^(\d{1,12}(?:\.\d{0,12})?)\s*(\D*\d?)$/.exec(plain(declared));
  const unit = found && units.find(({ words }) => words.test(found[2]!));
  if (!found || !unit) {
    note('area-unreadable');
    return;
  }
  const value = Number(found[1]);
  const areas = possibleAreasM2(rings, crs);
  const agrees = (perHa: number): boolean =>
    areas.some((areaM2) => Math.abs(value / perHa - areaM2 / 10_000) <= PRINTED_HA);
  const ha = toHa(areas[0]!);
  if (agrees(unit.perHa)) {
    // right, but the column is one of hectares: say that the unit was understood
    if (unit.perHa !== 1) note('area-unit', { ha, unitZh: unit.zh, unitEn: unit.en });
    return;
  }
  const other = value > 0 ? units.find(({ perHa }) => agrees(perHa)) : undefined;
  if (other) note('area-unit', { ha, unitZh: other.zh, unitEn: other.en });
  else note('area-differs', { ha, delta: Math.abs(toHa(value * (10_000 / unit.perHa) - areas[0]!)) });
}

/** The plane area first; the ellipsoid one where it can be told, for both are declared in practice. */
function possibleAreasM2(rings: MultiPolygonRings, crs: Crs | undefined): number[] {
  if (!crs) return [planarAreaM2(rings)];
  if (crs.kind === 'gauss-kruger') return [planarAreaM2(rings), officialAreaM2(rings, crs)];
  const zone = zoneCrs(gkZone3(rings[0]![0]![0]![0]));
  const plane = toPlane(rings, zone);
  return [planarAreaM2(plane), officialAreaM2(plane, zone)];
}
