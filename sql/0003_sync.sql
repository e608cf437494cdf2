-- What was read from sources: the newest version of each object, how far reading got, and what it means.

create table records (
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  stream text not null,
  external_id text not null,
  version bigint not null,
  settled boolean not null,
  deleted boolean not null,
  opened_at timestamptz,
  body text not null,
  body_sha256 text not null,
  read_at timestamptz not null,
  -- False until its facts are in the facts table: a crash in between is made good by the next turn.
  normalised boolean not null default false,
  problem text,
  primary key (connection_id, stream, external_id)
);
create index records_open on records (connection_id, stream, opened_at) where not settled;
create index records_not_normalised on records (connection_id) where not normalised;

create table record_aliases (
  tenant_id text not null references tenants,
  connection_id text not null,
  stream text not null,
  alias text not null,
  external_id text not null,
  primary key (connection_id, stream, alias, external_id)
);

-- Records that were read before one they look at: when that one comes, they are understood anew.
create table record_waits (
  tenant_id text not null references tenants,
  connection_id text not null,
  needs_stream text not null,
  needs_id text not null,
  stream text not null,
  external_id text not null,
  primary key (connection_id, needs_stream, needs_id, stream, external_id)
);

-- Objects to be read one by one: because an event spoke of them, or another record did.
create table reads_due (
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  stream text not null,
  external_id text not null,
  marked_at timestamptz not null,
  not_before timestamptz not null,
  attempts integer not null default 0,
  problem text,
  primary key (connection_id, stream, external_id)
);

create table checkpoints (
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  stream text not null,
  -- Where the present pass goes on; null between passes.
  cursor jsonb,
  -- What the last complete pass reached.
  checkpoint jsonb,
  progress real,
  completed_at timestamptz,
  updated_at timestamptz not null,
  primary key (connection_id, stream)
);

create table sync_runs (
  id text primary key,
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  state text not null check (state in ('queued', 'running', 'paused', 'done', 'partly', 'stopped', 'cancelled')),
  pages integer not null default 0,
  records integer not null default 0,
  changed integer not null default 0,
  error_code text,
  error_detail text,
  started_at timestamptz not null,
  finished_at timestamptz
);
create index sync_runs_by_connection on sync_runs (connection_id, id);

create table facts (
  id text primary key,
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  stream text not null,
  external_id text not null,
  kind text not null,
  object_id text not null,
  occurred_at timestamptz not null,
  -- Names by which other facts find this one: `charge:ch_…`.
  refs text[] not null,
  body text not null,
  body_sha256 text not null,
  state text not null check (state in ('new', 'planned', 'waiting', 'ignored')),
  reason_code text,
  reason_detail text,
  updated_at timestamptz not null
);
create index facts_to_plan on facts (connection_id, occurred_at, id) where state = 'new';
create index facts_waiting on facts (connection_id, id) where state = 'waiting';
create index facts_refs on facts using gin (refs);
create index facts_by_record on facts (connection_id, stream, external_id);
