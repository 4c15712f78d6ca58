-- Long work: a queue that several service processes share, and what became of each piece of work.

create table job (
  job_id text primary key,
  kind text not null,
  -- json, not jsonb: given back to the handler exactly as it was stored
  parameters json not null,
  -- the body the work was asked with; dropped when the job has ended
  input bytea,
  -- false: the input lives with one process (an upload on its disk), no other can take the job up
  resumable boolean not null,
  status text not null check (status in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  cancel_requested boolean not null default false,
  progress json,
  -- counts every change that a watcher can see: the id of its events
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  -- not claimed before: a pause after the database was away
  not_before timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  -- how often a process has taken it up
  attempts integer not null default 0,
  -- the process that runs it, or holds its input
  owner text,
  heartbeat_at timestamptz not null default now(),
  location text,
  result json,
  problem json
) with (fillfactor = 60);
-- a heartbeat changes no indexed column: the row is rewritten in its own page
alter table job alter column input set storage external;
create index job_waiting on job (created_at, job_id) where status = 'queued';
create index job_running on job (owner) where status in ('queued', 'running');
create index job_finished on job (finished_at) where finished_at is not null;
create index job_created on job (created_at desc, job_id desc);
