-- Tenants, their authorised links to providers, and the sealed credentials of those links.
-- Instants are timestamptz written by the injected clock; money is bigint minor units beside its currency.

create table tenants (
  id text primary key,
  name text not null,
  created_at timestamptz not null
);

-- Which key-encryption key sealed this installation; a start with another key is refused.
create table vault_keys (
  key_id text primary key,
  check_value bytea not null,
  created_at timestamptz not null
);

create table data_keys (
  tenant_id text not null references tenants,
  version integer not null,
  wrapped bytea not null,
  key_id text not null references vault_keys,
  created_at timestamptz not null,
  primary key (tenant_id, version)
);

create table connections (
  id text primary key,
  tenant_id text not null references tenants,
  provider text not null,
  role text not null check (role in ('source', 'ledger')),
  account_id text not null,
  display_name text not null,
  environment text not null check (environment in ('production', 'sandbox')),
  base_url text,
  time_zone text not null,
  state text not null check (state in ('pending', 'active', 'degraded', 'needs_reconnect', 'paused', 'disconnected')),
  state_reason text,
  since timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- The same account is connected once: reconnecting finds its history again.
  unique (tenant_id, provider, account_id, environment)
);

create table credentials (
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  field text not null,
  ciphertext bytea not null,
  key_version integer not null,
  updated_at timestamptz not null,
  primary key (connection_id, field)
);

-- A source and the ledger that its facts are posted to, with the settings of that way.
create table pairs (
  id text primary key,
  tenant_id text not null references tenants,
  source_connection_id text not null unique references connections,
  ledger_connection_id text not null references connections,
  settings jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null
);

-- What the planner's roles mean in this ledger: accounts, items, customers, vendors.
create table account_roles (
  tenant_id text not null references tenants,
  pair_id text not null references pairs,
  role text not null,
  ledger_id text not null,
  name text not null,
  updated_at timestamptz not null,
  primary key (pair_id, role)
);
