import { writeJson } from '../core/exact/json.ts';
import type { SandboxDoors, SandboxProvider } from '../core/provider.ts';
import { type Mutation, plain, Store } from '../core/store.ts';
import { Connections } from './access/connections.ts';
import { IdempotencyKeys } from './access/idempotency.ts';
import { ALL_SCOPES } from './access/scopes.ts';
import { Throttle } from './access/throttle.ts';
import { type IssuedTokens, Tokens } from './access/tokens.ts';
import { Ledger } from './books/ledger.ts';
import { type LockDates, Organisation, type World } from './books/organisation.ts';
import { RULES } from './entities/all.ts';
import { OAuth } from './http/oauth.ts';
import { Server } from './http/server.ts';
import { type LedgerView, ledgerView } from './ledger-view.ts';
import { type ChangeNotice, Notices } from './notices/notices.ts';
import { settle, type XeroOptions } from './options.ts';
import { people } from './people.ts';
import { seed } from './seed.ts';
import type { Kind } from './store/record.ts';
import { Records } from './store/records.ts';

export type { IssuedTokens } from './access/tokens.ts';
export type { LockDates } from './books/organisation.ts';
export type { LedgerDocument, LedgerView, TrialBalanceRow } from './ledger-view.ts';
export type { ChangeNotice } from './notices/notices.ts';
export { EVENTS_PER_REQUEST, webhookBody } from './notices/webhook-body.ts';
export type { XeroLimits, XeroOptions, XeroOrganisation } from './options.ts';
export type { Kind } from './store/record.ts';

/** Offline Xero: one app, one user, the user's organisations ("tenants"), and the hosts for signing in. */
export interface SandboxXero extends SandboxProvider {
  /** Organisations of the user, connected or not. */
  readonly tenantIds: readonly string[];
  /** The keys with which the app asks for tokens. */
  readonly app: { readonly clientId: string; readonly clientSecret: string };

  /** The books: documents, trial balance and its difference, which is always zero. Minor units. */
  ledger(tenantId: string): LedgerView;
  /** An object as the API answers it, as plain JSON; undefined when it does not exist. */
  read(tenantId: string, kind: Kind, id: string): unknown;

  /** Locks the books of an organisation up to these days; null opens them. */
  setLockDates(tenantId: string, locks: LockDates): void;
  /** A person's actions at the screen, as an adviser: within the locked period too. A refusal throws `Invalid`. */
  humanCreate(tenantId: string, kind: Kind, body: unknown): unknown;
  /** Lays the patch over the object, as a POST does. */
  humanEdit(tenantId: string, kind: Kind, id: string, patch: unknown): unknown;
  humanVoid(tenantId: string, kind: 'CreditNote' | 'Invoice' | 'ManualJournal', id: string): unknown;
  humanDelete(tenantId: string, kind: Kind, id: string): void;
  /** Matches with a statement line: the document cannot be changed or deleted any more. */
  humanReconcile(tenantId: string, kind: 'BankTransaction' | 'Payment', id: string): void;

  /** A new consent without the page: connects the organisations (all when missing) and gives tokens with every scope. */
  issueTokens(tenantIds?: readonly string[]): IssuedTokens;
  /** Makes every access token useless at once; refresh tokens stay good. */
  expireAccessToken(): void;
  /** Ends the connection of one organisation, as a person does at Xero. Tokens stay good for the others. */
  disconnect(tenantId: string): void;

  /** Change notices after a sequence number, oldest first; kept for 31 days. */
  events(after?: number): readonly ChangeNotice[];

  /** Names the one listener that is told of each mutation, after it took effect and before `fetch` answers. */
  onMutation(listener: ((mutation: Mutation) => void) | undefined): void;
  /** Replays a mutation; one that the state already holds is passed over, a gap throws. */
  applyRecord(mutation: Mutation): void;
}

interface StoredProvider {
  readonly store: unknown;
  readonly throttle: ReturnType<Throttle['dump']>;
}

/** Makes the organisations, each with a starter chart of accounts and its tax rates. */
export function createXero(doors: SandboxDoors, options: XeroOptions = {}): SandboxXero {
  return new OfflineXero(doors, options);
}

class OfflineXero implements SandboxXero {
  readonly name = 'xero';
  readonly tenantIds: readonly string[];
  readonly app: SandboxXero['app'];
  readonly #world: World;
  readonly #tokens: Tokens;
  readonly #connections: Connections;
  readonly #throttle: Throttle;
  readonly #server: Server;

