import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import { at, firstRow, rows, sql, type Tx } from '../../platform/store/index.ts';

/** What a tenant's data still has to go through, and what has. Counts unless it says otherwise. */
export interface Pending {
  /** Source connections that are being read, or are to be read now. */
  readonly reading: number;
  /** Of the passes under way, 0 to 1; null when there is none or it cannot be known. */
  readonly progress: number | null;
  /** Records stored. */
  readonly records: number;
  readonly recordsToUnderstand: number;
  readonly deliveriesReceived: number;
  readonly eventsReceived: number;
  /** Objects to be read one by one now. */
  readonly readsDue: number;
  readonly facts: {
    /** Of sources that have a ledger. */
    readonly new: number;
    readonly planned: number;
    readonly waiting: number;
  };
  readonly postings: {
    /** To be sent, now or at the next try. */
    readonly planned: number;
    /** Planned, and in need of one that is stopped. */
    readonly blocked: number;
    readonly sending: number;
    readonly uncertain: number;
    readonly posted: number;
    readonly toRemove: number;
    readonly dead: number;
    readonly held: number;
  };
}

/** Entries that can never be sent as things are, because one that they need is stopped, directly or further down. */
const BLOCKED = sql`
  blocked (id) as (
    select n.posting_id from posting_needs n join postings p on p.id = n.needs_id
    where p.state in ('dead', 'voided', 'superseded') or (p.held and p.state <> 'posted')
    union
    select n.posting_id from posting_needs n join blocked b on b.id = n.needs_id)`;

/** Every figure but the deliveries, which the application role cannot see for a whole app. */
export async function readPending(tx: Tx, now: number): Promise<Omit<Pending, 'deliveriesReceived'>> {
  const sources = await firstRow(
    tx,
    sql<SourceFigures>`
    select
      (select count(*)::int from connections c join work w on w.connection_id = c.id
        where c.role = 'source' and c.state in ('active', 'degraded')
          and (w.due_at <= ${at(now)} or exists (select 1 from work_wakes k where k.connection_id = c.id) or (w.owner is not null and w.leased_until > ${at(now)})
            or exists (select 1 from checkpoints p where p.connection_id = c.id and p.cursor is not null))) as reading,
      (select avg(progress)::float8 from checkpoints where cursor is not null) as progress,
      (select count(*)::int from records) as records,
      (select count(*)::int from records where not normalised) as "recordsToUnderstand",
      (select count(*)::int from events where state = 'received') as "eventsReceived",
      (select count(*)::int from reads_due where not_before <= ${at(now)}) as "readsDue",
      (select count(*)::int from facts f where f.state = 'new' and exists (select 1 from pairs where source_connection_id = f.connection_id)) as "new",
      (select count(*)::int from facts where state = 'planned') as planned,
      (select count(*)::int from facts where state = 'waiting') as waiting`,
  );
  const { new: fresh, planned, waiting, ...others } = sources!;
  return { ...others, facts: { new: fresh, planned, waiting }, postings: await readPostings(tx) };
}

interface SourceFigures extends Omit<Pending, 'facts' | 'postings' | 'deliveriesReceived'> {
  readonly new: number;
  readonly planned: number;
  readonly waiting: number;
}

async function readPostings(tx: Tx): Promise<Pending['postings']> {
  const row = await firstRow(
    tx,
    sql<Pending['postings']>`
    with recursive ${BLOCKED}
    select
      count(*) filter (where state = 'planned' and not held and wanted = 'live' and id not in (select id from blocked))::int as planned,
      count(*) filter (where state = 'planned' and not held and wanted = 'live' and id in (select id from blocked))::int as blocked,
      count(*) filter (where state = 'sending')::int as sending,
      count(*) filter (where state = 'uncertain')::int as uncertain,
      count(*) filter (where state = 'posted' and wanted = 'live')::int as posted,
      count(*) filter (where state = 'posted' and wanted = 'void' and not held)::int as "toRemove",
      count(*) filter (where state = 'dead')::int as dead,
      count(*) filter (where held and state in ('planned', 'posted'))::int as held
    from postings`,
  );
  return row!;
}

/** Deliveries that nobody has opened yet. In a transaction of the inbox role. */
export async function countReceived(tx: Tx, tenantId: TenantId): Promise<number> {
  const row = await firstRow(
    tx,
    sql<{ count: number }>`
    select count(*)::int as count from deliveries where state = 'received' and (tenant_id = ${tenantId} or tenant_id is null)`,
  );
  return row!.count;
}

/** What a working connection has to do, as far as can be told without counting. */
export interface OpenWork {
  readonly connectionId: ConnectionId;
  /** A worker has it. */
  readonly isHeld: boolean;
  readonly dueAt: number;
  /** Turns in a row that ended in an error. */
  readonly failures: number;
  /** Something of it can be done before `soon`. */
  readonly isOpen: boolean;
}

/** Cheap enough to be asked several times a second: every part stops at the first row of an index. */
export function readOpenWork(tx: Tx, now: number, soon: number): Promise<OpenWork[]> {
  return rows(
    tx,
    sql<OpenWork>`
    select c.id as "connectionId", coalesce(w.owner is not null and w.leased_until > ${at(now)}, false) as "isHeld", w.failures,
      least(w.due_at, (select min(k.due_at) from work_wakes k where k.connection_id = c.id)) as "dueAt",
      case when c.role = 'source' then
        exists (select 1 from events where connection_id = c.id and state = 'received')
        or exists (select 1 from checkpoints where connection_id = c.id and cursor is not null)
        or exists (select 1 from reads_due where connection_id = c.id and not_before <= ${at(soon)})
        or exists (select 1 from records where connection_id = c.id and not normalised)
        or exists (select 1 from facts f join pairs p on p.source_connection_id = f.connection_id where f.connection_id = c.id and f.state = 'new')
      else
        exists (select 1 from ledger_invoices where connection_id = c.id and read_at is null)
        or exists (select 1 from postings where ledger_connection_id = c.id and (state = 'sending' or (state = 'uncertain' and not_before <= ${at(soon)})))
        or exists (select 1 from postings where ledger_connection_id = c.id and state = 'posted' and wanted = 'void' and not held and not_before <= ${at(soon)})
        or exists (select 1 from postings p where ledger_connection_id = c.id and state = 'planned' and not held and wanted = 'live' and not_before <= ${at(soon)}
          and not exists (select 1 from posting_needs n join postings o on o.id = n.needs_id where n.posting_id = p.id and o.state <> 'posted'))
      end as "isOpen"
    from connections c join work w on w.connection_id = c.id
    where c.state in ('active', 'degraded') order by c.id`,
  );
}
