import pg from 'pg';
import { asOwner, sql } from '../../src/platform/store/index.ts';
import type { Cleanup } from './cleanup.ts';
import { instant } from './provider-accounts.ts';
import type { Stage } from './stage.ts';

/** Tells of each document the moment the transaction that settled it is committed. */
export interface PostedListener {
  /** Resolves with the instant (ms since 1970) of the next document of this ledger connection after `after`. */
  next(ledgerId: string): Promise<number>;
}

/** No document takes longer to be posted, whatever bounds it. */
const PATIENCE_MS = 120_000;

/** A trigger in the benchmark's own database: a poll would be slower and would take part in what is measured. */
export async function listenForPosted(stage: Stage, cleanup: Cleanup): Promise<PostedListener> {
  await asOwner(stage.owner, async (tx) => {
    await sql`create function bench_posted() returns trigger language plpgsql security definer as $$
      begin perform pg_notify('bench_posted', new.ledger_connection_id); return null; end $$`.execute(tx);
    await sql`create trigger bench_posted after update on postings for each row
      when (new.state = 'posted' and old.state <> 'posted') execute function bench_posted()`.execute(tx);
  });
  const client = new pg.Client({ ...stage.owner });
  await client.connect();
  cleanup.add(() => client.end());
  const waiting = new Map<string, (at: number) => void>();
  client.on('notification', ({ payload }) => {
    const at = instant();
    waiting.get(payload ?? '')?.(at);
    waiting.delete(payload ?? '');
  });
  await client.query('listen bench_posted');
  return {
    next: (ledgerId) =>
      new Promise((done, reject) => {
        const timer = setTimeout(() => reject(new Error('no document was posted')), PATIENCE_MS);
        waiting.set(ledgerId, (at) => {
          clearTimeout(timer);
          done(at);
        });
      }),
  };
}
