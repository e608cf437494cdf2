import type { DocumentKind } from '../../model/document.ts';
import { ENTITY_OF, LISTED_KINDS } from './entities.ts';

/** Kind of document by the name that notifications use: the entity in lower case. */
export const KIND_OF: ReadonlyMap<string, DocumentKind> = new Map(
  LISTED_KINDS.map((kind) => [ENTITY_OF[kind].toLowerCase(), kind]),
);

/** Lists and settings that documents rest on: a change may mean that a mapping or the company has to be read again. */
export const REFERENCE_ENTITIES: ReadonlySet<string> = new Set([
  'account',
  'customer',
  'vendor',
  'item',
  'preferences',
  'taxagency',
]);

/** The other entities that Intuit notifies about (developer.intuit.com, "Webhooks", 2026-11): none is ours to read. */
export const UNUSED_ENTITIES: ReadonlySet<string> = new Set([
  'bill',
  'billpayment',
  'budget',
  'class',
  'currency',
  'department',
  'employee',
  'estimate',
  'journalcode',
  'paymentmethod',
  'purchaseorder',
  'term',
  'timeactivity',
  'vendorcredit',
]);

/** One word for each operation, whatever its spelling in the two formats. */
export const OPERATION_OF: ReadonlyMap<string, string> = new Map([
  ['create', 'created'],
  ['created', 'created'],
  ['update', 'updated'],
  ['updated', 'updated'],
  ['delete', 'deleted'],
  ['deleted', 'deleted'],
  ['merge', 'merged'],
  ['merged', 'merged'],
  ['void', 'voided'],
  ['voided', 'voided'],
  ['email', 'emailed'],
  ['emailed', 'emailed'],
]);
