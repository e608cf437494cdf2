-- Where webhooks arrive. A delivery is one arrival; the events inside it belong to tenants.

create table webhook_endpoints (
  id text primary key,
  -- Null when one address serves all companies of an app (QuickBooks): then only the inbox reads its deliveries.
  tenant_id text references tenants,
  connection_id text references connections,
  provider text not null,
  token_hash bytea not null unique,
  -- Without the token at its end.
  url text not null,
  registration_id text,
  created_at timestamptz not null
);

-- Several at once while a secret is being rotated. The tenant is the one whose data key seals it.
create table endpoint_secrets (
  tenant_id text not null references tenants,
  endpoint_id text not null references webhook_endpoints,
  secret_id text not null,
  ciphertext bytea not null,
  key_version integer not null,
  created_at timestamptz not null,
  primary key (endpoint_id, secret_id)
);

create table deliveries (
  id text primary key,
  tenant_id text references tenants,
  endpoint_id text not null references webhook_endpoints,
  provider text not null,
  dedupe_key text not null,
  headers jsonb not null,
  body bytea not null,
  received_at timestamptz not null,
  state text not null default 'received' check (state in ('received', 'processing', 'done', 'waiting', 'ignored', 'dead')),
  reason text,
  duplicates integer not null default 0,
  settled_at timestamptz,
  unique (endpoint_id, dedupe_key)
);
create index deliveries_received on deliveries (received_at, id) where state = 'received';
create index deliveries_by_tenant on deliveries (tenant_id, id);

create table events (
  id text primary key,
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  delivery_id text not null references deliveries,
  dedupe_key text not null,
  type text not null,
  occurred_at timestamptz,
  touches jsonb not null,
  wakes jsonb not null,
  state text not null check (state in ('received', 'processing', 'done', 'waiting', 'ignored', 'dead')),
  reason text,
  received_at timestamptz not null,
  settled_at timestamptz,
  unique (connection_id, dedupe_key)
);
create index events_received on events (connection_id, id) where state = 'received';
create index events_by_delivery on events (delivery_id);
