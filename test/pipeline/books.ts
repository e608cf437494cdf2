import type { SandboxOptions } from '../../sandbox/src/index.ts';
import { type Connection, connectLedger, type Pair } from '../../src/hub/connections/index.ts';
import type { PairSettings } from '../../src/hub/mapping/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { asOwner, rows, sql } from '../../src/platform/store/index.ts';
import type { FetchDoor } from '../../src/platform/transport/index.ts';
import { type TestHub, testHub } from '../support/hub.ts';

/** A token of the sandbox is good for an hour. */
const RENEW_AFTER_MS = 30 * 60_000;

/** A Thursday noon in UTC, after the first day of every connection. */
export const NOON = Date.UTC(2026, 9, 15, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Time moves only where a test says so; a sleep is over as soon as everything else had its chance. */
export class TestClock implements Clock {
  #now: number;
  constructor(now: number) {
    this.#now = now;
  }
  readonly now = (): number => this.#now;
  /** Unix seconds, as the verbs of the sandbox take them. */
  at(): number {
    return Math.floor(this.#now / 1_000);
  }
  advance(ms: number): void {
    this.#now += ms;
  }
  async sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
  deadline() {
    return { signal: new AbortController().signal, cancel: () => {} };
  }
}

export interface BooksOptions {
  readonly settings?: Partial<PairSettings>;
  readonly sources?: readonly ('stripe' | 'btcpay')[];
  readonly sandbox?: Partial<SandboxOptions>;
  readonly through?: (fetch: FetchDoor) => FetchDoor;
  readonly now?: number;
  readonly seed?: number;
  /** False lets the ledger's token end after its hour, as nobody is there to renew it. */
  readonly renews?: boolean;
}

export interface PostingRow {
  readonly id: string;
  readonly state: string;
  readonly kind: string;
  readonly recipe: string;
  readonly leg: string;
  readonly on: string;
  readonly total: bigint;
  readonly held: boolean;
  readonly wanted: string;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly documentId: string | null;
  readonly adopted: boolean;
  readonly number: string;
}

/** The hub with its books open in the sandbox, and short ways to look at both. */
export interface Books {
  readonly hub: TestHub;
  readonly clock: TestClock;
  readonly ledger: Connection;
  readonly pairs: readonly Pair[];
  /** Rows as the owner of the database sees them: of all tenants. */
  query<R>(statement: ReturnType<typeof sql<R>>): Promise<R[]>;
  postings(): Promise<PostingRow[]>;
  attention(): Promise<{ readonly code: string; readonly subject: string; readonly detail: string }[]>;
  /** Everything that is due now, and then again after each wait, so many times. */
  work(times?: number, wait_ms?: number): Promise<void>;
  /** Live documents of ours in the ledger, by the posting that they are of. */
  documents(): Map<string, string[]>;
  /** The ledger's lines without what depends on the order of posting. */
  lines(): string[];
}

export async function openedBooks(options: BooksOptions = {}): Promise<Books> {
  const clock = new TestClock(options.now ?? NOON);
  const hub = await testHub({
    clock,
    random: seededRandom(options.seed ?? 1),
    ...(options.sandbox ? { sandbox: options.sandbox } : {}),
    ...(options.through ? { through: options.through } : {}),
  });
  const connected = await hub.connect({ taxUnknown: 'none', ...options.settings }, options.sources ?? ['stripe']);
  return booksOf(hub, clock, { ...connected, renews: options.renews ?? true });
}

/** Connects the company again with a new token, as its owner does. */
export async function renew({ doors, sandbox, test }: TestHub): Promise<void> {
  await connectLedger(doors, {
    tenantId: test.tenantId,
    provider: 'quickbooks',
    environment: 'sandbox',
    token: new Secret(sandbox.quickbooks.issueTokens().accessToken),
    baseUrl: null,
    since: NOON,
    companyId: sandbox.quickbooks.realmId,
  });
}

export function booksOf(
  hub: TestHub,
  clock: TestClock,
  { renews, ...connected }: { readonly ledger: Connection; readonly pairs: readonly Pair[]; readonly renews: boolean },
): Books {
  let renewedAt = clock.now();
  const renewIfDue = async () => {
    if (!renews || clock.now() - renewedAt < RENEW_AFTER_MS) return;
    renewedAt = clock.now();
    await renew(hub);
  };
  const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(hub.test.owner, (tx) => rows<R>(tx, statement));
  return {
    hub,
    clock,
    ...connected,
    query,
    postings: () =>
      query(sql<PostingRow>`
        select id, state, kind, recipe, leg, occurred_on as "on", total_minor as total, held, wanted, reason_code as reason, reason_detail as detail,
          document_id as "documentId", adopted, number
        from postings order by occurred_on, recipe, leg, id`),
    attention: () =>
      query(sql<{ code: string; subject: string; detail: string }>`
        select code, subject, detail from attention_items where resolved_at is null order by code, subject`),
    async work(times = 1, wait_ms = MINUTE_MS) {
      await renewIfDue();
      await hub.settle();
      for (let round = 1; round < times; round += 1) {
        clock.advance(wait_ms);
        await renewIfDue();
        await hub.settle();
      }
    },
    documents() {
      const found = new Map<string, string[]>();
      for (const { privateNote, id, isVoided } of hub.sandbox.quickbooks.ledger().documents) {
        const posting = /counterfoil:1:(pst_[0-9a-z]{32})/.exec(privateNote ?? '')?.[1];
        if (posting !== undefined && !isVoided) found.set(posting, [...(found.get(posting) ?? []), id]);
      }
      return found;
    },
    lines: () =>
      hub.sandbox.quickbooks
        .entries()
        .map(({ entity, date, accountName, amount, docNumber }) =>
          [entity, date, accountName, amount, docNumber ?? ''].join(' '),
        )
        .sort(),
  };
}
