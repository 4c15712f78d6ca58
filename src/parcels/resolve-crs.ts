/**
 * Decides the coordinate reference system of a file: what the caller says, what the file says, and only then what the
 * numbers say, when just one reading is possible. Every contradiction between the three is a fault, never a guess.
 */

import { type CoordinateKind, kindOfBox, kindOfPoint, prefixOf } from '../core/coordinate-kind.js';
import { type Crs, crsTable } from '../core/crs.js';
import { agreeWithDeclared } from './agree-with-declared.js';
import { type CrsReading, readCrsName } from './crs-names.js';
import { type OtherReading, readingsOfMetres } from './likely-cause.js';
import { type ParcelDraft, vertexPointer } from './parcel-draft.js';
import { type FaultList, parcelWarning } from './parcel-faults.js';
import type { Jurisdiction, ParcelWarning } from './parcel-types.js';
import type { CrsMember } from './read-structure.js';

export interface CrsQuestion {
  /** What the caller said. */
  parameter: string | undefined;
  /** Without a declaration: ask, offering what would fit. */
  mustDeclare: boolean;
  members: readonly CrsMember[];
  drafts: readonly ParcelDraft[];
  jurisdiction: Jurisdiction | undefined;
  faults: FaultList;
  warnings: ParcelWarning[];
}

/** Pointer of a fault in the query parameter `crs`, which is not part of the file. */
const PARAMETER = '?crs';

/** The CRS of all drafts, or undefined with the reason among the faults. */
export function resolveCrs(question: CrsQuestion): Crs | undefined {
  const { drafts, faults, warnings } = question;
  const before = faults.count();
  const declared = readDeclared(question);
  if (faults.count() > before) return undefined;
  const located = drafts.filter((draft) => !draft.broken);
  if (located.length === 0) return declared;
  if (!declared) {
    if (!question.mustDeclare) return resolveByMagnitude(question, located);
    faults.add('crs-needed', PARAMETER, { candidates: candidatesOf(question, located) });
    return undefined;
  }
  if (declared.epsg === 4326) warnings.push(parcelWarning('datum-wgs84'));
  return agreeWithDeclared(declared, located, faults) ? declared : undefined;
}

/** Every CRS that would place the first parcel inside the jurisdiction, for people to choose from. */
function candidatesOf({ jurisdiction }: CrsQuestion, [first]: readonly ParcelDraft[]): string {
  const { box } = first!;
  const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  const prefix = prefixOf(x);
  const kind = kindOfBox(box);
  const list =
    kind === 'degrees'
      ? [crsTable.get(4490)!]
      : kind === 'zoned'
        ? [crsTable.get(prefix >= 25 ? 4488 + prefix : 4478 + prefix)]
        : kind === 'metres'
          ? readingsOfMetres(x, y, jurisdiction).map(({ crs }) => crs)
          : [];
  const names = list.flatMap((crs) => (crs ? [`crs=${crs.epsg} (${crs.nameZh})`] : []));
  return names.length > 0 ? names.join(', ') : '—';
}

interface Statement {
  crs: Crs;
  pointer: string;
  said: string;
}

function readDeclared({ parameter, members, faults }: CrsQuestion): Crs | undefined {
  const statements: Statement[] = [];
  const take = (said: string, pointer: string): void => {
    const reading = readCrsName(said);
    if (reading.kind === 'crs') statements.push({ crs: reading.crs, pointer, said });
    else refuseReading(reading, said.slice(0, 80), pointer, faults);
  };
  if (parameter !== undefined && parameter.trim() !== '') take(parameter, PARAMETER);
  const seen = new Set<string>();
  for (const { pointer, value } of members) {
    const said = nameOfMember(value);
    if (said === 'link') faults.add('crs-link', pointer);
    else if (said === undefined) faults.add('unknown-crs', pointer, { found: show(value) });
    else if (!seen.has(said)) {
      seen.add(said);
      take(said, pointer);
    }
  }
  const [first, ...others] = statements;
  for (const other of others) {
    if (first && !isSame(first.crs, other.crs)) {
      const text = ({ said, crs }: Statement): string => `${said.slice(0, 80)} (EPSG:${crs.epsg})`;
      faults.add('crs-contradiction', other.pointer, { first: text(first), second: text(other) });
    }
  }
  return first?.crs;
}

/** Longitude and latitude are the same in 4490 and 4326 to a centimetre: many programs write one for the other. */
const isSame = (a: Crs, b: Crs): boolean =>
  a.epsg === b.epsg || (a.kind === 'geographic' && b.kind === 'geographic');

/** The legacy member (GeoJSON 2008 §3): a name, an EPSG number, or a link. */
function nameOfMember(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, properties } = value as { type?: unknown; properties?: unknown };
  if (typeof type === 'string' && type.toLowerCase() === 'link') return 'link';
  if (typeof properties !== 'object' || properties === null) return undefined;
  const { name, code } = properties as { name?: unknown; code?: unknown };
  if (typeof name === 'string') return name;
  return typeof code === 'number' || typeof code === 'string' ? `EPSG:${code}` : undefined;
}

