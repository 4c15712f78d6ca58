/**
 * The tables that go out of a stored check: its parcels with their figures, the pieces of ground behind the figures,
 * the classes, and what the rules say. Which columns there are stands in report-fields.ts; files are written elsewhere.
 */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { type ExportField, type ExportRow, type ExportTable, typeOf } from '../formats/export-table.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { shownProperties } from '../parcels/point-numbers.js';
import type { PieceFeature } from './check-pieces.js';
import type { Check, CheckParcel } from './check-types.js';
import {
  checklistFields,
  classFields,
  findingFields,
  layerFields,
  notReviewed,
  parcelFields,
  pieceFields,
  verdictWords,
} from './report-fields.js';

export const reportParts = ['parcels', 'pieces', 'classes', 'findings', 'checklist'] as const;
export type ReportPart = (typeof reportParts)[number];

type Language = keyof Bilingual;

const titles: Readonly<Record<ReportPart, Bilingual>> = {
  parcels: { zh: '地块', en: 'Parcels' },
  pieces: { zh: '叠加图斑', en: 'Overlap pieces' },
  classes: { zh: '分类面积', en: 'Areas by class' },
  findings: { zh: '审查意见', en: 'Findings' },
  checklist: { zh: '材料清单', en: 'Checklist' },
};

/** `ringsOf` gives a parcel's ground in the CRS of the file, `epsg`; `key` tells by which of their names columns go. */
export function parcelTable(
  check: Check,
  parcels: readonly Parcel[],
  epsg: number,
  ringsOf: (parcel: Parcel) => MultiPolygonRings,
  language: Language,
  key: 'name' | 'short' = 'name',
): ExportTable {
  const layers = check.layers.flatMap(({ id, nameZh, nameEn }) =>
    layerFields(id, { zh: nameZh, en: nameEn }),
  );
  const own = [...parcelFields, ...layers];
  const values = check.parcels.map((parcel) => figuresOf(parcel, language));
  const given = parcels.map(shownProperties);
  const submitted = submittedFields(given, own, values, key);
  const rows = parcels.map(
    (parcel, i): ExportRow => ({
      id: parcel.id,
      rings: ringsOf(parcel),
      values: { ...submitted.valuesOf(given[i]!), ...values[i] },
    }),
  );
  return { name: 'parcels', title: titles.parcels, fields: [...own, ...submitted.fields], rows, epsg };
}

function figuresOf(parcel: CheckParcel, language: Language): Record<string, unknown> {
  const { landUse, area } = parcel;
  const figures: Record<string, unknown> = {
    ...nameOf(parcel),
    landUse,
    ...verdictOf(parcel, language),
    ...area,
  };
  for (const overlay of parcel.overlays) {
    const { layer, verdict, areaM2, netAreaM2, outsideM2, undeterminedM2 } = overlay;
    Object.assign(figures, {
      [`${layer}_verdict`]: verdict,
      [`${layer}_areaM2`]: areaM2,
      [`${layer}_netAreaM2`]: netAreaM2,
      [`${layer}_outsideM2`]: outsideM2,
      [`${layer}_undeterminedM2`]: undeterminedM2,
    });
  }
  return figures;
}

const nameOf = ({ id, name }: CheckParcel) => ({ parcel: id, parcelName: name });

const verdictOf = ({ verdict }: Pick<CheckParcel, 'verdict'>, language: Language) => ({
  verdict,
  verdictText: verdictWords[verdict][language],
});

interface SubmittedFields {
  fields: ExportField[];
  valuesOf(properties: Parcel['properties']): Record<string, unknown>;
}

/**
 * What was submitted with the parcels, under its own names. A column that says the same as one of ours is not written
 * twice; one that has the name of ours and says something else gets `_1` behind its name.
 */
function submittedFields(
  all: readonly Parcel['properties'][],
  own: readonly ExportField[],
  figures: readonly Record<string, unknown>[],
  key: 'name' | 'short',
): SubmittedFields {
  const taken = new Set(own.map((one) => one[key].toLowerCase()));
  const renamed = new Map<string, string>();
  const fields: ExportField[] = [];
  const names = new Set(all.flatMap((properties) => Object.keys(properties)));
  for (const name of names) {
    const twin = own.find((one) => one[key].toLowerCase() === name.toLowerCase());
    if (twin && all.every((row, i) => isSame(row[name], figures[i]![twin.name]))) continue;
    const free = freeName(name, taken);
    renamed.set(name, free);
    fields.push({
      ...{ name: free, short: free, title: { zh: free, en: free } },
      type: typeOf(all.map((row) => row[name])),
    });
  }
  return {
    fields,
    valuesOf: (properties) =>
      Object.fromEntries([...renamed].map(([name, free]) => [free, properties[name] ?? null])),
  };
}

const isSame = (a: unknown, b: unknown): boolean => (a ?? null) === (b ?? null);

function freeName(name: string, taken: Set<string>): string {
  let free = name;
  for (let n = 1; taken.has(free.toLowerCase()); n++) free = `${name}_${n}`;
  taken.add(free.toLowerCase());
  return free;
}

