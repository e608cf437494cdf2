import type { LocalDate } from '../../kernel/dates.ts';
import type { CounterfoilError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import type { DocumentKind, LedgerDocument, PostedDocument } from '../../model/document.ts';
import type { ConnectorBase } from './connector.ts';
import type { ProviderRequest } from './http.ts';
import type { SourceEvent, WebhookSpec } from './webhook.ts';

/** What marks a document as ours, and makes it findable. */
export interface Marking {
  readonly postingId: string;
  /** Prefix and hash, at most 21 characters (`ST-3k7q…`). */
  readonly number: string;
  /** The provider's idempotency key: the posting id, with `r1`, `r2` … after a definite refusal. */
  readonly key: string;
}

/** One thing to create, with every account, item, customer and linked document id filled in. */
export interface CreateItem {
  readonly document: LedgerDocument;
  readonly marking: Marking;
}

export type ItemAnswer =
  | { readonly ok: true; readonly document: PostedDocument }
  | { readonly ok: false; readonly error: CounterfoilError };

/** What the ledger says of itself; decides how we write to it. */
export interface LedgerCompany {
  readonly companyId: string;
  readonly name: string;
  readonly homeCurrency: string;
  readonly multiCurrency: boolean;
  /** Last day of the closed period, or null. */
  readonly closedThrough: LocalDate | null;
  /** Whether the ledger refuses a document number used before. */
  readonly enforcesNumbers: boolean;
  readonly timeZone: string | null;
}

export type AccountType =
  | 'bank'
  | 'income'
  | 'expense'
  | 'other_current_asset'
  | 'other_current_liability'
  | 'other_income'
  | 'receivable'
  | 'other';

export interface LedgerAccount {
  readonly accountId: string;
  readonly name: string;
  readonly type: AccountType;
  /** Empty where the company has one currency and does not repeat it. */
  readonly currency: string;
  readonly active: boolean;
}

/** A named thing that documents refer to: customer, vendor or item. */
export interface LedgerName {
  readonly id: string;
  readonly name: string;
  readonly active: boolean;
}

export type NameKind = 'customer' | 'vendor' | 'item';

/** A ledger invoice that a payment may settle. */
export interface OpenInvoice {
  readonly documentId: string;
  readonly number: string;
  readonly customerId: string;
  /** Empty where the company has one currency and does not repeat it. */
  readonly currency: string;
  /** Decimal text. */
  readonly balance: string;
  readonly voided: boolean;
}

export interface Listed<T> {
  readonly rows: readonly T[];
  /** Opaque; null when that was the last page. A list that could not be read to the end proves nothing. */
  readonly next: Json | null;
}

/** A list that is read page by page until `next` is null. */
export interface LedgerList<Q, T> {
  request(companyId: string, query: Q, page: Json | null): ProviderRequest;
  read(query: Q, page: Json | null, body: Json): Listed<T>;
}

/** Where documents are posted. Pure builders and parsers: who calls, and when, is the hub's business. */
export interface LedgerConnector extends ConnectorBase {
  readonly role: 'ledger';
  readonly idempotency: {
    /** While younger than this, the same key may be sent again after a look-up found nothing. */
    readonly window_ms: number;
    /** Until this age, a document that was not found may still appear. */
    readonly horizon_ms: number;
    /** Kinds whose number the ledger keeps unique when `enforcesNumbers`. */
    readonly numberedKinds: readonly DocumentKind[];
  };
  /** Most items of one batch; 1 when there is no batch. */
  readonly batchSize: number;
  readonly company: {
    requests(companyId: string): readonly ProviderRequest[];
    read(companyId: string, bodies: readonly Json[]): LedgerCompany;
  };
  readonly accounts: LedgerList<null, LedgerAccount>;
  createAccount(
    companyId: string,
    account: { name: string; type: AccountType; currency: string | null; key: string },
  ): ProviderRequest;
  readAccount(body: Json): LedgerAccount;
  readonly names: LedgerList<{ readonly kind: NameKind; readonly name: string }, LedgerName>;
  createName(
    companyId: string,
    name: { kind: NameKind; name: string; incomeAccountId?: string; email?: string; currency?: string; key: string },
  ): ProviderRequest;
  readName(kind: NameKind, body: Json): LedgerName;
  readonly invoicesByNumber: LedgerList<{ readonly number: string }, OpenInvoice>;
  create(companyId: string, item: CreateItem): ProviderRequest;
  /** Reads the answer to `create`. An answer that carries an error inside a success is an error. */
  readCreated(item: CreateItem, body: Json): ItemAnswer;
  createBatch(companyId: string, items: readonly CreateItem[], batchKey: string): ProviderRequest;
  /** One answer for each item, in order; an item without an answer has an error with unknown outcome. */
  readBatch(items: readonly CreateItem[], body: Json): readonly ItemAnswer[];
  /** Documents of one kind by day range and by when they last changed: for look-up and read-back. */
  readonly documents: LedgerList<DocumentQuery, PostedDocument>;
  readDocument(
    companyId: string,
    kind: DocumentKind,
    documentId: string,
    homeCurrency: string,
  ): { request: ProviderRequest; read(body: Json): PostedDocument };
  /** Voids where the ledger can, deletes where it cannot; needs the document as just read. */
  remove(companyId: string, document: PostedDocument, key: string): ProviderRequest;
  /** Which kinds `documents` can list. */
  readonly kinds: readonly DocumentKind[];
  readonly webhook: WebhookSpec;
  /** Company ids and changed documents inside an event. */
  changed?(event: SourceEvent): readonly { readonly kind: DocumentKind; readonly documentId: string }[];
}

export interface DocumentQuery {
  /** Currency of documents that name none: companies with one currency may leave it out. */
  readonly homeCurrency: string;
  readonly kind: DocumentKind;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Only documents changed at or after this instant (ms UTC); null for all. */
  readonly updatedSince: number | null;
}
