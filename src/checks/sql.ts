/** The statements of the checks room. */
import type { Database, Sql } from '../database/sql.js';

export interface NewCheckRow {
  id: string;
  createdAt: string;
  sha256: string;
  stage: string;
  verdict: string;
  rulePack: string;
  rulePackVersion: string;
  request: string;
  /** Of the rules that a replay will ask for; undefined for a check that nobody will replay. */
  rulesSha256: string | undefined;
  /** The answer's bytes as `packAnswer` leaves them. */
  packedAnswer: Uint8Array;
  parcels: readonly {
    parcelId: string;
    verdict: string;
    areaM2: string;
    sourceEpsg: number;
    source: string;
    ewkb: Uint8Array;
  }[];
}

/** One statement, so that a check is stored whole or not at all; false, with nothing stored, where its rules are not. */
export async function insertCheck(sql: Sql, row: NewCheckRow): Promise<boolean> {
  const column = <K extends keyof NewCheckRow['parcels'][number]>(name: K) => row.parcels.map((p) => p[name]);
  const [done] = await sql.query<{ parcels: number }>(
    `with rules as (
       select 1 where $19::text is null or exists (select 1 from rule_set where sha256 = $19)
     ),
     record as (
       -- the answer
       insert into check_record (check_id, created_at, sha256, stage, verdict, parcel_count, rule_pack,
                                 rule_pack_version, request, answer_packed)
       select $1, $2::timestamptz, $3, $4, $5, $6::int, $7, $8, $9::json, $10::bytea from rules
       returning 1
     ),
     -- its parcels; the foreign key is checked at the end of the statement
     parcel as (
       insert into check_parcel (check_id, ordinal, parcel_id, verdict, area_m2, source_epsg, source, geom)
       select $1, ordinality::int, parcel_id, verdict, area_m2, source_epsg, source,
              ST_GeomFromEWKB(substring($18::bytea from ewkb_from for ewkb_length))
         from record,
              rows from (unnest($11::text[]), unnest($12::text[]), unnest($13::numeric[]), unnest($14::int[]),
                         json_array_elements($15::json), unnest($16::int[]), unnest($17::int[]))
              with ordinality
              as given (parcel_id, verdict, area_m2, source_epsg, source, ewkb_from, ewkb_length, ordinality)
       returning 1
     )
     select count(*)::int as parcels from parcel`,
    [
      row.id,
      row.createdAt,
      row.sha256,
      row.stage,
      row.verdict,
      row.parcels.length,
      row.rulePack,
      row.rulePackVersion,
      row.request,
      row.packedAnswer,
      column('parcelId'),
      column('verdict'),
      column('areaM2'),
      column('sourceEpsg'),
      // one text and one run of bytes: as arrays of a thousand each took the database longer to read than to store
      `[${column('source').join(',')}]`,
      ...oneRun(column('ewkb')),
      row.rulesSha256 ?? null,
    ],
  );
  return done!.parcels > 0;
}

/** Where each begins (from 1), how long it is, and all of them one after the other. */
function oneRun(items: readonly Uint8Array[]): [number[], number[], Buffer] {
  let at = 1;
  const starts = items.map(({ length }) => {
    at += length;
    return at - length;
  });
  return [starts, items.map(({ length }) => length), Buffer.concat(items)];
}

export interface CheckRow {
  check_id: string;
  created_at: Date;
  stage: string;
  verdict: string;
  parcel_count: number;
  rule_pack: string;
  rule_pack_version: string;
}

/** Newest first; `after` is the id of the last row of the page before. */
export function selectChecks(
  sql: Sql,
  page: { limit: number; after?: string; verdict?: string },
): Promise<CheckRow[]> {
  return sql.query<CheckRow>(
    `select check_id, created_at, stage, verdict, parcel_count, rule_pack, rule_pack_version
       from check_record
      where ($2::text is null
             or (created_at, check_id) < (select created_at, check_id from check_record where check_id = $2))
        and ($3::text is null or verdict = $3)
      order by created_at desc, check_id desc
      limit $1`,
    [page.limit, page.after ?? null, page.verdict ?? null],
  );
}