/** `pieces` in EPSG:4490 degrees; `inCrs` takes their rings to the CRS of the file, `epsg`. */
export function pieceTable(
  check: Check,
  pieces: readonly PieceFeature[],
  epsg: number,
  inCrs: (lonLat: MultiPolygonRings) => MultiPolygonRings,
  language: Language,
): ExportTable {
  const own = new Set(pieceFields.map(({ name }) => name));
  const parcelNames = new Map(check.parcels.map((parcel) => [parcel.id, parcel.name]));
  const attributes = new Set(
    pieces.flatMap(({ properties }) => Object.keys(properties).filter((name) => !own.has(name))),
  );
  // the contract's `bsm` and the attribute BSM are one thing
  if (attributes.has('BSM')) attributes.delete('bsm');
  const fields = [...attributes].map((name): ExportField => {
    const type = typeOf(pieces.map(({ properties }) => properties[name]));
    return { name, short: name, type: type === 'text' ? 'code' : type, title: { zh: name, en: name } };
  });
  const rows = pieces.map(({ id, geometry, properties }): ExportRow => {
    const verdict = verdictOf(properties as unknown as CheckParcel, language);
    const parcelName = parcelNames.get(String(properties.parcel)) ?? null;
    const ofLayer = layerOf(check, String(properties.layer), language);
    return {
      id,
      rings: inCrs(geometry.coordinates),
      values: { ...properties, parcelName, ...ofLayer, ...verdict },
    };
  });
  return { name: 'pieces', title: titles.pieces, fields: [...pieceFields, ...fields], rows, epsg };
}

function layerOf(check: Check, id: string, language: Language) {
  const layer = check.layers.find((one) => one.id === id);
  const layerName = (language === 'zh' ? layer?.nameZh : layer?.nameEn) ?? null;
  return { layer: id, layerName, dataDate: layer?.dataDate ?? null };
}

export function classTable(check: Check, language: Language): ExportTable {
  const rows = check.parcels.flatMap((parcel) =>
    parcel.overlays.flatMap(({ layer, byClass }) =>
      byClass.map(
        ({ code, label, ...figures }): ExportRow => ({
          values: {
            ...nameOf(parcel),
            ...layerOf(check, layer, language),
            class: code,
            className: label,
            ...figures,
          },
        }),
      ),
    ),
  );
  return { name: 'classes', title: titles.classes, fields: classFields, rows, epsg: undefined };
}

/** Of each parcel, then of all parcels together, then the layers whose rules could not be asked. */
export function findingTable(check: Check, language: Language): ExportTable {
  const all = { parcel: null, parcelName: allParcels[language] };
  const rows = [
    ...check.parcels.flatMap((parcel) => ruleRows(check, nameOf(parcel), parcel, language)),
    ...ruleRows(check, all, check, language),
    ...check.unreviewed.map(
      ({ layer, nameZh, nameEn, rules }): ExportRow => ({
        values: {
          ...{ ...all, layer, layerName: language === 'zh' ? nameZh : nameEn },
          ...{
            rule: rules.join(listed[language]),
            verdict: 'not-reviewed',
            verdictText: notReviewed[language],
          },
        },
      }),
    ),
  ];
  return { name: 'findings', title: titles.findings, fields: findingFields, rows, epsg: undefined };
}

const allParcels: Bilingual = { zh: '（全部地块）', en: '(all parcels)' };
const listed: Bilingual = { zh: '、', en: ', ' };

type Whose = Pick<ReturnType<typeof nameOf>, 'parcelName'> & { parcel: string | null };

const ruleRows = (
  check: Check,
  whose: Whose,
  { findings, passed }: Pick<CheckParcel, 'findings' | 'passed'>,
  language: Language,
): ExportRow[] => [
  ...findings.map((finding) => findingRow(check, whose, finding, language)),
  ...passed.map(({ rule, text }): ExportRow => {
    const said = check.rules[rule];
    return {
      values: {
        ...{ ...whose, ...(said && layerOf(check, said.layer, language)), rule, module: said?.module },
        ...verdictOf({ verdict: 'clear' }, language),
        ...{ title: (text ?? said?.passed)?.[language] ?? rule, areaM2: 0, noise: false },
      },
    };
  }),
];

function findingRow(
  check: Check,
  whose: Whose,
  finding: CheckParcel['findings'][number],
  language: Language,
): ExportRow {
  const { rule, module, layer, areaM2, netAreaM2, undeterminedM2, noise, source } = finding;
  return {
    values: {
      ...{ ...whose, ...layerOf(check, layer, language), rule, module },
      ...verdictOf(finding, language),
      ...{ title: finding.title[language], detail: finding.detail[language] },
      ...{ areaM2, netAreaM2, undeterminedM2, noise },
      ...{ document: source.document, article: source.article },
      requires: finding.requires.map((text) => text[language]).join(language === 'zh' ? '；' : '; '),
    },
  };
}

export function checklistTable({ checklist }: Check, language: Language): ExportTable {
  const rows = checklist.map(
    ({ id, text, module, verdict, parcels, rules }): ExportRow => ({
      values: {
        ...{ material: text[language], module, ...verdictOf({ verdict }, language) },
        ...{ parcels: parcels.join(listed[language]), rules: rules.join(listed[language]), id },
      },
    }),
  );
  return { name: 'checklist', title: titles.checklist, fields: checklistFields, rows, epsg: undefined };
}
