import { exactJson, type JsonObject, writeJson } from '../core/exact/json.ts';
import type { SandboxDoors, SandboxProvider } from '../core/provider.ts';
import type { Mutation } from '../core/store.ts';
import { RequestIds } from './access/request-ids.ts';
import { Throttle } from './access/throttle.ts';
import { type IssuedTokens, Tokens } from './access/tokens.ts';
import { Company } from './books/company.ts';
import type { Party } from './books/general-ledger.ts';
import { answered } from './entities/answer.ts';
import { Api } from './http/api.ts';
import { OAuth } from './http/oauth.ts';
import { Server } from './http/server.ts';
import { Human } from './human.ts';
import { type LedgerEntry, type LedgerView, ledgerEntries, ledgerView } from './ledger-view.ts';
import type { ChangeNotice } from './notices/notice.ts';
import { EVENTS_PER_REQUEST } from './notices/webhook-bodies.ts';
import { type QuickBooksOptions, settle } from './options.ts';
import { seed } from './seed.ts';
import type { EntityName } from './store/entity.ts';

export type { Mutation } from '../core/store.ts';
export type { IssuedTokens } from './access/tokens.ts';
export type { LedgerDocument, LedgerEntry, LedgerView, TrialBalanceRow } from './ledger-view.ts';
export type { ChangeNotice, NoticeOperation } from './notices/notice.ts';
export { cloudEventsBody, EVENTS_PER_REQUEST, type EventSpelling, legacyBody } from './notices/webhook-bodies.ts';
export type { QuickBooksLimits, QuickBooksOptions } from './options.ts';
export type { EntityName } from './store/entity.ts';

/** An offline QuickBooks Online company with its OAuth hosts. */
export interface SandboxQuickBooks extends SandboxProvider {
  readonly realmId: string;
  /** The keys with which an app asks for tokens. */
  readonly app: { readonly clientId: string; readonly clientSecret: string };

  /** The books: documents, trial balance and its difference, which is always zero. Home minor units. */
  ledger(): LedgerView;
  /** Every line in the books. */
  entries(): readonly LedgerEntry[];
  /** An object as the API answers it, as plain JSON; undefined when it does not exist. */
  read(entity: EntityName, id: string): unknown;

  /** Sets the last closed day; null opens all periods. */
  setClosingDate(date: string | null): void;
  /** Sets one preference, such as `SalesFormsPrefs`, `CustomTxnNumbers`, `false`. */
  setPreference(group: string, name: string, value: unknown): void;
  /** A person's actions at the screen; they may write into closed periods. A refusal throws `QuickBooksFault`. */
  humanCreate(entity: EntityName, body: unknown): unknown;
  /** Lays the patch over the object, as a sparse update does. */
  humanEdit(entity: EntityName, id: string, patch: unknown): unknown;
  humanDelete(entity: EntityName, id: string): void;
  humanVoid(entity: EntityName, id: string): unknown;
  humanMerge(entity: Party['kind'], loserId: string, winnerId: string): void;

  /** A new connection without the consent page. */
  issueTokens(): IssuedTokens;
  /** An authorization code, as the consent page gives for a redirect address. */
  issueCode(redirectUri: string): string;
  /** Makes every access token useless at once; refresh tokens stay good. */
  expireAccessToken(): void;
  /** Ends every connection, as when the company disconnects the app: refreshing answers `invalid_grant`. */
  disconnect(): void;

  /** Change notices after a sequence number, oldest first; they stay in the queue. */
  events(after?: number): readonly ChangeNotice[];
  /** Takes up to `max` notices (100, what one request holds) out of the queue, to be sent as webhooks. */
  takeEvents(max?: number): readonly ChangeNotice[];

  /**
   * Names the one listener that is told of each mutation: synchronously, after it took effect and before `fetch`
   * answers, so that a server can append it to a journal and flush that before it sends the answer. To recover: create
   * with the same options, `restore` the journal's snapshot, `applyRecord` each mutation, then listen again.
   */
  onMutation(listener: ((mutation: Mutation) => void) | undefined): void;
  /** Replays a mutation; one that the state already holds is passed over, a gap throws. */
  applyRecord(mutation: Mutation): void;
}

interface StoredProvider {
  readonly store: unknown;
  readonly throttle: ReturnType<Throttle['dump']>;
}

/** Makes a company with a starter chart of accounts, its sales tax, and one item. */
export function createQuickBooks(doors: SandboxDoors, options: QuickBooksOptions = {}): SandboxQuickBooks {
  return new QuickBooksCompany(doors, options);
}

