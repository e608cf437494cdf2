-- Authorisations at a provider, and the tokens that come of it.

-- An authorisation that a person began. Of its state only the hash is kept; rows are swept a day after their end.
create table oauth_flows (
  id text primary key,
  tenant_id text not null references tenants,
  provider text not null,
  environment text not null check (environment in ('production', 'sandbox')),
  -- Where the answer is taken: in the browser that began, or in a terminal to which it is handed over.
  place text not null check (place in ('browser', 'terminal')),
  state_hash bytea not null unique,
  -- Of a value that only the browser or terminal that began has.
  binding_hash bytea not null,
  -- The connection that is authorised again; null for a new one.
  connection_id text references connections,
  -- Who began: what comes of it is theirs in the audit.
  actor_kind text not null,
  actor_id text not null,
  redirect_uri text not null,
  return_to text,
  since timestamptz not null,
  -- The app whose keys were used: an answer is never exchanged with others.
  client_id text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Set once, by the answer that is taken, or by the refusal that ends the authorisation.
  ended_at timestamptz,
  -- `connected`, or the code of the refusal; null while the answer is worked on.
  outcome text,
  result_connection_id text references connections
);
create index oauth_flows_by_tenant on oauth_flows (tenant_id, created_at);

-- What is sealed of an authorisation while it is open: the PKCE verifier, where the provider takes one, and the provider's
-- answer, or the key that a server posted, until whoever began takes it.
create table oauth_flow_secrets (
  flow_id text not null references oauth_flows on delete cascade,
  field text not null check (field in ('verifier', 'answer')),
  tenant_id text not null references tenants,
  ciphertext bytea not null,
  key_version integer not null,
  primary key (flow_id, field)
);

-- What is known of a connection's tokens; the tokens themselves are credentials.
create table oauth_grants (
  connection_id text primary key references connections,
  tenant_id text not null references tenants,
  client_id text not null,
  -- Raised whenever other tokens are stored: tokens won from an older generation are not stored over newer ones. Begins
  -- with the instant in ms, so that no number comes again after the connection was ended.
  generation bigint not null,
  -- A call with these tokens has worked; until then the refresh token before them is kept.
  is_proven boolean not null default false,
  access_expires_at timestamptz not null,
  refreshed_at timestamptz not null,
  refresh_expires_at timestamptz,
  -- When consent ends by itself.
  consent_ends_at timestamptz,
  owner text,
  -- Raised by every claim: who has an older number no longer refreshes.
  fence bigint not null default 0,
  leased_until timestamptz,
  failures integer not null default 0,
  -- After a failure nobody asks before this.
  retry_at timestamptz
);

do $$
declare
  name text;
  owner text := current_user;
begin
  foreach name in array array['oauth_flows', 'oauth_flow_secrets', 'oauth_grants'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant_only on %I to counterfoil_app using (tenant_id = current_setting(''app.tenant_id'', true)) with check (tenant_id = current_setting(''app.tenant_id'', true))', name);
    execute format('create policy owner_migrates on %I to %I using (true) with check (true)', name, owner);
    execute format('grant select, insert, update, delete on %I to counterfoil_app', name);
  end loop;
end
$$;

-- A callback names no tenant: the public listener finds it by the hash of the state, and sees nothing else of the row.
create policy inbox_finds_tenant on oauth_flows for select to counterfoil_inbox using (true);
grant select (tenant_id, state_hash) on oauth_flows to counterfoil_inbox;

-- An endpoint of a connection that was ended: its deliveries stay, and nothing that comes now is believed.
alter table webhook_endpoints add column retired_at timestamptz;
