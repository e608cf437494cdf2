-- People, what they prove themselves with, and what programs prove themselves with. None but the access role reads it:
-- who signs in belongs to no tenant yet. Tokens and codes are 80 to 256 random bits, stored as their SHA-256.

create table users (
  id text primary key,
  -- Whose data key seals the person's second factor.
  tenant_id text not null references tenants,
  email text not null unique,
  name text not null,
  -- Argon2id in PHC text.
  password_hash text not null,
  password_at timestamptz not null,
  created_at timestamptz not null
);

-- What a person may do in a tenant.
create table memberships (
  tenant_id text not null references tenants,
  user_id text not null references users,
  role text not null check (role in ('owner', 'admin', 'bookkeeper', 'operator', 'auditor')),
  disabled_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, user_id)
);
create index memberships_of_user on memberships (user_id, created_at);

create table sessions (
  id text primary key,
  user_id text not null references users,
  token_hash bytea not null unique,
  address text not null,
  agent text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_of_user on sessions (user_id, id);

-- Codes that are printed once: for the first owner, and for a person who lost the password.
create table one_time_codes (
  id text primary key,
  purpose text not null check (purpose in ('first_start', 'password_reset')),
  user_id text references users,
  -- A reset may also take the second factor away, when the telephone is lost.
  drops_second_factor boolean not null default false,
  code_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table totp_seeds (
  user_id text primary key references users,
  tenant_id text not null references tenants,
  ciphertext bytea not null,
  key_version integer not null,
  created_at timestamptz not null,
  -- Null until the person has shown a code of it.
  confirmed_at timestamptz,
  -- The newest time step that was used: it and earlier ones are refused.
  last_step bigint not null default 0
);

create table recovery_codes (
  user_id text not null references users,
  code_hash bytea not null,
  created_at timestamptz not null,
  used_at timestamptz,
  primary key (user_id, code_hash)
);

create table invitations (
  id text primary key,
  tenant_id text not null references tenants,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'bookkeeper', 'operator', 'auditor')),
  token_hash bytea not null unique,
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create index invitations_of_tenant on invitations (tenant_id, id);

create table api_keys (
  id text primary key,
  tenant_id text not null references tenants,
  name text not null,
  -- What is shown of the key: enough to find it again, useless by itself.
  prefix text not null,
  secret_hash bytea not null unique,
  scopes text[] not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_keys_of_tenant on api_keys (tenant_id, id);

-- Guesses at passwords and codes, by account and by address.
create table guesses (
  subject text primary key,
  failures integer not null,
  counted_from timestamptz not null,
  blocked_until timestamptz
);
create index guesses_age on guesses (counted_from);

-- What a changing request with an Idempotency-Key was and what it was answered, sealed: answers may hold a secret.
create table idempotency_keys (
  tenant_id text not null references tenants,
  principal text not null,
  -- SHA-256 in hex.
  key_hash text not null,
  state text not null check (state in ('running', 'done')),
  ciphertext bytea not null,
  key_version integer not null,
  started_at timestamptz not null,
  primary key (tenant_id, principal, key_hash)
);
create index idempotency_keys_age on idempotency_keys (tenant_id, started_at);

-- Who changed what. Each entry holds the hash of the one before; the head holds the hash of the last.
create table audit_entries (
  tenant_id text not null references tenants,
  seq bigint not null,
  id text not null unique,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('user', 'api_key', 'local', 'cli', 'system')),
  actor_id text not null,
  action text not null,
  subject text not null,
  -- Text as it was hashed: field → [before, after], personal data masked.
  diff json not null,
  previous_hash bytea not null,
  hash bytea not null,
  primary key (tenant_id, seq)
);

create table audit_heads (
  tenant_id text primary key references tenants,
  seq bigint not null,
  hash bytea not null
);

do $$
declare
  name text;
  owner text := current_user;
  tenants_own constant text := 'tenant_id = current_setting(''app.tenant_id'', true)';
begin
  foreach name in array array[
    'users', 'memberships', 'totp_seeds', 'invitations', 'api_keys', 'idempotency_keys', 'audit_entries', 'audit_heads'
  ] loop
    execute format('create policy tenant_only on %I to counterfoil_app using (%s) with check (%s)', name, tenants_own, tenants_own);
  end loop;
  foreach name in array array[
    'users', 'memberships', 'sessions', 'one_time_codes', 'totp_seeds', 'recovery_codes', 'invitations', 'api_keys', 'guesses'
  ] loop
    execute format('create policy access_all on %I to counterfoil_access using (true) with check (true)', name);
    execute format('grant select, insert, update on %I to counterfoil_access', name);
  end loop;
  foreach name in array array['audit_entries', 'audit_heads', 'data_keys', 'data_key_wraps'] loop
    execute format('create policy access_tenant on %I to counterfoil_access using (%s) with check (%s)', name, tenants_own, tenants_own);
    execute format('grant select, insert on %I to counterfoil_access', name);
  end loop;
  -- Whoever seals holds the data key until the row is there: a lock, for which a right to change is needed.
  grant update (created_at) on data_keys to counterfoil_access;
  grant select on vault_keys to counterfoil_access;
  foreach name in array array[
    'users', 'memberships', 'sessions', 'one_time_codes', 'totp_seeds', 'recovery_codes', 'invitations', 'api_keys', 'guesses',
    'idempotency_keys', 'audit_entries', 'audit_heads'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner_migrates on %I to %I using (true) with check (true)', name, owner);
  end loop;
end
$$;

-- What is over is swept away; people, memberships, invitations and keys stay, for the audit to name them.
grant delete on sessions, one_time_codes, totp_seeds, recovery_codes, guesses to counterfoil_access;
create policy access_all on tenants for select to counterfoil_access using (true);
grant select on tenants to counterfoil_access;
create policy access_writes on security_events for insert to counterfoil_access with check (true);
grant insert on security_events to counterfoil_access;
grant update on audit_heads to counterfoil_access;

-- History is added to, and neither changed nor deleted.
grant select, insert on audit_entries to counterfoil_app;
grant select, insert, update on audit_heads to counterfoil_app;
grant select, insert, update, delete on idempotency_keys to counterfoil_app;
-- Whether a data key is still needed is asked by the role that takes it away.
grant select (tenant_id, key_version) on totp_seeds to counterfoil_app;