class QuickBooksCompany implements SandboxQuickBooks {
  readonly name = 'quickbooks';
  readonly realmId: string;
  readonly app: SandboxQuickBooks['app'];
  readonly #company: Company;
  readonly #tokens: Tokens;
  readonly #throttle: Throttle;
  readonly #server: Server;
  readonly #human: Human;

  constructor(doors: SandboxDoors, options: QuickBooksOptions) {
    const settings = settle(options);
    const company = new Company(settings, doors);
    const { store } = company;
    this.realmId = settings.realmId;
    this.app = { clientId: settings.clientId, clientSecret: settings.clientSecret };
    this.#company = company;
    this.#throttle = new Throttle(settings.limits);
    this.#tokens = new Tokens({ store, random: () => doors.random(), graceMs: settings.refreshTokenGraceMs });
    this.#server = new Server({
      company,
      tokens: this.#tokens,
      throttle: this.#throttle,
      api: new Api(company, new RequestIds(store, settings.requestIdRetentionMs)),
      oauth: new OAuth(company, this.#tokens),
    });
    this.#human = new Human(company);
    store.atomically(() => {
      seed(company);
      company.notices.take(Number.MAX_SAFE_INTEGER);
    });
  }

  fetch(request: Request): Promise<Response> {
    return this.#server.fetch(request);
  }

  snapshot(): unknown {
    return { store: this.#company.store.snapshot(), throttle: this.#throttle.dump() } satisfies StoredProvider;
  }

  restore(state: unknown): void {
    const stored = state as StoredProvider;
    this.#company.store.restore(stored.store);
    this.#throttle.load(stored.throttle);
  }

  ledger(): LedgerView {
    return ledgerView(this.#company);
  }

  entries(): readonly LedgerEntry[] {
    return ledgerEntries(this.#company);
  }

  read(entity: EntityName, id: string): unknown {
    const record = this.#company.records.get(entity, id);
    return record === undefined ? undefined : plainJson(answered(this.#company, record));
  }

  setClosingDate(date: string | null): void {
    this.setPreference('AccountingInfoPrefs', 'BookCloseDate', date);
  }

  setPreference(group: string, name: string, value: unknown): void {
    const company = this.#company;
    company.store.atomically(() => {
      const current = company.records.get('Preferences', '1')!;
      const { [name]: _old, ...held } = (current.data[group] ?? {}) as JsonObject;
      const set = value === null ? {} : { [name]: exactJson(value) };
      company.change(current, { ...current.data, [group]: { ...held, ...set } });
    });
  }

  humanCreate(entity: EntityName, body: unknown): unknown {
    return this.#atomically(() => this.#human.create(entity, body));
  }

  humanEdit(entity: EntityName, id: string, patch: unknown): unknown {
    return this.#atomically(() => this.#human.edit(entity, id, patch));
  }

  humanDelete(entity: EntityName, id: string): void {
    this.#company.store.atomically(() => this.#human.remove(entity, id));
  }

  humanVoid(entity: EntityName, id: string): unknown {
    return this.#atomically(() => this.#human.void(entity, id));
  }

  humanMerge(entity: Party['kind'], loserId: string, winnerId: string): void {
    this.#company.store.atomically(() => this.#human.merge(entity, loserId, winnerId));
  }

  issueTokens(): IssuedTokens {
    const { grant: _grant, ...issued } = this.#company.store.atomically(() => this.#tokens.issue(this.#now()));
    return issued;
  }

  issueCode(redirectUri: string): string {
    return this.#company.store.atomically(() => this.#tokens.issueCode(this.#now(), redirectUri));
  }

  expireAccessToken(): void {
    const { store, settings } = this.#company;
    store.atomically(() => this.#tokens.expireAccess(settings.accessToken));
  }

  disconnect(): void {
    this.#company.store.atomically(() => {
      this.#tokens.revokeAll();
      this.#tokens.expireAccess(this.#company.settings.accessToken);
    });
  }

  events(after = 0): readonly ChangeNotice[] {
    return this.#company.notices.after(after);
  }

  takeEvents(max: number = EVENTS_PER_REQUEST): readonly ChangeNotice[] {
    return this.#company.store.atomically(() => this.#company.notices.take(max));
  }

  onMutation(listener: ((mutation: Mutation) => void) | undefined): void {
    this.#company.store.onCommit(listener);
  }

  applyRecord(mutation: Mutation): void {
    this.#company.store.apply(mutation);
  }

  #atomically(work: () => JsonObject): unknown {
    return plainJson(this.#company.store.atomically(work));
  }

  #now(): number {
    return this.#company.doors.now();
  }
}

/** Exact JSON as plain values for whoever looks from outside. */
function plainJson(value: JsonObject): unknown {
  return JSON.parse(writeJson(value));
}