  constructor(doors: SandboxDoors, options: XeroOptions) {
    const settings = settle(options);
    const store = new Store();
    const random = () => doors.random();
    this.tenantIds = settings.organisations.map(({ tenantId }) => tenantId);
    this.app = { clientId: settings.clientId, clientSecret: settings.clientSecret };
    this.#world = {
      settings,
      doors,
      store,
      records: new Records(store),
      ledger: new Ledger(store),
      notices: new Notices(store),
      locks: store.table('locks', plain<LockDates>()),
    };
    this.#tokens = new Tokens({ store, random, clientId: settings.clientId });
    this.#connections = new Connections(store, random);
    this.#throttle = new Throttle(settings.limits);
    this.#server = new Server({
      world: this.#world,
      tokens: this.#tokens,
      connections: this.#connections,
      throttle: this.#throttle,
      keys: new IdempotencyKeys(store, settings.idempotencyMs),
      oauth: new OAuth(this.#world, this.#tokens, this.#connections),
    });
    store.atomically(() => {
      for (const tenantId of this.tenantIds) seed(this.#organisation(tenantId));
      if (settings.connected) this.#connect(this.tenantIds);
    });
  }

  fetch(request: Request): Promise<Response> {
    return this.#server.fetch(request);
  }

  snapshot(): unknown {
    return { store: this.#world.store.snapshot(), throttle: this.#throttle.dump() } satisfies StoredProvider;
  }

  restore(state: unknown): void {
    const stored = state as StoredProvider;
    this.#world.store.restore(stored.store);
    this.#throttle.load(stored.throttle);
  }

  ledger(tenantId: string): LedgerView {
    return ledgerView(this.#organisation(tenantId));
  }

  read(tenantId: string, kind: Kind, id: string): unknown {
    const organisation = this.#organisation(tenantId);
    const record = organisation.get(kind, id);
    return record === undefined ? undefined : plainJson(RULES[kind].view(organisation, record, true));
  }

  setLockDates(tenantId: string, locks: LockDates): void {
    this.#world.store.atomically(() => this.#world.locks.set(tenantId, locks));
  }

  humanCreate(tenantId: string, kind: Kind, body: unknown): unknown {
    return this.#act(tenantId, (organisation) => people.create(organisation, kind, body));
  }

  humanEdit(tenantId: string, kind: Kind, id: string, patch: unknown): unknown {
    return this.#act(tenantId, (organisation) => people.edit(organisation, kind, id, patch));
  }

  humanVoid(tenantId: string, kind: 'CreditNote' | 'Invoice' | 'ManualJournal', id: string): unknown {
    return this.humanEdit(tenantId, kind, id, { Status: 'VOIDED' });
  }

  humanDelete(tenantId: string, kind: Kind, id: string): void {
    this.#act(tenantId, (organisation) => people.remove(organisation, kind, id));
  }

  humanReconcile(tenantId: string, kind: 'BankTransaction' | 'Payment', id: string): void {
    this.#act(tenantId, (organisation) => people.reconcile(organisation, kind, id));
  }

  issueTokens(tenantIds: readonly string[] = this.tenantIds): IssuedTokens {
    const { authEventId: _event, ...issued } = this.#world.store.atomically(() => this.#connect(tenantIds));
    return issued;
  }

  expireAccessToken(): void {
    const { store, settings, doors } = this.#world;
    store.atomically(() => this.#tokens.expireAccess(doors.now(), settings.accessToken));
  }

  disconnect(tenantId: string): void {
    const connection = this.#connections.of(tenantId);
    if (connection !== undefined) this.#world.store.atomically(() => this.#connections.remove(connection.id));
  }

  events(after = 0): readonly ChangeNotice[] {
    return this.#world.notices.after(after);
  }

  onMutation(listener: ((mutation: Mutation) => void) | undefined): void {
    this.#world.store.onCommit(listener);
  }

  applyRecord(mutation: Mutation): void {
    this.#world.store.apply(mutation);
  }

  #connect(tenantIds: readonly string[]) {
    const now = this.#world.doors.now();
    const issued = this.#tokens.issue(now, ALL_SCOPES);
    for (const tenantId of tenantIds) this.#connections.connect(now, tenantId, issued.authEventId);
    return issued;
  }

  #act<R>(tenantId: string, work: (organisation: Organisation) => R): unknown {
    const done = this.#world.store.atomically(() => work(this.#organisation(tenantId)));
    return done === undefined ? undefined : plainJson(done);
  }

  /** An organisation as a person with every right sees it. */
  #organisation(tenantId: string): Organisation {
    const facts = this.#world.settings.organisations.find((each) => each.tenantId === tenantId);
    if (facts === undefined) throw new Error(`there is no organisation ${tenantId}`);
    return new Organisation(this.#world, facts, true);
  }
}

/** Exact JSON as plain values for whoever looks from outside. */
function plainJson(value: unknown): unknown {
  return JSON.parse(writeJson(value));
}
