-- Row-level security on every tenant table. The application role sees one tenant, the one set for the transaction; the
-- inbox role writes deliveries and events for all; the engine role sees who has work, and nothing else.

do $$
declare
  name text;
  owner text := current_user;
begin
  foreach name in array array[
    'data_keys', 'connections', 'credentials', 'pairs', 'account_roles', 'webhook_endpoints', 'endpoint_secrets',
    'deliveries', 'events',
    'records', 'record_aliases', 'record_waits', 'reads_due', 'checkpoints', 'sync_runs', 'facts', 'postings', 'posting_lines',
    'posting_legs', 'posting_needs', 'attempts', 'ledger_companies', 'ledger_invoices', 'ledger_names', 'market_rates', 'reconciliations', 'attention_items', 'security_events', 'work', 'work_wakes', 'calls'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy tenant_only on %I to counterfoil_app using (tenant_id = current_setting(''app.tenant_id'', true)) with check (tenant_id = current_setting(''app.tenant_id'', true))', name);
    execute format('create policy owner_migrates on %I to %I using (true) with check (true)', name, owner);
    execute format('grant select, insert, update, delete on %I to counterfoil_app', name);
  end loop;

  alter table tenants enable row level security;
  alter table tenants force row level security;
  create policy tenant_only on tenants to counterfoil_app
    using (id = current_setting('app.tenant_id', true)) with check (id = current_setting('app.tenant_id', true));
  execute format('create policy owner_migrates on tenants to %I using (true) with check (true)', owner);
end
$$;

grant select, insert, update on tenants to counterfoil_app;
grant select, insert on vault_keys to counterfoil_app;
grant usage on all sequences in schema public to counterfoil_app, counterfoil_inbox;

-- Money's history is not deleted by the application.
revoke delete on postings, attempts, security_events, deliveries, events from counterfoil_app;

-- An endpoint of the whole app belongs to no tenant: the application may make one, and only the inbox sees it.
create policy app_endpoints on webhook_endpoints for insert to counterfoil_app with check (tenant_id is null);
create policy inbox_all on webhook_endpoints to counterfoil_inbox using (true) with check (true);
create policy inbox_all on deliveries to counterfoil_inbox using (true) with check (true);
create policy inbox_all on events to counterfoil_inbox using (true) with check (true);
create policy inbox_all on connections for select to counterfoil_inbox using (true);
create policy inbox_all on endpoint_secrets for select to counterfoil_inbox using (true);
create policy inbox_all on data_keys for select to counterfoil_inbox using (true);
create policy inbox_all on work_wakes for insert to counterfoil_inbox with check (true);
create policy inbox_all on security_events to counterfoil_inbox using (true) with check (true);
grant select on webhook_endpoints, endpoint_secrets, connections, data_keys to counterfoil_inbox;
grant select, insert, update on deliveries, events to counterfoil_inbox;
grant insert on work_wakes to counterfoil_inbox;
grant insert on security_events to counterfoil_inbox;

create policy engine_all on work to counterfoil_engine using (true) with check (true);
create policy engine_all on work_wakes to counterfoil_engine using (true) with check (true);
create policy engine_all on tenants for select to counterfoil_engine using (true);
grant select, update on work to counterfoil_engine;
grant select, delete on work_wakes to counterfoil_engine;
grant select on tenants to counterfoil_engine;
grant select, insert, update, delete on rate_budgets, breakers to counterfoil_engine;
