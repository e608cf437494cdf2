import { objectAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { readMsDate } from '../basics/dates.ts';
import { badQuery } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import type { KindRules } from '../entities/rules.ts';
import type { XeroRecord } from '../store/record.ts';
import { readOrder } from './order.ts';
import { readWhere } from './where.ts';

/** Objects of a page. Source: Xero, paging: 100 unless said, at most 1,000. */
const PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;
/** Parameters that name the wanted values of a field, by comma. */
const VALUE_LISTS: Readonly<Record<string, string>> = {
  InvoiceNumbers: 'InvoiceNumber',
  Statuses: 'Status',
};
const SEARCHED = ['Name', 'InvoiceNumber', 'Reference', 'EmailAddress', 'ContactNumber', 'CreditNoteNumber'];

/** What a list was asked for. */
export interface ListRequest {
  readonly parameters: URLSearchParams;
  readonly modifiedSince: string | null;
}

/** A list as it is answered: in pages with their numbers, or whole. */
export interface Listed {
  readonly rows: readonly JsonObject[];
  readonly pagination?: JsonObject;
}

/** The objects of a kind that were asked for. Without a page, documents come as summaries without their lines. */
export function list(organisation: Organisation, rules: KindRules, { parameters, modifiedSince }: ListRequest): Listed {
  const since = modifiedSince === null || !rules.knowsModified ? undefined : readSince(modifiedSince);
  const isPaged = rules.isPaged && (parameters.has('page') || parameters.has('pageSize'));
  const isFull = !rules.isPaged || (isPaged && parameters.get('summaryOnly')?.toLowerCase() !== 'true');
  const where = parameters.get('where');
  const filter = where === null || where === '' ? undefined : readWhere(where);
  const order = parameters.get('order');
  const views = organisation
    .all(rules.kind)
    .filter((record) => isWanted(rules, record, parameters, since))
    .map((record) => rules.view(organisation, record, isFull))
    .filter((view) => inLists(view, rules, parameters) && matchesSearch(view, parameters) && (filter?.(view) ?? true));
  const sorted = order === null || order === '' ? views : views.toSorted(readOrder(order));
  return isPaged ? paged(sorted, parameters) : { rows: sorted };
}

function isWanted(
  rules: KindRules,
  record: XeroRecord,
  parameters: URLSearchParams,
  since: number | undefined,
): boolean {
  if (since !== undefined && record.updatedAt <= since) return false;
  return parameters.has('IDs') || rules.isHidden?.(record, parameters) !== true;
}

function inLists(view: JsonObject, rules: KindRules, parameters: URLSearchParams): boolean {
  const isAmong = (name: string, value: string | undefined) => {
    const wanted = parameters.get(name);
    return wanted === null || wanted === '' || wanted.split(',').some((each) => each.trim() === value);
  };
  if (!isAmong('IDs', textAt(view, rules.idField))) return false;
  if (!isAmong('ContactIDs', textAt(objectAt(view, 'Contact'), 'ContactID'))) return false;
  return Object.entries(VALUE_LISTS).every(([name, field]) => isAmong(name, textAt(view, field)));
}

function matchesSearch(view: JsonObject, parameters: URLSearchParams): boolean {
  const term = parameters.get('searchTerm')?.toLowerCase();
  return term === undefined || SEARCHED.some((field) => textAt(view, field)?.toLowerCase().includes(term) === true);
}

/** Instants in UTC, with or without saying so. */
function readSince(text: string): number {
  const at = readMsDate(text) ?? Date.parse(/\d$/.test(text) ? `${text}Z` : text);
  if (Number.isNaN(at)) throw badQuery('If-Modified-Since is not an instant');
  return at;
}

function paged(rows: readonly JsonObject[], parameters: URLSearchParams): Listed {
  const page = wholeNumber(parameters, 'page', 1);
  const pageSize = Math.min(wholeNumber(parameters, 'pageSize', PAGE_SIZE), MAX_PAGE_SIZE);
  const numbers = { page, pageSize, pageCount: Math.ceil(rows.length / pageSize), itemCount: rows.length };
  const pagination = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Decimal.of(value)]));
  return { rows: rows.slice((page - 1) * pageSize, page * pageSize), pagination };
}

function wholeNumber(parameters: URLSearchParams, name: string, otherwise: number): number {
  const text = parameters.get(name) ?? String(otherwise);
  if (!/^[1-9]\d{0,6}$/.test(text)) throw badQuery(`${name} must be a positive whole number`);
  return Number(text);
}
