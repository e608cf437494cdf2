import { flagAt, minorAt, objectAt, objectsAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import { isList, type JsonObject } from '../../core/exact/json.ts';
import { dayString, msDate, msDay } from '../basics/dates.ts';
import { money } from '../basics/money.ts';
import { Invalid } from '../basics/refusal.ts';
import type { Journal } from '../books/ledger.ts';
import type { Organisation } from '../books/organisation.ts';
import type { XeroRecord } from '../store/record.ts';
import { contactOfDocument } from './contact.ts';
import { choiceAt, dayAt, numberAt, picked, shortText } from './fields.ts';
import { AMOUNT_TYPES, type AmountTypes, lineEntries, readLines, totalsOf } from './lines.ts';
import { contactReference, systemAccount } from './references.ts';
import type { KindRules, WriteHow } from './rules.ts';
import { settledOf } from './settlement.ts';

/** The four documents between an organisation and its contacts. */
interface TradeType {
  readonly control: 'DEBTORS' | 'CREDITORS';
  /** 1 when the control account is debited. */
  readonly sign: 1n | -1n;
  readonly side: 'sale' | 'purchase';
}

const TYPES: Readonly<Record<string, TradeType>> = {
  ACCREC: { control: 'DEBTORS', sign: 1n, side: 'sale' },
  ACCPAY: { control: 'CREDITORS', sign: -1n, side: 'purchase' },
  ACCRECCREDIT: { control: 'DEBTORS', sign: -1n, side: 'sale' },
  ACCPAYCREDIT: { control: 'CREDITORS', sign: 1n, side: 'purchase' },
};

/** The type of a stored invoice or credit note. */
export function tradeTypeOf({ data }: XeroRecord): TradeType {
  return TYPES[textAt(data, 'Type') ?? '']!;
}

const STATUSES = ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'VOIDED', 'DELETED', 'PAID'] as const;
type Status = (typeof STATUSES)[number];
/** Where a status may go by a write; a document is paid by what settles it alone. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  DRAFT: ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'DELETED'],
  SUBMITTED: ['DRAFT', 'SUBMITTED', 'AUTHORISED', 'DELETED'],
  AUTHORISED: ['AUTHORISED', 'VOIDED'],
  PAID: ['PAID'],
  VOIDED: [],
  DELETED: [],
};
/** What may not change once something has settled a part of the document. */
const FROZEN = ['LineItems', 'Date', 'Contact', 'LineAmountTypes', 'Type', 'CurrencyCode'];
const PLAIN = ['Url', 'BrandingThemeID', 'ExpectedPaymentDate', 'PlannedPaymentDate'];
const MAX_NUMBER = 255;

/** Where invoices and credit notes differ. */
export interface TradeKind {
  readonly kind: 'Invoice' | 'CreditNote';
  readonly plural: string;
  readonly idField: string;
  readonly numberField: string;
  /** Types; the first has numbers that are unique and are made up when they are left out. */
  readonly types: readonly [string, string];
  readonly prefix: string;
  /** What the view adds to the common fields. */
  readonly settlementView: (organisation: Organisation, record: XeroRecord) => JsonObject;
}

/** The rules of invoices or of credit notes. */
export function tradeRules(trade: TradeKind): KindRules {
  return {
    kind: trade.kind,
    plural: trade.plural,
    idField: trade.idField,
    isPaged: true,
    knowsModified: true,
    readName: trade.numberField,
    overwritten: (organisation, input) =>
      input.Type === trade.types[1] ? undefined : numbered(organisation, trade, textAt(input, trade.numberField) ?? ''),
    create(organisation, input, how) {
      const record = organisation.create(trade.kind, tradeData(organisation, trade, { input, before: undefined, how }));
      organisation.post(record, journalOf(organisation, record.data));
      return settledAtOnce(organisation, record);
    },
    update(organisation, record, input, how) {
      const changed = organisation.change(record, tradeData(organisation, trade, { input, before: record, how }));
      organisation.post(changed, journalOf(organisation, changed.data));
      return settledAtOnce(organisation, changed);
    },
    view: (organisation, record, isFull) => ({
      ...tradeView(organisation, trade, record, isFull),
      ...trade.settlementView(organisation, record),
    }),
  };
}