const datumNames = {
  xian80: { datumZh: '1980西安坐标系', datumEn: "in Xi'an 1980" },
  beijing54: { datumZh: '1954北京坐标系', datumEn: 'in Beijing 1954' },
  gcj02: { datumZh: 'GCJ-02（火星坐标，高德、腾讯地图）', datumEn: 'in GCJ-02 (Amap, Tencent)' },
  bd09: { datumZh: 'BD-09（百度地图）', datumEn: 'in BD-09 (Baidu)' },
} as const;

const systemNames = {
  'web-mercator': { nameZh: 'Web 墨卡托（EPSG:3857）', nameEn: 'Web Mercator (EPSG:3857)' },
  geocentric: { nameZh: '地心空间直角', nameEn: 'Geocentric' },
} as const;

function refuseReading(reading: CrsReading, said: string, pointer: string, faults: FaultList): void {
  if (reading.kind === 'old-datum') faults.add('old-datum', pointer, datumNames[reading.datum]);
  else if (reading.kind === 'shifted') faults.add('shifted-datum', pointer, datumNames[reading.datum]);
  else if (reading.kind === 'unusable') faults.add('unusable-crs', pointer, systemNames[reading.system]);
  else faults.add('unknown-crs', pointer, { found: said });
}

function resolveByMagnitude(question: CrsQuestion, located: readonly ParcelDraft[]): Crs | undefined {
  const { faults, warnings } = question;
  const [first] = located;
  const kind = kindOfBox(first!.box);
  const prefix = prefixOf(first!.box[0]);
  for (const draft of located) {
    const own = kindOfBox(draft.box);
    if (own === 'other' || (own === 'zoned' && prefixOf(draft.box[0]) !== prefixOf(draft.box[2]))) {
      refuseOutOfRange(draft, faults);
      return undefined;
    }
    if (own !== kind || (own === 'zoned' && prefixOf(draft.box[0]) !== prefix)) {
      const second = describeKind(own, draft);
      faults.add('mixed-crs', draft.geometryPointer, { first: describeKind(kind, first!), second });
      return undefined;
    }
  }
  const crs = crsOfKind(kind, prefix, question, located);
  if (crs && kind !== 'metres') {
    warnings.push(parcelWarning('crs-assumed', { crsZh: crs.nameZh, epsg: crs.epsg }));
  }
  return crs;
}

function crsOfKind(
  kind: CoordinateKind,
  prefix: number,
  question: CrsQuestion,
  located: readonly ParcelDraft[],
): Crs | undefined {
  const { faults } = question;
  const pointer = located[0]!.geometryPointer;
  if (kind === 'degrees') return crsTable.get(4490);
  if (kind === 'zoned') return crsTable.get(prefix >= 25 ? 4488 + prefix : 4478 + prefix);
  if (kind === 'metres') return crsByPlace(question, located);
  if (kind === 'web-mercator') faults.add('unusable-crs', pointer, systemNames['web-mercator']);
  else faults.add('axes-swapped', pointer);
  return undefined;
}

/** A 6-digit easting fits every zone: accepted only when exactly one of them lies in the jurisdiction. */
function crsByPlace(question: CrsQuestion, located: readonly ParcelDraft[]): Crs | undefined {
  const { faults, jurisdiction, warnings } = question;
  const found = new Map<number, OtherReading>();
  for (const { box } of located) {
    for (const reading of readingsOfMetres((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, jurisdiction)) {
      found.set(reading.crs.centralMeridian!, reading);
    }
  }
  const [only, ...others] = [...found.values()].map((reading) => reading.crs);
  if (only && others.length === 0 && jurisdiction) {
    warnings.push(parcelWarning('crs-assumed-by-place', { crsZh: only.nameZh, epsg: only.epsg }));
    return only;
  }
  const names =
    found.size === 0
      ? '—'
      : [...found.values()].map(({ crs }) => `EPSG:${crs.epsg} (${crs.centralMeridian}°E)`).join(', ');
  faults.add('ambiguous-crs', located[0]!.geometryPointer, { candidates: names });
  return undefined;
}

/** Points at the first vertex that is unlike the first. */
function refuseOutOfRange(draft: ParcelDraft, faults: FaultList): void {
  const likeness = (x: number, y: number): string => {
    const kind = kindOfPoint(x, y);
    return kind === 'zoned' ? `zone ${prefixOf(x)}` : kind;
  };
  draft.broken = true;
  const [first] = draft.parts[0]![0]!.positions;
  const expected = likeness(first![0], first![1]);
  for (const [part, rings] of draft.parts.entries()) {
    for (const [ring, { positions }] of rings.entries()) {
      for (const [vertex, [x, y]] of positions.entries()) {
        const own = likeness(x, y);
        if (own === expected && own !== 'other') continue;
        faults.add('coordinates-out-of-range', vertexPointer(draft, part, ring, vertex), { x, y }, [x, y]);
        return;
      }
    }
  }
}

function describeKind(kind: CoordinateKind, { box }: ParcelDraft): string {
  return kind === 'zoned' ? `zone ${prefixOf(box[0])}` : kind;
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}
