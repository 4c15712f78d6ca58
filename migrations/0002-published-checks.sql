-- Stored checks as the desktop standards serve them: findings and drawn pieces as rows, made once from the stored
-- answer the first time they are asked for. An answer never changes, so they never do either.

create table check_published (
  check_id text not null references check_record on delete cascade,
  what text not null check (what in ('pieces', 'findings')),
  published_at timestamptz not null default now(),
  primary key (check_id, what)
);

create table check_piece (
  check_id text not null references check_record on delete cascade,
  piece_no integer not null,
  parcel_id text not null,
  layer_id text not null,
  kind text not null check (kind in ('overlap', 'outside', 'undetermined')),
  feature_id text,
  bsm text,
  class_code text,
  class_label text,
  area_m2 double precision,
  net_area_m2 double precision,
  noise boolean not null,
  verdict text not null,
  layer_version text,
  geom geometry(MultiPolygon, 4490) not null,
  primary key (check_id, piece_no)
);
create index check_piece_geom on check_piece using gist (geom);

create table check_finding (
  check_id text not null references check_record on delete cascade,
  finding_no integer not null,
  parcel_ordinal integer not null,
  rule text not null,
  module text not null,
  layer_id text not null,
  verdict text not null,
  area_m2 double precision not null,
  net_area_m2 double precision,
  undetermined_m2 double precision not null,
  noise boolean not null,
  document text not null,
  article text not null,
  title_zh text not null,
  title_en text not null,
  detail_zh text not null,
  detail_en text not null,
  requires_zh text,
  primary key (check_id, finding_no)
);
