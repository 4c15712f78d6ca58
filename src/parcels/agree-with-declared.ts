/** Holds the numbers of a file against the CRS that was declared for it: degrees or metres, zone number, axis order. */

import { kindOfBox, kindOfPoint, prefixOf } from '../core/coordinate-kind.js';
import { type Crs, crsTable } from '../core/crs.js';
import { addForAll, type DraftVerdict } from './fault-groups.js';
import { type ParcelDraft, vertexPointer } from './parcel-draft.js';
import type { FaultList } from './parcel-faults.js';

/** True when every draft can be read in `crs`. */
export function agreeWithDeclared(crs: Crs, drafts: readonly ParcelDraft[], faults: FaultList): boolean {
  const verdicts: DraftVerdict[] = [];
  for (const draft of drafts) {
    const verdict = crs.kind === 'geographic' ? judgeDegrees(draft, crs) : judgeMetres(draft, crs);
    if (verdict) verdicts.push(verdict);
  }
  addForAll(verdicts, drafts.length, faults);
  return verdicts.length === 0;
}

function judgeDegrees(draft: ParcelDraft, crs: Crs): DraftVerdict | undefined {
  const kind = kindOfBox(draft.box);
  if (kind === 'degrees') return undefined;
  if (kind === 'degrees-swapped') return verdict(draft, 'axes-swapped');
  if (kind === 'other') return outOfRange(draft, (x, y) => kindOfPoint(x, y) === 'degrees');
  const advised = kind === 'zoned' ? crsOfPrefix(prefixOf(draft.box[0])) : undefined;
  return verdict(draft, 'not-degrees', {
    declaredZh: crs.nameZh,
    epsg: crs.epsg,
    hintZh: advised ? `，按带号应为 EPSG:${advised.epsg}` : '',
    hintEn: advised ? `; by its zone number EPSG:${advised.epsg}` : '',
  });
}

function judgeMetres(draft: ParcelDraft, crs: Crs): DraftVerdict | undefined {
  const { box } = draft;
  if (fits(box[0], box[1], crs) && fits(box[2], box[3], crs)) return undefined;
  const kind = kindOfBox(box);
  const declared = { declaredZh: crs.nameZh, epsg: crs.epsg, meridian: crs.centralMeridian! };
  if (kind === 'degrees') return verdict(draft, 'not-metres', declared);
  if (kind.endsWith('-swapped')) return verdict(draft, 'axes-swapped');
  if (kind === 'metres') {
    const advised = [...crsTable.values()].find(
      (other) =>
        other.zonePrefix === false &&
        other.centralMeridian === crs.centralMeridian &&
        other.zoneWidth === crs.zoneWidth,
    );
    return verdict(draft, 'zone-prefix-missing', { ...declared, advised: advised?.epsg ?? '' });
  }
  if (kind === 'zoned' && prefixOf(box[0]) === prefixOf(box[2])) return judgePrefix(draft, crs, declared);
  return outOfRange(draft, (x, y) => fits(x, y, crs));
}

function judgePrefix(
  draft: ParcelDraft,
  crs: Crs,
  declared: Readonly<Record<string, string | number>>,
): DraftVerdict {
  const prefix = prefixOf(draft.box[0]);
  const advised = crsOfPrefix(prefix);
  if (!crs.zonePrefix && advised?.centralMeridian === crs.centralMeridian) {
    return verdict(draft, 'zone-prefix-unexpected', { ...declared, prefix, advised: advised!.epsg });
  }
  const prefixMeridian = advised?.centralMeridian ?? '?';
  return verdict(draft, 'zone-contradiction', { ...declared, prefix, prefixMeridian });
}

/** The easting has the digits of this CRS and the northing is one of China. */
function fits(x: number, y: number, crs: Crs): boolean {
  const easting = x - crs.falseEasting! + 500_000;
  return easting > 0 && easting < 1e6 && y > 3e5 && y < 6e6;
}

const crsOfPrefix = (prefix: number): Crs | undefined =>
  crsTable.get(prefix >= 25 ? 4488 + prefix : 4478 + prefix);

function verdict(
  draft: ParcelDraft,
  code: DraftVerdict['code'],
  values: DraftVerdict['values'] = {},
): DraftVerdict {
  return { draft, code, values, pointer: draft.geometryPointer };
}

/** The first vertex that the test refuses. */
function outOfRange(draft: ParcelDraft, isGood: (x: number, y: number) => boolean): DraftVerdict {
  draft.broken = true;
  for (const [part, rings] of draft.parts.entries()) {
    for (const [ring, { positions }] of rings.entries()) {
      const vertex = positions.findIndex(([x, y]) => !isGood(x, y));
      if (vertex < 0) continue;
      const [x, y] = positions[vertex]!;
      const pointer = vertexPointer(draft, part, ring, vertex);
      return { draft, code: 'coordinates-out-of-range', values: { x, y }, pointer, place: [x, y] };
    }
  }
  return verdict(draft, 'coordinates-out-of-range', { x: draft.box[0], y: draft.box[1] });
}
