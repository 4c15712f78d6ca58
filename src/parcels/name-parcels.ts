/** Gives every draft its id, name and wanted use from the feature id or the fields that bureaus use for them. */
import type { ParcelDraft } from './parcel-draft.js';
import { type FaultList, parcelWarning } from './parcel-faults.js';

/** Field names by rank: the first that is filled wins. Compared without regard to case. */
export const fieldAliases = {
  id: [
    'id',
    'DKBH',
    'ZDDM',
    'BDCDYH',
    'BSM',
    '编号',
    '地块编号',
    '地块编码',
    '地块代码',
    '宗地代码',
    '宗地号',
    '宗地编号',
    '不动产单元号',
    '标识码',
    'DKBM',
    'ZDBH',
    'ZDH',
    'parcelId',
    'parcel_id',
    // as our own files name them
    'parcel',
  ],
  name: ['name', 'DKMC', 'parcelName', 'ZDMC', 'XMMC', '名称', '地块名称', '宗地名称', '项目名称', 'MC'],
  landUse: [
    'landUse',
    'land_use',
    'YDYHDM',
    'YDYHFLDM',
    'DKYT',
    'YDXZDM',
    'GHYTDM',
    '用地用海',
    '用地用海代码',
    '用地用海分类代码',
    '用地性质代码',
    '地块用途',
    '规划用途代码',
    '土地用途代码',
  ],
} as const;

const MAX_ID_LENGTH = 200;

type Field = keyof typeof fieldAliases;

const ranks: ReadonlyMap<string, readonly { field: Field; rank: number }[]> = (() => {
  const table = new Map<string, { field: Field; rank: number }[]>();
  for (const field of Object.keys(fieldAliases) as Field[]) {
    for (const [rank, alias] of fieldAliases[field].entries()) {
      const key = alias.toLowerCase();
      table.set(key, [...(table.get(key) ?? []), { field, rank }]);
    }
  }
  return table;
})();

export function nameParcels(drafts: readonly ParcelDraft[], faults: FaultList): void {
  const firstUse = new Map<string, string>();
  const unnamed: ParcelDraft[] = [];
  for (const draft of drafts) {
    const found = fieldsOf(draft.properties);
    draft.name = found.name ?? null;
    readLandUse(draft, found.landUse);
    const id = readId(draft, faults) ?? found.id;
    if (id === undefined) unnamed.push(draft);
    else takeId(draft, id, firstUse, faults);
  }
  for (const draft of unnamed) {
    let id = `parcel-${Math.max(draft.index, 0) + 1}`;
    while (firstUse.has(id)) id += '-x';
    firstUse.set(id, draft.pointer);
    draft.id = id;
    draft.warnings.push(parcelWarning('missing-id', { id }, draft.pointer));
  }
}

function takeId(draft: ParcelDraft, id: string, firstUse: Map<string, string>, faults: FaultList): void {
  draft.id = id;
  if (id.length > MAX_ID_LENGTH || hasControls(id)) {
    faults.add('bad-id', draft.pointer, { limit: MAX_ID_LENGTH });
    return;
  }
  const first = firstUse.get(id);
  if (first === undefined) firstUse.set(id, draft.pointer);
  else faults.add('duplicate-id', draft.pointer, { id, first });
}

function readId(draft: ParcelDraft, faults: FaultList): string | undefined {
  const value = draft.featureId;
  if (value === undefined || value === null) return undefined;
  const id = toText(value);
  if (id === undefined && value !== '') faults.add('bad-id', `${draft.pointer}/id`, { limit: MAX_ID_LENGTH });
  return id;
}

function fieldsOf(properties: Readonly<Record<string, unknown>>): Partial<Record<Field, string>> {
  const best: Partial<Record<Field, number>> = {};
  const values: Partial<Record<Field, string>> = {};
  for (const key of Object.keys(properties)) {
    for (const { field, rank } of ranks.get(key.toLowerCase()) ?? []) {
      if (rank >= (best[field] ?? Number.POSITIVE_INFINITY)) continue;
      const value = toText(properties[key]);
      if (value === undefined) continue;
      best[field] = rank;
      values[field] = value;
    }
  }
  return values;
}

/** 用地用海 codes have 2, 4 or 6 digits: an odd count means that a spreadsheet ate the leading zero. */
function readLandUse(draft: ParcelDraft, value: string | undefined): void {
  draft.landUse = value ?? null;
  if (value === undefined || !/^\d+$/.test(value) || value.length % 2 === 0 || value.length > 5) return;
  draft.landUse = `0${value}`;
  draft.warnings.push(parcelWarning('land-use-padded', { found: value, code: draft.landUse }, draft.pointer));
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 32 || code === 127) return true;
  }
  return false;
}
