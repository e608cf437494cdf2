import { type JsonObject, parseJson, writeJson } from '../../core/exact/json.ts';
import type { Codec } from '../../core/store.ts';

/** Everything an organisation keeps, as the API spells one of it. */
export type Kind =
  | 'Account'
  | 'BankTransaction'
  | 'BankTransfer'
  | 'Contact'
  | 'CreditNote'
  | 'Invoice'
  | 'Item'
  | 'ManualJournal'
  | 'Payment'
  | 'TaxRate';

/** One object of an organisation. Never changed in place: every change is a new value under the same key. */
export interface XeroRecord {
  readonly tenantId: string;
  readonly kind: Kind;
  readonly id: string;
  /** Facts only, days as `2026-11-20`; what follows from other objects is added when it is answered. */
  readonly data: JsonObject;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Place in the order of creation. */
  readonly order: number;
}

type StoredForm = readonly [string, Kind, string, number, number, number, string];

/** Stores a record as a row with its JSON text, so that no number is touched. */
export const recordCodec: Codec<XeroRecord> = {
  encode: ({ tenantId, kind, id, createdAt, updatedAt, order, data }) =>
    [tenantId, kind, id, createdAt, updatedAt, order, writeJson(data)] satisfies StoredForm,
  decode: (stored) => {
    const [tenantId, kind, id, createdAt, updatedAt, order, text] = stored as StoredForm;
    return { tenantId, kind, id, createdAt, updatedAt, order, data: parseJson(text) as JsonObject };
  },
};
