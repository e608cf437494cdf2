import { rows, sql, type Tx } from '../../platform/store/index.ts';

/** A promise that does not hold for something: what, and how it shows. */
export interface Violation {
  readonly subject: string;
  readonly detail: string;
}

/** One promise, checked in the database of one tenant. */
export interface StoreCheck {
  /** Number of the invariant, as in `docs/spec/invariants.md`. */
  readonly invariant: 'I3' | 'I4' | 'I5' | 'I6' | 'I7';
  readonly what: string;
  run(tx: Tx): Promise<readonly Violation[]>;
}

export const STORE_CHECKS: readonly StoreCheck[] = [
  {
    invariant: 'I3',
    what: 'every planned event has its entries',
    run: (tx) =>
      rows(
        tx,
        sql<Violation>`
        select f.id as subject, 'The event is marked as planned, but no entry covers it.' as detail from facts f
        where f.state = 'planned' and not exists (select 1 from postings p where p.fact_id = f.id)
          and not exists (select 1 from posting_needs n join postings p on p.id = n.posting_id where p.fact_id = f.id)
          and f.kind not in ('payout_items')
          and exists (select 1 from postings) order by f.id`,
      ),
  },
  {
    invariant: 'I3',
    what: 'one document, one entry',
    run: (tx) =>
      rows(
        tx,
        sql<Violation>`
        select string_agg(id, ', ' order by id) as subject, 'These entries name the same document ' || document_id || '.' as detail from postings
        where document_id is not null and state = 'posted' group by ledger_connection_id, kind, document_id having count(*) > 1 order by 1`,
      ),
  },
  {
    invariant: 'I3',
    what: 'one economic leg, one entry',
    run: (tx) =>
      rows(
        tx,
        sql<Violation>`
        select p.id as subject, 'The entry stands for no leg.' as detail from postings p
        where p.state not in ('voided', 'superseded') and not exists (select 1 from posting_legs l where l.posting_id = p.id) order by p.id`,
      ),
  },
  {
    invariant: 'I4',
    what: 'every entry balances',
    run: (tx) =>
      rows(
        tx,
        sql<Violation>`
        select posting_id as subject, 'Debits and credits differ by ' || sum(amount_minor) || ' minor units of ' || currency || '.' as detail
        from posting_lines group by posting_id, currency having sum(amount_minor) <> 0 order by 1`,
      ),
  },
  {
    invariant: 'I5',
    what: 'what was compared last agrees, or its differences are named',
    run: (tx) =>
      rows(
        tx,
        sql<Violation>`
        select subject_kind || ' ' || subject || ' ' || currency as subject,
          'Source ' || source_minor || ', ledger ' || ledger_minor || ' minor units, and the named differences do not explain it.' as detail
        from reconciliations
        where subject_kind = 'day' and source_minor - ledger_minor <> coalesce((select sum((d ->> 'minor')::bigint) from jsonb_array_elements(differences) d), 0) order by 1`,
      ),
  },
  {
    invariant: 'I6',
    what: 'nothing was sent again before a look-up',
    // Fences rise whatever the clocks of two workers say; of one moment, what ended first came first.
    run: (tx) =>
      rows(
        tx,
        sql<Violation>`
        with steps as (
          select posting_id, id, operation, result, lag(operation) over w as before, lag(result) over w as before_result
          from attempts where operation in ('create', 'look_up') window w as (
            partition by posting_id order by fence, started_at, finished_at nulls last, operation = 'create', id))
        select posting_id as subject, 'Attempt ' || id || ' was sent after an unknown outcome without a look-up that found nothing.' as detail
        from steps where operation = 'create' and (
          (before = 'create' and (before_result is null or before_result = 'outcome_unknown'))
          or (before = 'look_up' and before_result <> 'not_found')) order by 1`,
      ),
  },
  {
    invariant: 'I7',
    what: 'every record that was read is understood or shown',
    run: (tx) =>
      rows(
        tx,
        sql<Violation>`
        select r.stream || ' ' || r.external_id as subject, 'The record is stored, and neither understood nor shown.' as detail from records r
        where not r.normalised and r.read_at < (select coalesce(max(finished_at), '-infinity') from sync_runs s where s.connection_id = r.connection_id and s.state = 'done') order by 1`,
      ),
  },
];