/** What was stored under an id. */
export async function selectCheck(
  sql: Sql,
  checkId: string,
): Promise<Pick<CheckRow, 'verdict' | 'parcel_count'> | undefined> {
  const [row] = await sql.query<Pick<CheckRow, 'verdict' | 'parcel_count'>>(
    'select verdict, parcel_count from check_record where check_id = $1',
    [checkId],
  );
  return row;
}

export interface StoredAnswerRow {
  /** Options and pinned versions of the check. */
  request: unknown;
  /** Text of an answer stored before answers were packed; else null. */
  answer: string | null;
  answer_packed: Uint8Array | null;
}

export async function selectAnswer(sql: Sql, checkId: string): Promise<StoredAnswerRow | undefined> {
  const [row] = await sql.query<StoredAnswerRow>(
    'select request, answer, answer_packed from check_record where check_id = $1',
    [checkId],
  );
  return row;
}

export async function selectStoredParcels(sql: Sql, checkId: string): Promise<unknown[]> {
  const rows = await sql.query<{ source: unknown }>(
    'select source from check_parcel where check_id = $1 order by ordinal',
    [checkId],
  );
  return rows.map((row) => row.source);
}

export type Published = 'pieces' | 'findings';

/** Ids among `ids` that no stored check has. */
export async function selectMissingChecks(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select id from unnest($1::text[]) as id where not exists (select from check_record where check_id = id)`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** Checks whose rows are not there yet, newest first. */
export async function selectUnpublished(
  sql: Sql,
  what: Published,
  ids: readonly string[] | null,
  limit: number,
): Promise<string[]> {
  const rows = await sql.query<{ check_id: string }>(
    `select check_id from check_record r
      where ($2::text[] is null or check_id = any ($2::text[]))
        and not exists (select from check_published p where p.check_id = r.check_id and p.what = $1)
      order by created_at desc, check_id desc limit $3`,
    [what, ids, limit],
  );
  return rows.map(({ check_id }) => check_id);
}

export interface NewPieceRow {
  parcel: string;
  layer: string;
  kind: 'overlap' | 'outside' | 'undetermined';
  featureId: string | null;
  bsm: string | null;
  classCode: string | null;
  classLabel: string | null;
  areaM2: number | null;
  netAreaM2: number | null;
  noise: boolean;
  verdict: string;
  layerVersion: string | null;
  ewkbHex: string;
}

export interface NewFindingRow {
  /** Of the parcel, from 1. */
  ordinal: number;
  rule: string;
  module: string;
  layer: string;
  verdict: string;
  areaM2: number;
  netAreaM2: number | null;
  undeterminedM2: number;
  noise: boolean;
  document: string;
  article: string;
  titleZh: string;
  titleEn: string;
  detailZh: string;
  detailEn: string;
  requiresZh: string | null;
}

/** Rows of one insert. */
const INSERT_ROWS = 1_000;

/** All rows of a check or none; nothing when another process was first. */
async function publishRows<Row>(
  db: Database,
  what: Published,
  checkId: string,
  rows: readonly Row[],
  insert: (tx: Sql, from: number, rows: readonly Row[]) => Promise<unknown>,
): Promise<void> {
  await db.transaction(async (tx) => {
    const marked = await tx.query(
      'insert into check_published (check_id, what) values ($1, $2) on conflict do nothing returning check_id',
      [checkId, what],
    );
    if (marked.length === 0) return;
    for (let at = 0; at < rows.length; at += INSERT_ROWS) {
      await insert(tx, at, rows.slice(at, at + INSERT_ROWS));
    }
  });
}

export const insertPieceRows = (db: Database, checkId: string, all: readonly NewPieceRow[]): Promise<void> =>
  publishRows(db, 'pieces', checkId, all, (tx, from, rows) =>
    tx.query(
      `insert into check_piece (check_id, piece_no, parcel_id, layer_id, kind, feature_id, bsm, class_code, class_label,
                                area_m2, net_area_m2, noise, verdict, layer_version, geom)
       select $1, $2::int + ordinality::int, parcel, layer, kind, feature, bsm, code, label, area, net, noise, verdict,
              version, shape::geometry
         from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::float8[],
                     $11::float8[], $12::bool[], $13::text[], $14::text[], $15::text[])
              with ordinality as given (parcel, layer, kind, feature, bsm, code, label, area, net, noise, verdict,
                                        version, shape, ordinality)`,
      [
        ...[checkId, from],
        ...columns(rows, 'parcel', 'layer', 'kind', 'featureId', 'bsm', 'classCode', 'classLabel', 'areaM2'),
        ...columns(rows, 'netAreaM2', 'noise', 'verdict', 'layerVersion', 'ewkbHex'),
      ],
    ),
  );

export const insertFindingRows = (
  db: Database,
  checkId: string,
  all: readonly NewFindingRow[],
): Promise<void> =>
  publishRows(db, 'findings', checkId, all, (tx, from, rows) =>
    tx.query(
      `insert into check_finding (check_id, finding_no, parcel_ordinal, rule, module, layer_id, verdict, area_m2,
                                  net_area_m2, undetermined_m2, noise, document, article, title_zh, title_en,
                                  detail_zh, detail_en, requires_zh)
       select $1, $2::int + number::int, ordinal, rule, module, layer, verdict, area, net, unknown, noise, document,
              article, title_zh, title_en, detail_zh, detail_en, requires_zh
         from unnest($3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[], $9::float8[],
                     $10::float8[], $11::bool[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                     $17::text[], $18::text[])
              with ordinality as given (ordinal, rule, module, layer, verdict, area, net, unknown, noise, document,
                                        article, title_zh, title_en, detail_zh, detail_en, requires_zh, number)`,
      [
        ...[checkId, from],
        ...columns(
          rows,
          'ordinal',
          'rule',
          'module',
          'layer',
          'verdict',
          'areaM2',
          'netAreaM2',
          'undeterminedM2',
        ),
        ...columns(
          rows,
          'noise',
          'document',
          'article',
          'titleZh',
          'titleEn',
          'detailZh',
          'detailEn',
          'requiresZh',
        ),
      ],
    ),
  );

const columns = <Row>(rows: readonly Row[], ...names: (keyof Row)[]): unknown[][] =>
  names.map((name) => rows.map((row) => row[name]));

/** How many checks there are and which is the newest: together they tell whether anything was added. */
export async function selectCheckState(
  sql: Sql,
): Promise<{ count: number; newest: string | null; first: Date | null }> {
  const [row] = await sql.query<{ count: number; newest: string | null; first: Date | null }>(
    'select count(*) as count, max(check_id) as newest, min(created_at) as first from check_record',
  );
  return row!;
}

/** Box of all parcels ever checked, EPSG:4490 degrees. */
/** Of the parcels of one check, or of all. */
export async function selectCheckBox(
  sql: Sql,
  checkId: string | null = null,
): Promise<[number, number, number, number] | null> {
  const [row] = await sql.query<{ west: number | null; south: number; east: number; north: number }>(
    `select min(ST_XMin(geom)) as west, min(ST_YMin(geom)) as south, max(ST_XMax(geom)) as east,
            max(ST_YMax(geom)) as north from check_parcel where $1::text is null or check_id = $1`,
    [checkId],
  );
  return row!.west === null ? null : [row!.west, row!.south, row!.east, row!.north];
}

/** From-items of the collections of checks; `p` holds the geometry. */
export const checkTables = {
  parcels: '(check_parcel p join check_record r on r.check_id = p.check_id)',
  pieces: '(check_piece p join check_record r on r.check_id = p.check_id)',
  findings: `(check_finding f join check_parcel p on p.check_id = f.check_id and p.ordinal = f.parcel_ordinal
     join check_record r on r.check_id = f.check_id)`,
} as const;

/** 四种结论 in words. */
export const verdictZh = (column: string): string =>
  `(case ${column} when 'clear' then '不涉及' when 'attention' then '涉及—需论证/说明'
     when 'prohibited' then '涉及—禁止' else '数据缺失—无法判定' end)`;

/** Changes with every pack that is uploaded; empty where there is none. */
export async function selectPackState(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ state: string | null }>(
    'select max(file_no)::text || max(received_at)::text as state from rule_pack_file',
  );
  return row?.state ?? '';
}

/** Newest first: of two versions from the same day on, the later upload holds. */
export function selectPackFiles(
  sql: Sql,
): Promise<{ kind: string; content: string; tests: string | null }[]> {
  return sql.query('select kind, content, tests from rule_pack_file order by file_no desc');
}

/** False where that version is there. */
export async function insertPackFile(
  sql: Sql,
  row: {
    kind: string;
    id: string;
    version: string;
    content: string;
    tests: string | null;
    sha256: string;
  },
): Promise<boolean> {
  const rows = await sql.query(
    `insert into rule_pack_file (kind, pack_id, version, content, tests, sha256)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (kind, pack_id, version) do nothing
     returning file_no`,
    [row.kind, row.id, row.version, row.content, row.tests, row.sha256],
  );
  return rows.length > 0;
}

export async function hasRuleSet(sql: Sql, sha256: string): Promise<boolean> {
  return (await sql.query('select 1 from rule_set where sha256 = $1', [sha256])).length > 0;
}

export async function insertRuleSet(sql: Sql, sha256: string, content: string): Promise<void> {
  await sql.query('insert into rule_set (sha256, content) values ($1, $2) on conflict do nothing', [
    sha256,
    content,
  ]);
}

export async function selectRuleSet(sql: Sql, sha256: string): Promise<string | undefined> {
  const [row] = await sql.query<{ content: string }>('select content from rule_set where sha256 = $1', [
    sha256,
  ]);
  return row?.content;
}

export interface NewLedgerRow {
  parcelId: string;
  parcelName: string | null;
  landUse: string;
  countyCode: string | null;
  countyName: string | null;
  areaM2: string;
  groundSha256: string;
}

export interface LedgerRow {
  entry_no: number;
  check_id: string;
  parcel_id: string;
  parcel_name: string | null;
  land_use: string;
  county_code: string | null;
  county_name: string | null;
  area_m2: string;
  layer_version: string;
  data_date: string | null;
  reason: string;
  entered_at: Date;
  withdrawn_at: Date | null;
  withdrawn_reason: string | null;
}

const ledgerColumns = `entry_no, check_id, parcel_id, parcel_name, land_use, county_code, county_name,
  area_m2::text as area_m2, layer_version, data_date::text as data_date, reason, entered_at, withdrawn_at,
  withdrawn_reason`;

/** All rows of one act in one statement; rows whose ground is entered already are left out of the answer. */
export function insertLedgerRows(
  sql: Sql,
  common: { checkId: string; layerVersion: string; dataDate: string | null; reason: string },
  rows: readonly NewLedgerRow[],
): Promise<LedgerRow[]> {
  const column = <K extends keyof NewLedgerRow>(name: K) => rows.map((row) => row[name]);
  return sql.query<LedgerRow>(
    `insert into ledger_entry (check_id, layer_version, data_date, reason, parcel_id, parcel_name, land_use,
                               county_code, county_name, area_m2, ground_sha256)
     select $1, $2, $3::date, $4, parcel_id, parcel_name, land_use, county_code, county_name, area_m2, ground
       from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::numeric[], $11::text[])
            with ordinality
            as given (parcel_id, parcel_name, land_use, county_code, county_name, area_m2, ground, ordinality)
      order by ordinality
     on conflict (ground_sha256, coalesce(county_code, '')) where withdrawn_at is null do nothing
     returning ${ledgerColumns}`,
    [
      ...[common.checkId, common.layerVersion, common.dataDate, common.reason],
      ...[column('parcelId'), column('parcelName'), column('landUse'), column('countyCode')],
      ...[column('countyName'), column('areaM2'), column('groundSha256')],
    ],
  );
}

/** Entries are made one act at a time: what was looked at for overlaps is all there is. */
export async function lockLedger(sql: Sql): Promise<string> {
  await sql.query('lock table ledger_entry in exclusive mode');
  return selectLedgerState(sql);
}

/** Changes with every entry. */
export async function selectLedgerState(sql: Sql): Promise<string> {
  const [row] = await sql.query<{ state: string }>(
    `select coalesce(max(entry_no), 0)::text as state from ledger_entry`,
  );
  return row!.state;
}

export interface LedgerNeighbour {
  parcel_id: string;
  /** Null for another parcel that is to be entered with it. */
  entry_no: number | null;
  check_id: string;
  other_id: string;
}

/** Ground in force, and other parcels to be entered, whose box meets that of a parcel; the very same ground is left out. */
export function selectLedgerNeighbours(
  sql: Sql,
  checkId: string,
  parcels: readonly { id: string; groundSha256: string }[],
): Promise<LedgerNeighbour[]> {
  return sql.query<LedgerNeighbour>(
    // mine: the parcels to be entered
    `with mine as (
       select p.parcel_id, p.ordinal, p.geom, given.ground
         from check_parcel p
         join unnest($2::text[], $3::text[]) as given (parcel_id, ground) using (parcel_id)
        where p.check_id = $1
     )
     select mine.parcel_id, min(e.entry_no)::int as entry_no, e.check_id, e.parcel_id as other_id
       from mine
       join check_parcel p on p.geom && mine.geom
       join ledger_entry e on e.check_id = p.check_id and e.parcel_id = p.parcel_id
      where e.withdrawn_at is null and e.ground_sha256 <> mine.ground
      group by mine.parcel_id, e.check_id, e.parcel_id
     union all
     select a.parcel_id, null, $1, b.parcel_id
       from mine a join mine b on a.ordinal < b.ordinal and a.geom && b.geom
      order by 1, 2, 4`,
    [checkId, parcels.map(({ id }) => id), parcels.map(({ groundSha256 }) => groundSha256)],
  );
}

/** In order of entry; `after` is the number of the last row of the page before. */
export function selectLedger(
  sql: Sql,
  filter: { county?: string; withdrawn: boolean; after?: number; limit: number },
): Promise<LedgerRow[]> {
  return sql.query<LedgerRow>(
    `select ${ledgerColumns}
       from ledger_entry
      where ($1::text is null or county_code = $1)
        and ($2 or withdrawn_at is null)
        and ($3::bigint is null or entry_no > $3)
      order by entry_no
      limit $4`,
    [filter.county ?? null, filter.withdrawn, filter.after ?? null, filter.limit],
  );
}

export function selectLedgerTotals(
  sql: Sql,
): Promise<{ county_code: string | null; county_name: string | null; entries: number; area_m2: string }[]> {
  return sql.query(
    `select county_code, max(county_name) as county_name, count(*)::int as entries, sum(area_m2)::text as area_m2
       from ledger_entry
      where withdrawn_at is null
      group by county_code
      order by county_code nulls last`,
  );
}

/** Undefined where there is no such entry, or it is withdrawn already. */
export async function updateLedgerWithdrawn(
  sql: Sql,
  entryNo: number,
  reason: string,
): Promise<LedgerRow | undefined> {
  const [row] = await sql.query<LedgerRow>(
    `update ledger_entry set withdrawn_at = now(), withdrawn_reason = $2
      where entry_no = $1 and withdrawn_at is null
     returning ${ledgerColumns}`,
    [entryNo, reason],
  );
  return row;
}
