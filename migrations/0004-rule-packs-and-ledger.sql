-- Rule packs that were uploaded, the rules that checks were judged by, and the ledger of land outside the boundary.

create table rule_pack_file (
  file_no bigint generated always as identity primary key,
  kind text not null check (kind in ('rule-pack', 'class-table')),
  pack_id text not null,
  version text not null,
  -- JSON text as it was accepted; a version is never changed
  content text not null,
  tests text,
  sha256 text not null,
  received_at timestamptz not null default now(),
  unique (kind, pack_id, version)
);

-- Rules as they were put together for the day of a check: a replay takes these, whatever was uploaded since.
create table rule_set (
  sha256 text primary key,
  content text not null
);

-- 台账: urban construction land outside the development boundary, by parcel and county. Rows are withdrawn, never deleted.
create table ledger_entry (
  entry_no bigint generated always as identity primary key,
  check_id text not null references check_record,
  parcel_id text not null,
  parcel_name text,
  land_use text not null,
  -- six digits; null where no district is known for the ground
  county_code text,
  county_name text,
  area_m2 numeric(20, 2) not null check (area_m2 > 0),
  layer_version text not null,
  data_date date,
  reason text not null,
  -- SHA-256 of the parcel's coordinates: the same ground is not entered twice
  ground_sha256 text not null,
  entered_at timestamptz not null default now(),
  withdrawn_at timestamptz,
  withdrawn_reason text,
  check ((withdrawn_at is null) = (withdrawn_reason is null))
);

create unique index ledger_entry_ground on ledger_entry (ground_sha256, coalesce(county_code, ''))
  where withdrawn_at is null;
create index ledger_entry_county on ledger_entry (county_code);