/** Nothing is left to pay on an approved document of nothing. */
function settledAtOnce(organisation: Organisation, record: XeroRecord): XeroRecord {
  const { data } = record;
  const isPaid = data.Status === 'AUTHORISED' && minorAt(data, 'Total') === 0n;
  return isPaid ? organisation.change(record, { ...data, Status: 'PAID' }) : record;
}

/** The document with that unique number that was not deleted. */
function numbered(organisation: Organisation, trade: TradeKind, number: string): XeroRecord | undefined {
  const found = organisation.named(trade.kind, trade.numberField, number);
  return found.find(({ data }) => data.Type === trade.types[0] && data.Status !== 'DELETED');
}

interface TradeWrite {
  readonly input: JsonObject;
  readonly before: XeroRecord | undefined;
  readonly how: WriteHow;
}

function tradeData(organisation: Organisation, trade: TradeKind, { input, before, how }: TradeWrite): JsonObject {
  const old = before?.data;
  const type = choiceAt(input, 'Type', trade.types, textAt(old, 'Type') ?? '');
  if (TYPES[type] === undefined) throw new Invalid('A valid Type is needed.');
  const status = nextStatus(organisation, before, input);
  const currency = textAt(input, 'CurrencyCode') ?? organisation.currency;
  if (currency !== organisation.currency) throw new Invalid(`Organisation is not subscribed to currency ${currency}`);
  const isApproved = status === 'AUTHORISED' || status === 'PAID';
  const amountTypes = choiceAt<AmountTypes>(
    input,
    'LineAmountTypes',
    AMOUNT_TYPES,
    (textAt(old, 'LineAmountTypes') as AmountTypes | undefined) ?? 'Exclusive',
  );
  const lines = tradeLines(organisation, { input, before, how }, { type, amountTypes, isApproved });
  const totals = totalsOf(lines, amountTypes);
  if (isApproved && lines.length === 0) throw new Invalid('One or more line items must be specified');
  if (totals.total < 0n) throw new Invalid('The document total must not be negative');
  const date = dayAt(input, 'Date') ?? textAt(old, 'Date') ?? organisation.today();
  const dueDate = dayAt(input, 'DueDate') ?? textAt(old, 'DueDate');
  if (isApproved && dueDate === undefined && trade.kind === 'Invoice') throw new Invalid('Due date cannot be empty.');
  const contactId =
    before !== undefined && input.Contact === undefined
      ? textAt(old, 'ContactID')!
      : contactOfDocument(organisation, input).id;
  return {
    Type: type,
    [trade.numberField]: tradeNumber(organisation, trade, { type, input, before }),
    Reference: shortText(input, 'Reference', MAX_NUMBER) ?? textAt(old, 'Reference') ?? '',
    ContactID: contactId,
    Date: date,
    ...(dueDate === undefined ? {} : { DueDate: dueDate }),
    Status: status,
    LineAmountTypes: amountTypes,
    LineItems: lines,
    SubTotal: money(totals.subTotal),
    TotalTax: money(totals.totalTax),
    Total: money(totals.total),
    SentToContact: flagAt(input, 'SentToContact') ?? flagAt(old, 'SentToContact') ?? false,
    ...picked({ ...old, ...input }, PLAIN),
    ...(isList(old?.Allocations) ? { Allocations: old.Allocations } : {}),
  };
}

function nextStatus(organisation: Organisation, before: XeroRecord | undefined, input: JsonObject): Status {
  if (before === undefined) return choiceAt(input, 'Status', ['DRAFT', 'SUBMITTED', 'AUTHORISED'] as const, 'DRAFT');
  const current = textAt(before.data, 'Status') as Status;
  const status = choiceAt(input, 'Status', STATUSES, current);
  if (!NEXT[current].includes(status)) throw new Invalid('Invoice not of valid status for modification');
  const { paid, credited, allocated } = settledOf(organisation, before);
  if (current !== 'PAID' && paid + credited + allocated === 0n) return status;
  const isFrozen =
    status === 'VOIDED' || FROZEN.some((name) => input[name] !== undefined && !isKept(before, input, name));
  if (isFrozen) throw new Invalid('This document cannot be edited as it has a payment or credit note allocated to it.');
  return status;
}

