-- Counts the changes to what anybody may do: sessions and keys that end, roles, people. Processes remember who a proof
-- stands for as long as it stays the same.
create table access_version (
  is_only boolean primary key default true check (is_only),
  version bigint not null
);
insert into access_version (version) values (1);

create function count_access_change() returns trigger language plpgsql as $$
begin
  update access_version set version = version + 1;
  return null;
end
$$;

-- At the end of the transaction, so that nobody waits for the row while holding it.
create constraint trigger ended after update of revoked_at on sessions deferrable initially deferred
  for each row when (old.revoked_at is distinct from new.revoked_at) execute function count_access_change();
create constraint trigger removed after delete on sessions deferrable initially deferred
  for each row when (old.revoked_at is null and old.expires_at > now()) execute function count_access_change();
create constraint trigger changed after insert or update or delete on memberships deferrable initially deferred
  for each row execute function count_access_change();
create constraint trigger changed after update of email, name, tenant_id on users deferrable initially deferred
  for each row execute function count_access_change();
create constraint trigger ended after update of revoked_at, expires_at, scopes on api_keys deferrable initially deferred
  for each row execute function count_access_change();
create constraint trigger removed after delete on api_keys deferrable initially deferred
  for each row execute function count_access_change();

do $$
begin
  alter table access_version enable row level security;
  alter table access_version force row level security;
  execute format('create policy owner_migrates on access_version to %I using (true) with check (true)', current_user);
end
$$;
create policy access_all on access_version to counterfoil_access using (true) with check (true);
grant select, update on access_version to counterfoil_access;

-- Public keys of authenticators by which people sign in. A key belongs to one name of this installation (`rp_id`).
create table passkeys (
  id text primary key,
  user_id text not null references users,
  credential_id bytea not null unique,
  -- As the authenticator gave it, in COSE.
  public_key bytea not null,
  rp_id text not null,
  -- How often the authenticator says that it signed; 0 forever when it does not count.
  counter bigint not null,
  transports text[] not null,
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkeys_of_user on passkeys (user_id, id);

-- What an authenticator is to sign: good once, for whoever it was made for.
create table passkey_challenges (
  challenge_hash bytea primary key,
  purpose text not null check (purpose in ('register', 'sign_in')),
  -- Hash of the session that registers, or of what the browser that signs in holds in a cookie.
  binding_hash bytea not null,
  origin text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index passkey_challenges_age on passkey_challenges (expires_at);

do $$
declare
  name text;
begin
  foreach name in array array['passkeys', 'passkey_challenges'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner_migrates on %I to %I using (true) with check (true)', name, current_user);
    execute format('create policy access_all on %I to counterfoil_access using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to counterfoil_access', name);
  end loop;
end
$$;

-- Whom the installation's own sign-in provider (OpenID Connect) means.
create table identities (
  issuer text not null,
  subject text not null,
  user_id text not null references users,
  created_at timestamptz not null,
  primary key (issuer, subject),
  -- An address that was given to somebody else must not open the account of the one before.
  unique (issuer, user_id)
);

-- Sign-ins at that provider that were begun. What proves them is with the browser alone.
create table oidc_flows (
  state_hash bytea primary key,
  binding_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index oidc_flows_age on oidc_flows (expires_at);

do $$
declare
  name text;
begin
  foreach name in array array['identities', 'oidc_flows'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner_migrates on %I to %I using (true) with check (true)', name, current_user);
    execute format('create policy access_all on %I to counterfoil_access using (true) with check (true)', name);
    execute format('grant select, insert, delete on %I to counterfoil_access', name);
  end loop;
end
$$;
