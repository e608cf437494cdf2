-- Our intention to have exactly one document in a ledger, and every call made for it.

create table postings (
  id text primary key,
  tenant_id text not null references tenants,
  pair_id text not null references pairs,
  source_connection_id text not null references connections,
  ledger_connection_id text not null references connections,
  fact_id text not null references facts,
  leg text not null,
  generation integer not null default 1,
  recipe text not null,
  kind text not null,
  state text not null check (state in ('planned', 'sending', 'uncertain', 'posted', 'dead', 'voided', 'superseded')),
  -- What the document should be: `void` asks for its removal once it is posted.
  wanted text not null default 'live' check (wanted in ('live', 'void')),
  occurred_on date not null,
  currency text not null,
  total_minor bigint not null,
  document text not null,
  number text not null,
  key_revision integer not null default 0,
  settings_version integer not null,
  -- Why it waits: never changes the state.
  reason_code text,
  reason_detail text,
  held boolean not null default false,
  not_before timestamptz not null,
  failures integer not null default 0,
  failing_since timestamptz,
  planned_at timestamptz not null,
  first_sent_at timestamptz,
  sent_at timestamptz,
  fence bigint,
  looks integer not null default 0,
  document_id text,
  document_version text,
  adopted boolean not null default false,
  posted_at timestamptz,
  -- When the ledger said that somebody changed the document: its day is compared again.
  touched_at timestamptz,
  check (state <> 'posted' or document_id is not null),
  check (state not in ('sending', 'uncertain') or first_sent_at is not null)
);
-- One live document in a ledger belongs to one posting.
create unique index postings_document on postings (ledger_connection_id, kind, document_id) where document_id is not null and state = 'posted';
create index postings_to_send on postings (ledger_connection_id, not_before, occurred_on, id) where state = 'planned' and not held;
create index postings_open on postings (ledger_connection_id, id) where state in ('sending', 'uncertain');
create index postings_to_void on postings (ledger_connection_id, id) where state = 'posted' and wanted = 'void';
create index postings_by_fact on postings (fact_id);
create index postings_by_source on postings (source_connection_id, occurred_on);
create index postings_by_day on postings (tenant_id, occurred_on, id);
create index postings_by_number on postings (tenant_id, number);

create table posting_lines (
  tenant_id text not null references tenants,
  posting_id text not null references postings,
  line integer not null,
  role text not null,
  ledger_id text,
  -- Positive is a debit, negative a credit.
  amount_minor bigint not null,
  currency text not null,
  primary key (posting_id, line)
);
create index posting_lines_by_account on posting_lines (tenant_id, ledger_id);

create function posting_must_balance() returns trigger language plpgsql as $$
declare
  unbalanced text;
begin
  -- A line that was moved concerns the entry that it left as well as the one it came to.
  select string_agg(posting_id || ': ' || total || ' ' || currency, ', ') into unbalanced
  from (
    select posting_id, currency, sum(amount_minor) as total from posting_lines where posting_id in (new.posting_id, old.posting_id)
    group by posting_id, currency having sum(amount_minor) <> 0
  ) as sums;
  if unbalanced is not null then
    raise exception 'the entry does not balance, in minor units: %', unbalanced
      using errcode = 'check_violation', constraint = 'posting_lines_balance';
  end if;
  return null;
end
$$;
create constraint trigger posting_lines_balance after insert or update or delete on posting_lines
  deferrable initially deferred for each row execute function posting_must_balance();

-- Each economic leg is covered by one live posting, whatever the mode or the detail level.
create table posting_legs (
  tenant_id text not null references tenants,
  leg_id text primary key,
  posting_id text not null references postings
);
create index posting_legs_by_posting on posting_legs (posting_id);

create table posting_needs (
  tenant_id text not null references tenants,
  posting_id text not null references postings,
  needs_id text not null references postings,
  primary key (posting_id, needs_id)
);
create index posting_needs_reverse on posting_needs (needs_id);

create table attempts (
  id text primary key,
  tenant_id text not null references tenants,
  posting_id text not null references postings,
  operation text not null check (operation in ('create', 'look_up', 'void')),
  key text,
  fence bigint not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  result text,
  error_code text,
  error_detail text,
  provider_status integer,
  provider_request_id text
);
create index attempts_by_posting on attempts (posting_id, id);

-- What the ledger says of itself, as last read.
create table ledger_companies (
  tenant_id text not null references tenants,
  connection_id text primary key references connections,
  company_name text not null,
  home_currency text not null,
  multi_currency boolean not null,
  closed_through date,
  enforces_numbers boolean not null,
  time_zone text,
  read_at timestamptz not null
);

-- Ledger invoices looked up by number for payments that name one; without a document the number is not there.
create table ledger_invoices (
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  number text not null,
  document_id text,
  customer_id text,
  currency text,
  wanted_at timestamptz not null,
  read_at timestamptz,
  primary key (connection_id, number)
);

-- Customers and vendors of the ledger, by the name under which they are found or made.
create table ledger_names (
  tenant_id text not null references tenants,
  connection_id text not null references connections,
  kind text not null,
  name text not null,
  ledger_id text not null,
  primary key (connection_id, kind, name)
);

-- Market prices of one bitcoin, for pairs that value coins at the moment of receipt.
create table market_rates (
  tenant_id text not null references tenants,
  currency text not null,
  at timestamptz not null,
  rate text not null,
  source text not null,
  primary key (tenant_id, currency, at)
);

create table reconciliations (
  id text primary key,
  tenant_id text not null references tenants,
  pair_id text not null references pairs,
  source_connection_id text not null references connections,
  subject_kind text not null check (subject_kind in ('payout', 'day')),
  subject text not null,
  period date not null,
  currency text not null,
  source_minor bigint not null,
  postings_minor bigint not null,
  ledger_minor bigint not null,
  differences jsonb not null,
  computed_at timestamptz not null,
  unique (pair_id, subject_kind, subject, period, currency)
);

create index reconciliations_by_period on reconciliations (tenant_id, period, id);

create table attention_items (
  id text primary key,
  tenant_id text not null references tenants,
  connection_id text references connections,
  code text not null,
  subject text not null,
  detail text not null,
  opened_at timestamptz not null,
  resolved_at timestamptz
);
create index attention_by_tenant on attention_items (tenant_id, id);
-- One item for each cause and subject, however often it is noticed.

create unique index attention_open on attention_items (tenant_id, code, subject) where resolved_at is null;

create table security_events (
  id text primary key,
  tenant_id text,
  kind text not null,
  detail jsonb not null,
  at timestamptz not null
);