/** Whether a frozen member was only sent back as it is. */
function isKept({ data }: XeroRecord, input: JsonObject, name: string): boolean {
  if (name === 'LineItems') return false;
  if (name === 'Contact') return textAt(objectAt(input, 'Contact'), 'ContactID') === data.ContactID;
  return name === 'Date' ? dayAt(input, 'Date') === data.Date : input[name] === data[name] || name === 'CurrencyCode';
}

function tradeLines(
  organisation: Organisation,
  { input, before, how }: TradeWrite,
  { type, amountTypes, isApproved }: { type: string; amountTypes: AmountTypes; isApproved: boolean },
): JsonObject[] {
  const old = objectsAt(before?.data, 'LineItems');
  const sent = isList(input.LineItems) ? objectsAt(input, 'LineItems') : old;
  return readLines(organisation, sent, old, {
    amountTypes,
    // Kept lines have their decimals already.
    unitDecimals: sent === old ? 4 : how.unitDecimals,
    side: TYPES[type]!.side,
    needsAccount: isApproved,
    mayUse: ({ data }) =>
      data.Type !== 'BANK' && data.SystemAccount !== 'DEBTORS' && data.SystemAccount !== 'CREDITORS',
  });
}

function tradeNumber(
  organisation: Organisation,
  trade: TradeKind,
  { type, input, before }: { type: string; input: JsonObject; before: XeroRecord | undefined },
): string {
  const sent = shortText(input, trade.numberField, MAX_NUMBER);
  const old = textAt(before?.data, trade.numberField);
  if (sent === undefined || sent === '') return old ?? (type === trade.types[0] ? freeNumber(organisation, trade) : '');
  const holder = type === trade.types[0] ? numbered(organisation, trade, sent) : undefined;
  if (holder !== undefined && holder.id !== before?.id)
    throw new Invalid(trade.kind === 'Invoice' ? 'Invoice # must be unique.' : 'Credit Note # must be unique.');
  return sent;
}

/** The next number of the series that nobody has used by hand. */
function freeNumber(organisation: Organisation, trade: TradeKind): string {
  let number = organisation.nextNumber(trade.prefix);
  while (numbered(organisation, trade, number) !== undefined) number = organisation.nextNumber(trade.prefix);
  return number;
}

function journalOf(organisation: Organisation, data: JsonObject): Journal | undefined {
  if (data.Status !== 'AUTHORISED' && data.Status !== 'PAID') return undefined;
  const { control, sign } = TYPES[textAt(data, 'Type') ?? '']!;
  const lines = lineEntries(
    organisation,
    objectsAt(data, 'LineItems'),
    textAt(data, 'LineAmountTypes') as AmountTypes,
    sign === 1n ? -1n : 1n,
  );
  const total = { accountId: systemAccount(organisation, control).id, amount: (minorAt(data, 'Total') ?? 0n) * sign };
  return { date: textAt(data, 'Date')!, entries: [total, ...lines] };
}

function tradeView(organisation: Organisation, trade: TradeKind, record: XeroRecord, isFull: boolean): JsonObject {
  const { ContactID, Date: day, DueDate: due, Allocations: _allocations, LineItems, ...rest } = record.data;
  const { lastDay } = settledOf(organisation, record);
  return {
    [trade.idField]: record.id,
    ...rest,
    Contact: contactReference(organisation, String(ContactID)),
    DateString: dayString(String(day)),
    Date: msDay(String(day)),
    ...(due === undefined ? {} : { DueDateString: dayString(String(due)), DueDate: msDay(String(due)) }),
    LineItems: isFull ? LineItems : [],
    CurrencyCode: organisation.currency,
    CurrencyRate: Decimal.of(1),
    ...(record.data.Status === 'PAID' ? { FullyPaidOnDate: msDay(lastDay ?? String(day)) } : {}),
    HasAttachments: false,
    HasErrors: false,
    UpdatedDateUTC: msDate(record.updatedAt),
    UpdatedDateUTCString: `${new Date(record.updatedAt).toISOString().slice(0, 19)}Z`,
  };
}

/** A positive amount of at most what is left of a document. */
export function amountWithin(input: JsonObject, left: bigint, tooMuch: string): bigint {
  const amount = numberAt(input, 'Amount')?.toMinor();
  if (amount === undefined || amount <= 0n) throw new Invalid('The amount must be greater than zero');
  if (amount > left) throw new Invalid(tooMuch);
  return amount;
}
