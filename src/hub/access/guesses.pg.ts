import { at, atOrNull, rows, sql, type Tx } from '../../platform/store/index.ts';
import { recordSecurityEvent } from '../audit/index.ts';
import type { GuessCount } from './judge-guess.ts';
import type { GuessStore } from './store.ts';
import type { StoreDoors } from './store-doors.ts';

export function pgGuessStore({ database, makeId }: StoreDoors): GuessStore {
  return {
    take: (subjects, judge, now) =>
      database.access(null, async (tx) => {
        const judged = (await locked(tx, subjects, now)).map((one) => ({
          subject: one.subject,
          judgement: judge(one.subject, one),
        }));
        const waits = judged.map(({ judgement }) => (judgement.kind === 'wait' ? judgement.wait_ms : 0));
        const wait_ms = Math.max(0, ...waits);
        if (wait_ms > 0) return { wait_ms };
        for (const { subject, judgement } of judged)
          if (judgement.kind === 'counted') await keep(tx, subject, judgement.count);
        return { wait_ms: 0 };
      }),
    forgive: (account, address) =>
      database.access(null, async (tx) => {
        await sql`delete from guesses where subject = ${account}`.execute(tx);
        await sql`
          update guesses set failures = greatest(failures - 1, 0), blocked_until = null where subject = ${address}`.execute(
          tx,
        );
      }),
    note: (event, now) => database.access(null, (tx) => recordSecurityEvent(tx, event, makeId, now)),
  };
}

/** In the order of their names, so that two requests never wait for each other. */
function locked(tx: Tx, subjects: readonly string[], now: number) {
  return rows(
    tx,
    sql<GuessCount & { readonly subject: string }>`
    insert into guesses (subject, failures, counted_from)
    select subject, 0, ${at(now)} from unnest(${[...subjects].sort()}::text[]) as wanted (subject) order by subject
    on conflict (subject) do update set failures = guesses.failures
    returning subject, failures, counted_from as "countedFrom", blocked_until as "blockedUntil"`,
  );
}

async function keep(tx: Tx, subject: string, { failures, countedFrom, blockedUntil }: GuessCount): Promise<void> {
  await sql`
    update guesses set failures = ${failures}, counted_from = ${at(countedFrom)}, blocked_until = ${atOrNull(blockedUntil)}
    where subject = ${subject}`.execute(tx);
}
