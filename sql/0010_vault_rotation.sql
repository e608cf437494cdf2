-- Keys that come and go. A key-encryption key may carry what deriving it needs (the salt of a passphrase). Each opens
-- the installation's own secret, from which the passwords of the roles follow, so that these outlive every rotation.
alter table vault_keys add column provider text not null default 'local';
alter table vault_keys add column parameters jsonb;
alter table vault_keys add column wrapped_secret bytea;
alter table vault_keys add column retired_at timestamptz;

-- A data key wrapped by each key-encryption key that may open it: several while one takes the place of another.
create table data_key_wraps (
  tenant_id text not null,
  version integer not null,
  key_id text not null references vault_keys,
  wrapped bytea not null,
  created_at timestamptz not null,
  primary key (tenant_id, version, key_id),
  foreign key (tenant_id, version) references data_keys on delete cascade
);

insert into data_key_wraps (tenant_id, version, key_id, wrapped, created_at)
  select tenant_id, version, key_id, wrapped, created_at from data_keys;

-- Destroyed when its tenant was shredded: the row stays and says so, what unwraps it is gone.
alter table data_keys add column destroyed_at timestamptz;
alter table data_keys drop column wrapped;
alter table data_keys drop column key_id;

-- No data key goes while a credential is sealed with it.
alter table credentials add foreign key (tenant_id, key_version) references data_keys;
create index credentials_by_data_key on credentials (tenant_id, key_version);
create index endpoint_secrets_by_data_key on endpoint_secrets (tenant_id, key_version);

-- A rotation under way, so that whoever comes next goes on with it, and those that ended.
create table key_rotations (
  id text primary key,
  kind text not null check (kind in ('key_encryption_key', 'data_keys')),
  key_id text references vault_keys,
  total integer not null,
  done integer not null,
  unreadable integer not null,
  started_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz
);
create unique index key_rotations_running on key_rotations (kind) where finished_at is null;

alter table data_key_wraps enable row level security;
alter table data_key_wraps force row level security;
create policy tenant_only on data_key_wraps to counterfoil_app
  using (tenant_id = current_setting('app.tenant_id', true))
  with check (tenant_id = current_setting('app.tenant_id', true));
do $$ begin
  execute format('create policy owner_migrates on data_key_wraps to %I using (true) with check (true)', current_user);
end $$;
create policy inbox_all on data_key_wraps for select to counterfoil_inbox using (true);
grant select, insert, update, delete on data_key_wraps to counterfoil_app;
grant select on data_key_wraps to counterfoil_inbox;

-- The engine keeps count of a rotation: it sees which keys open each data key, and nothing wrapped. It may take away what
-- a retired key wrapped.
create policy engine_counts on data_keys for select to counterfoil_engine using (true);
create policy engine_counts on data_key_wraps for select to counterfoil_engine using (true);
create policy engine_clears on data_key_wraps for delete to counterfoil_engine
  using (exists (select from vault_keys where vault_keys.key_id = data_key_wraps.key_id and retired_at is not null));
grant select (tenant_id, version, created_at, destroyed_at) on data_keys to counterfoil_engine;
grant select (tenant_id, version, key_id, created_at), delete on data_key_wraps to counterfoil_engine;
grant select, insert, update on vault_keys to counterfoil_engine;
grant select, insert, update on key_rotations to counterfoil_engine;
