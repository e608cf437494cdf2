import type { JsonObject } from '../../core/exact/json.ts';
import type { Organisation } from '../books/organisation.ts';
import type { Kind, XeroRecord } from '../store/record.ts';

/** How a write was asked for, besides its object. */
export interface WriteHow {
  /** Decimals that unit amounts keep: 2, or 4 with `unitdp=4`. */
  readonly unitDecimals: number;
}

/** What the API needs to know of a kind. Reads and writes throw `Invalid` for an object that is not acceptable. */
export interface KindRules {
  readonly kind: Kind;
  /** Name of the resource and of the list in bodies. */
  readonly plural: string;
  readonly idField: string;
  /** Whether lists come in pages, and without pages as summaries. */
  readonly isPaged: boolean;
  /** Whether reads look at `If-Modified-Since`. */
  readonly knowsModified: boolean;
  /** Another text than the id by which one object is read, such as an invoice's number. */
  readonly readName?: string;
  /** The record that a POST without an id overwrites: the one with the same number, name or code. */
  overwritten?(organisation: Organisation, input: JsonObject): XeroRecord | undefined;
  create(organisation: Organisation, input: JsonObject, how: WriteHow): XeroRecord;
  update(organisation: Organisation, record: XeroRecord, input: JsonObject, how: WriteHow): XeroRecord;
  /** The object as it is answered; summaries leave lines out. */
  view(organisation: Organisation, record: XeroRecord, isFull: boolean): JsonObject;
  /** Whether a list leaves the record out unless asked. */
  isHidden?(record: XeroRecord, parameters: URLSearchParams): boolean;
}
