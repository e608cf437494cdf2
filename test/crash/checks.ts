import { verify } from '../../src/hub/verify/index.ts';
import { asOwner, rows, sql } from '../../src/platform/store/index.ts';
import type { Payment } from './business.ts';
import { EVENT_PREFIX } from './deliveries.ts';
import type { Stage } from './stage.ts';

/** Of these deliveries, those that the inbox does not have (I1). */
export function lostDeliveries({ postgres }: Stage, acknowledged: readonly string[]): Promise<readonly string[]> {
  return asOwner(postgres.address, async (tx) => {
    const lost = await rows(
      tx,
      sql<{ id: string }>`
      select id from unnest(${[...acknowledged]}::text[]) as sent(id)
      where not exists (select 1 from deliveries d where d.dedupe_key = sent.id) order by id`,
    );
    return lost.map(({ id }) => id);
  });
}

/** Live documents in the ledger by the posting whose marker they carry. */
export function liveDocuments({ sandbox }: Stage): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { privateNote, entity, id, isVoided } of sandbox.quickbooks.ledger().documents) {
    const posting = /counterfoil:1:(pst_[0-9a-z]{32})/.exec(privateNote ?? '')?.[1];
    if (posting === undefined || isVoided) continue;
    found.set(posting, [...(found.get(posting) ?? []), `${entity} ${id}`]);
  }
  return found;
}

/** Postings with two live documents (I3), each in words. */
export function postedTwice(live: ReturnType<typeof liveDocuments>): readonly string[] {
  return [...live]
    .filter(([, documents]) => documents.length > 1)
    .map(([posting, documents]) => `${posting} is in the ledger as ${documents.join(' and ')}`);
}

/** Everything that the promises say about the stored data, in words. */
export async function brokenPromises({ installation: { doors } }: Stage): Promise<readonly string[]> {
  const checks = await verify(doors, { live: false, signal: new AbortController().signal });
  return checks.flatMap(({ invariant, what, violations }) =>
    violations.map(({ subject, detail }) => `${invariant} ${what}: ${subject}: ${detail}`),
  );
}

interface PaymentRow {
  readonly payment: Payment;
  readonly documents: number;
  readonly posting: string | null;
  readonly document: string | null;
}

/** Payments that do not have exactly one live receipt in the ledger (I3), in words. */
export async function paymentsWithoutOneDocument(
  stage: Stage,
  payments: readonly Payment[],
): Promise<readonly string[]> {
  const found = await asOwner(stage.postgres.address, (tx) =>
    rows(
      tx,
      sql<PaymentRow>`
      select c.provider || ' ' || f.object_id as payment, count(p.id)::int as documents, min(p.id) as posting, min(p.document_id) as document
      from facts f join connections c on c.id = f.connection_id
      left join postings p on p.fact_id = f.id and p.leg = 'receipt' and p.state = 'posted'
      where f.kind in ('charge', 'bitcoin_payment') group by 1 order by 1`,
    ),
  );
  const known = new Map(found.map((row) => [row.payment, row]));
  const live = liveDocuments(stage);
  return payments.flatMap((payment) => {
    const row = known.get(payment);
    if (row === undefined) return [`${payment} is not known`];
    const documents = row.posting === null ? [] : (live.get(row.posting) ?? []);
    if (row.documents === 1 && documents.length === 1) return [];
    return [`${payment} has ${row.documents} postings that are posted and ${documents.length} live documents`];
  });
}

export interface InboxCount {
  readonly deliveries: number;
  /** Of those that our own senders made: the providers repeat theirs by their own schedule. */
  readonly duplicates: number;
}

export function countInbox({ postgres }: Stage): Promise<InboxCount> {
  return asOwner(postgres.address, async (tx) => {
    const [row] = await rows(
      tx,
      sql<InboxCount>`
      select count(*)::int as deliveries, coalesce(sum(duplicates) filter (where dedupe_key like ${`${EVENT_PREFIX}%`}), 0)::int as duplicates
      from deliveries order by 1`,
    );
    return row!;
  });
}

/** Ends the leases of processes that are dead, as half a minute would. */
export async function endLeases({ postgres }: Stage, pids: readonly number[]): Promise<void> {
  if (pids.length === 0) return;
  await asOwner(postgres.address, (tx) =>
    sql`update work set leased_until = now() where split_part(owner, '-', 1) = any(${pids.map(String)}::text[])`.execute(
      tx,
    ),
  );
}
