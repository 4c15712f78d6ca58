/**
 * The dynamic ledger (台账) of urban construction land outside the development boundary: 焦政办规〔2025〕1号 (三), 豫 50 条第3条.
 * Rows are entered from stored checks, figures as they were measured; they are withdrawn with a reason, never deleted.
 */

import { createHash } from 'node:crypto';
import { AppError, type Bilingual, type InputFault } from '../core/errors.js';
import { toHa, toMu } from '../core/units.js';
import type { Sql } from '../database/sql.js';
import type { ExportField, ExportTable } from '../formats/export-table.js';
import { writeCsv } from '../formats/write-csv.js';
import type { StoredParcel } from '../parcels/rebuild-parcel.js';
import { readLandUse } from '../policy/facts.js';
import type { CheckParts, PinnedRequest } from './check-parts.js';
import type { Check, CheckParcel } from './check-types.js';
import {
  changedMeanwhile,
  countedTwice,
  enteredAlready,
  entryFaults,
  notAtApproval,
  refused,
  toFault,
} from './ledger-faults.js';
import { findLedgerOverlaps } from './ledger-overlaps.js';
import { outsideByCounty } from './outside-by-county.js';
import { readAnswer } from './read-checks.js';
import { checkNotFound } from './replay-check.js';
import {
  insertLedgerRows,
  type LedgerRow,
  lockLedger,
  type NewLedgerRow,
  selectLedger,
  selectLedgerState,
  selectLedgerTotals,
  selectStoredParcels,
  updateLedgerWithdrawn,
} from './sql.js';

export interface LedgerEntry {
  id: number;
  check: string;
  parcel: string;
  name: string | null;
  /** 用地用海 code. */
  landUse: string;
  /** Null where no district is known for the ground. */
  county: { code: string; name: string | null } | null;
  areaM2: number;
  ha: number;
  mu: number;
  /** Of 城镇开发边界. */
  layerVersion: string;
  dataDate: string | null;
  /** 对选址的特殊要求. */
  reason: string;
  enteredAt: string;
  withdrawnAt: string | null;
  withdrawnReason: string | null;
}

export interface LedgerTotal {
  county: { code: string; name: string | null } | null;
  entries: number;
  areaM2: number;
  ha: number;
  mu: number;
}

export interface LedgerRequest {
  check: string;
  /** Ids; without them every parcel of the check that lies outside. */
  parcels?: readonly string[];
  reason: string;
}

/** @throws AppError not-found, bad-parameter with one fault for each parcel that can not be entered, conflict */
export async function enterLedger(parts: CheckParts, request: LedgerRequest): Promise<LedgerEntry[]> {
  const stored = await readAnswer(parts.db, request.check);
  if (!stored) throw checkNotFound(request.check);
  const check = JSON.parse(stored.answer.toString()) as Check;
  if (check.stage !== 'approval') throw notAtApproval();
  const chosen = choose(check, request.parcels);
  const faults = chosen.flatMap(entryFaults);
  if (faults.length > 0) throw refused(faults);
  const sources = (await selectStoredParcels(parts.db, request.check)) as StoredParcel[];
  const state = await selectLedgerState(parts.db);
  const sourceOf = (parcel: CheckParcel) => sources.find((one) => one.id === parcel.id)!;
  const shaOf = (parcel: CheckParcel): string =>
    createHash('sha256')
      .update(JSON.stringify(sourceOf(parcel).source))
      .digest('hex');
  const grounds = chosen.map((parcel) => ({ id: parcel.id, groundSha256: shaOf(parcel) }));
  const overlaps = await findLedgerOverlaps(parts, check.id, grounds);
  if (overlaps.length > 0) throw countedTwice(overlaps);
  const rows: NewLedgerRow[] = [];
  for (const [i, parcel] of chosen.entries()) {
    const source = sourceOf(parcel);
    const { groundSha256 } = grounds[i]!;
    for (const { county, areaM2 } of await outsideByCounty(
      parts,
      stored.request as PinnedRequest,
      parcel,
      source,
    ))
      rows.push({
        ...{ parcelId: parcel.id, parcelName: parcel.name, landUse: readLandUse(parcel.landUse!)! },
        ...{ countyCode: county?.code ?? null, countyName: county?.name ?? null },
        ...{ areaM2: areaM2.toFixed(2), groundSha256 },
      });
  }
  const layer = check.layers.find((one) => one.id === 'czkfbj')!;
  const common = {
    checkId: check.id,
    layerVersion: layer.version!,
    dataDate: layer.dataDate,
    reason: request.reason,
  };
  return parts.db.transaction(async (tx) => {
    if ((await lockLedger(tx)) !== state) throw changedMeanwhile();
    const entered = await insertLedgerRows(tx, common, rows);
    if (entered.length < rows.length) throw enteredAlready(rows, entered);
    return entered.map(toEntry);
  });
}

