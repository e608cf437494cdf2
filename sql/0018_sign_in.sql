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
