-- Who works on which connection, and how much each provider may be asked.

create table work (
  connection_id text primary key references connections,
  tenant_id text not null references tenants,
  -- Lower comes first: live work before backfill.
  priority integer not null,
  due_at timestamptz not null,
  -- Raised by every wake, so that one that comes during a turn is not lost when the turn ends.
  wakes bigint not null default 0,
  owner text,
  -- Raised by every claim: a worker whose number is older has lost the connection.
  fence bigint not null default 0,
  leased_until timestamptz,
  failures integer not null default 0
);
create index work_due on work (priority, due_at);

-- Wakes wait here until the next claim takes them. A transaction that holds one connection's lease and wakes another
-- would deadlock with its mirror image if it had to lock the other's row.
create table work_wakes (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  due_at timestamptz not null,
  priority integer not null
);

create table rate_budgets (
  key text primary key,
  tokens double precision not null,
  refilled_at timestamptz not null
);

create table breakers (
  key text primary key,
  failures integer not null,
  open_until timestamptz,
  updated_at timestamptz not null
);

create table calls (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  operation text not null,
  path text not null,
  status integer,
  error_code text,
  waited_ms integer not null,
  took_ms integer not null,
  provider_request_id text,
  at timestamptz not null
);
create index calls_by_time on calls (at);
create index calls_by_connection on calls (connection_id, id);
