-- Layers with versions, their features and measuring index, and stored checks.
-- Geometry is stored in EPSG:4490 for serving and in the analysis plane (SRID 904490) for measuring.

create extension if not exists postgis;

-- Cylindrical equal-area plane on the CGCS2000 ellipsoid: planar area = ellipsoid area.
-- auth_name, auth_srid and srtext stay null: with an authority name the embedded engine's transform returns nothing.
insert into spatial_ref_sys (srid, proj4text)
values (904490, '+proj=cea +lon_0=105 +lat_ts=35 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs')
on conflict (srid) do nothing;

create table layer_version (
  version_id bigint generated always as identity primary key,
  layer_id text not null,
  version text not null,
  -- discarded: claimed for removal, its rows are being deleted
  status text not null check (status in ('staging', 'active', 'superseded', 'discarded')),
  data_date date,
  received_at timestamptz not null default now(),
  activated_at timestamptz,
  source_file text not null,
  source_sha256 text,
  source_epsg integer,
  plane_zone integer,
  tile_size_m integer not null,
  resolution_m double precision,
  feature_count bigint not null default 0,
  has_inner_overlaps boolean not null default false,
  coverage text not null default 'none' check (coverage in ('polygon', 'districts', 'own-union', 'none')),
  coverage_detail jsonb,
  -- declared coverage for drawing; null for own-union and none
  coverage_geom geometry(MultiPolygon, 4490),
  -- what the tiles must hold: read back on every tile load so that a lost row is an error, never "no conflict"
  tile_manifest bytea,
  tile_manifest_sha256 text,
  certificate jsonb,
  -- touched while the import runs; a staging version whose heart stopped is swept away
  heartbeat_at timestamptz not null default now(),
  unique (layer_id, version)
);

create unique index layer_version_one_active on layer_version (layer_id) where status = 'active';

create table layer_feature (
  version_id bigint not null references layer_version on delete cascade,
  feature_no integer not null,
  bsm text,
  class_code text,
  class_label text,
  plane_area_m2 double precision not null,
  kcxs double precision,
  attribute_area_m2 double precision,
  attribute_net_area_m2 double precision,
  attributes jsonb not null default '{}',
  geom geometry(MultiPolygon, 4490) not null,
  primary key (version_id, feature_no)
);
-- coordinates do not compress: without this every insert tries for nothing
alter table layer_feature alter column geom set storage external;
create index layer_feature_geom on layer_feature using gist (geom);
create index layer_feature_bsm on layer_feature (version_id, bsm);

-- Features cut to at most 128 vertices a piece, in the analysis plane: candidates of the second engine.
-- version_id + feature_no can serve as a distribution key: the overlay statement joins parcels × pieces only.
create table layer_piece (
  version_id bigint not null references layer_version on delete cascade,
  feature_no integer not null,
  piece_no integer not null,
  plane geometry(MultiPolygon, 904490) not null,
  primary key (version_id, feature_no, piece_no)
);
alter table layer_piece alter column plane set storage external;
create index layer_piece_plane on layer_piece using gist (plane);

-- The same ground cut to square tiles as packed edges for the area kernel. One row per tile and import batch.
create table layer_tile (
  version_id bigint not null references layer_version on delete cascade,
  role text not null check (role in ('feature', 'coverage')),
  tile_x integer not null,
  tile_y integer not null,
  part_no integer not null,
  piece_count integer not null,
  edges bytea not null,
  primary key (version_id, role, tile_x, tile_y, part_no)
);
alter table layer_tile alter column edges set storage external;

-- Pairs of features of one version that lie over the same ground, from the quality certificate.
create table layer_overlap (
  version_id bigint not null references layer_version on delete cascade,
  feature_a integer not null,
  feature_b integer not null,
  area_m2 double precision not null,
  primary key (version_id, feature_a, feature_b)
);

create table check_record (
  check_id text primary key,
  created_at timestamptz not null default now(),
  stage text not null,
  verdict text not null,
  parcel_count integer not null,
  rule_pack text not null,
  rule_pack_version text not null,
  sha256 text not null,
  -- options and pinned versions of the check, for replay; json, not jsonb: the order of keys is part of the answer
  request json not null,
  -- the answer as JSON text, byte for byte
  answer text not null
);
alter table check_record alter column answer set storage external;
create index check_record_created on check_record (created_at desc, check_id desc);

create table check_parcel (
  check_id text not null references check_record on delete cascade,
  ordinal integer not null,
  parcel_id text not null,
  verdict text not null,
  area_m2 numeric(20, 2) not null,
  source_epsg integer not null,
  -- the submitted coordinates, as given, for replay and export
  source json not null,
  geom geometry(MultiPolygon, 4490) not null,
  primary key (check_id, ordinal)
);
create index check_parcel_geom on check_parcel using gist (geom);
