import pg from 'pg';
import type { OwnerAddress } from '../../src/platform/store/index.ts';

/** How far the product is, read from its database without the proxy between. */
export interface Standing {
  /** Things under way by what they are; only those that are there. */
  readonly open: Readonly<Record<string, number>>;
  /**
   * When the last back-off or breaker pause ends, as milliseconds since 1970: a turn's, a host's, an object's, a
   * posting's. Null when nothing pauses.
   */
  readonly pausedUntil: number | null;
}

const OPEN = `
  select
    (select count(*) from deliveries where state in ('received', 'processing')) as deliveries,
    (select count(*) from events where state in ('received', 'processing')) as events,
    (select count(*) from reads_due) as reads,
    (select count(*) from records where not normalised) as records,
    (select count(*) from facts where state <> 'planned') as facts,
    (select count(*) from postings where state in ('planned', 'sending', 'uncertain')) as postings,
    (select count(*) from postings where state = 'posted' and wanted = 'void') as removals,
    (select count(*) from postings where state = 'dead' or held) as stopped,
    (select count(*) from work where failures > 0) as turns,
    (select count(*) from breakers where failures > 0) as breakers,
    (select count(*) from connections where state <> 'active') as connections`;

const PAUSED = `
  select extract(epoch from greatest(
    (select max(due_at) from work where failures > 0),
    (select max(open_until) from breakers),
    (select max(not_before) from reads_due),
    (select max(not_before) from postings where state in ('planned', 'sending', 'uncertain'))
  )) * 1000 as until`;

/** Looks at the product's progress over one connection of its own. */
export class Observer {
  readonly #client: pg.Client;

  constructor({ host, port, user, password, database }: OwnerAddress) {
    this.#client = new pg.Client({ host, port, user, password, database });
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  async standing(): Promise<Standing> {
    const open: Record<string, string> = (await this.#client.query(OPEN)).rows[0];
    const until: string | null = (await this.#client.query(PAUSED)).rows[0].until;
    const counts = Object.entries(open).map(([name, count]) => [name, Number(count)] as const);
    return {
      open: Object.fromEntries(counts.filter(([, count]) => count > 0)),
      pausedUntil: until === null ? null : Number(until),
    };
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}