function choose(check: Check, ids: LedgerRequest['parcels']): CheckParcel[] {
  const outside = (parcel: CheckParcel): boolean =>
    parcel.findings.some(({ rule, noise }) => rule === RULE && !noise);
  if (!ids) {
    const all = check.parcels.filter(outside);
    if (all.length > 0) return all;
    throw refused([
      toFault(
        '/check',
        'nothing-outside',
        '该预检没有位于城镇开发边界外的地块。',
        'No parcel of the check lies outside the urban development boundary.',
      ),
    ]);
  }
  const faults: InputFault[] = [];
  const chosen = ids.flatMap((id, i) => {
    const parcel = check.parcels.find((one) => one.id === id);
    if (parcel && outside(parcel)) return [parcel];
    faults.push(
      toFault(
        `/parcels/${i}`,
        parcel ? 'nothing-outside' : 'unknown-parcel',
        parcel ? `地块“${id}”不在城镇开发边界外。` : `该预检没有地块“${id}”。`,
        parcel ? `Parcel "${id}" does not lie outside the boundary.` : `The check has no parcel "${id}".`,
      ),
    );
    return [];
  });
  if (faults.length > 0) throw refused(faults);
  return chosen;
}

const RULE = 'czkfbj-outside';
export interface LedgerQuery {
  county?: string;
  /** Withdrawn entries too. */
  withdrawn: boolean;
  after?: number;
  limit: number;
}

/** A page of entries in order, and the totals of all entries that hold, by county. */
export async function readLedger(
  sql: Sql,
  query: LedgerQuery,
): Promise<{ entries: LedgerEntry[]; totals: LedgerTotal[]; next?: number }> {
  const rows = await selectLedger(sql, { ...query, limit: query.limit + 1 });
  const entries = rows.slice(0, query.limit).map(toEntry);
  const totals = await ledgerTotals(sql);
  const last = entries.at(-1);
  return rows.length > query.limit && last ? { entries, totals, next: last.id } : { entries, totals };
}

export async function ledgerTotals(sql: Sql): Promise<LedgerTotal[]> {
  const rows = await selectLedgerTotals(sql);
  return rows.map(({ county_code, county_name, entries, area_m2 }) => ({
    ...{ county: toCounty(county_code, county_name), entries, ...inUnits(Number(area_m2)) },
  }));
}

/** @throws AppError not-found for an entry that is not there or was withdrawn before */
export async function withdrawLedgerEntry(sql: Sql, id: number, reason: string): Promise<LedgerEntry> {
  const row = await updateLedgerWithdrawn(sql, id, reason);
  if (row) return toEntry(row);
  throw new AppError('not-found', `no ledger entry ${id} in force`, {
    detail: { zh: `台账没有编号为 ${id} 的有效记录。`, en: `The ledger has no entry ${id} in force.` },
  });
}

const field = (
  name: string,
  type: ExportField['type'],
  zh: string,
  en: string,
  decimals?: number,
): ExportField => ({
  ...{ name, short: name.slice(0, 10).toUpperCase(), type, title: { zh, en } },
  ...(decimals !== undefined && { decimals }),
});

const ledgerFields: readonly ExportField[] = [
  field('id', 'integer', '编号', 'Entry'),
  field('countyCode', 'code', '县级代码', 'County code'),
  field('countyName', 'text', '县（市、区）', 'County'),
  field('parcel', 'text', '地块编号', 'Parcel'),
  field('name', 'text', '地块名称', 'Name'),
  field('landUse', 'code', '用地用海代码', 'Land use'),
  field('areaM2', 'number', '边界外面积（㎡）', 'Area outside (m²)', 2),
  field('ha', 'number', '边界外面积（公顷）', 'Area outside (ha)', 4),
  field('mu', 'number', '边界外面积（亩）', 'Area outside (mu)', 2),
  field('reason', 'text', '对选址的特殊要求', 'Special siting requirement'),
  field('dataDate', 'text', '边界数据日期', 'Data date of the boundary'),
  field('layerVersion', 'text', '边界数据版本', 'Version of the boundary'),
  field('check', 'text', '预检编号', 'Check'),
  field('enteredAt', 'text', '列入时间', 'Entered at'),
  field('withdrawnAt', 'text', '撤销时间', 'Withdrawn at'),
  field('withdrawnReason', 'text', '撤销理由', 'Why withdrawn'),
];

/** All entries as a table for spreadsheets. */
export async function ledgerCsv(
  sql: Sql,
  query: LedgerQuery,
  language: keyof Bilingual,
): Promise<Uint8Array> {
  const { entries } = await readLedger(sql, query);
  const table: ExportTable = {
    ...{ name: 'ledger', title: { zh: '台账', en: 'Ledger' }, fields: ledgerFields, epsg: undefined },
    rows: entries.map(({ county, ...entry }) => ({
      values: { ...entry, countyCode: county?.code ?? null, countyName: county?.name ?? null },
    })),
  };
  return writeCsv(table, { language, wkt: false }).bytes;
}

const inUnits = (areaM2: number): { areaM2: number; ha: number; mu: number } => ({
  ...{ areaM2, ha: toHa(areaM2), mu: toMu(areaM2) },
});

const toCounty = (code: string | null, name: string | null): LedgerEntry['county'] =>
  code === null ? null : { code, name };

const toEntry = (row: LedgerRow): LedgerEntry => ({
  ...{ id: row.entry_no, check: row.check_id, parcel: row.parcel_id, name: row.parcel_name },
  ...{
    landUse: row.land_use,
    county: toCounty(row.county_code, row.county_name),
    ...inUnits(Number(row.area_m2)),
  },
  ...{ layerVersion: row.layer_version, dataDate: row.data_date, reason: row.reason },
  enteredAt: row.entered_at.toISOString(),
  withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
  withdrawnReason: row.withdrawn_reason,
});
