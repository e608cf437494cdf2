import type { Json } from '../../kernel/json.ts';
import { type RecordRef, textOf } from '../sdk/index.ts';
import { idOf } from './json-fields.ts';

/** What an event makes worth reading, or why nothing is. */
export interface EventMeaning {
  readonly touches: readonly RecordRef[];
  readonly wakes: readonly string[];
  readonly ignoredBecause: string | null;
}

interface Rule {
  /** Stream whose record is read again by the object's id. */
  readonly touches?: string;
  /** The touched id is this field of the object, not its own id. */
  readonly by?: string;
  readonly wakes?: readonly string[];
}

const LEDGER: Rule = { wakes: ['balance_transactions'] };
const DISPUTE: Rule = { touches: 'disputes', wakes: ['balance_transactions'] };
const PAYOUT: Rule = { touches: 'payouts', wakes: ['balance_transactions'] };
const INVOICE: Rule = { touches: 'invoices' };
const SESSION: Rule = { touches: 'checkout_sessions', wakes: ['checkout_sessions', 'balance_transactions'] };
/** Stripe tells of a credit note under its own id; the invoice it changes is a field. */
const CREDIT_NOTE: Rule = { touches: 'invoices', by: 'invoice' };

const RULES: Readonly<Record<string, Rule>> = {
  ...each(LEDGER, 'charge', 'succeeded captured updated refunded refund.updated pending failed'),
  ...each(LEDGER, 'refund', 'created updated failed'),
  ...each(LEDGER, 'topup', 'succeeded failed canceled reversed'),
  ...each(LEDGER, 'transfer', 'created reversed updated'),
  ...each(LEDGER, 'application_fee', 'created refunded refund.updated'),
  ...each(LEDGER, 'reserve', 'hold.created hold.updated release.created'),
  ...each(DISPUTE, 'charge.dispute', 'created updated closed funds_withdrawn funds_reinstated'),
  ...each(PAYOUT, 'payout', 'created updated paid failed canceled reconciliation_completed'),
  ...each(
    INVOICE,
    'invoice',
    'finalized updated payment_succeeded payment_failed overpaid voided marked_uncollectible',
  ),
  'invoice.paid': { touches: 'invoices', wakes: ['invoice_payments'] },
  'invoice_payment.paid': { touches: 'invoice_payments', wakes: ['invoice_payments'] },
  ...each(SESSION, 'checkout.session', 'completed async_payment_succeeded async_payment_failed expired'),
  ...each(CREDIT_NOTE, 'credit_note', 'created updated voided'),
};

const NO_MONEY = 'it moves no money';
const NOT_BOOKED = 'it is not part of the books';
const IGNORED: Readonly<Record<string, string>> = {
  'charge.expired': 'an authorisation that ended moves no money',
  ...each(
    'a notice about an invoice that did not change',
    'invoice',
    'sent upcoming overdue will_be_due finalization_failed payment_action_required payment_attempt_required',
  ),
  'invoice.created': 'a draft is not part of the books; it is read when it is finalised',
  'invoice.deleted': 'only drafts can be deleted, and a draft was never booked',
  'balance.available': 'balance transactions say what moved, whenever it becomes available',
  'account.application.deauthorized': 'the next call finds that the access ended',
};
/** Families that Stripe documents and that have no meaning here, by the first part of the type. */
const IGNORED_FAMILIES: Readonly<Record<string, string>> = {
  payment_intent: 'its charge is told of on its own',
  setup_intent: NO_MONEY,
  payment_method: NO_MONEY,
  payment_link: NO_MONEY,
  invoiceitem: 'it is part of an invoice, which is told of on its own',
  customer: NOT_BOOKED,
  product: NOT_BOOKED,
  price: NOT_BOOKED,
  plan: NOT_BOOKED,
  coupon: NOT_BOOKED,
  promotion_code: NOT_BOOKED,
  tax_rate: NOT_BOOKED,
  tax: NOT_BOOKED,
  account: NOT_BOOKED,
  capability: NOT_BOOKED,
  person: NOT_BOOKED,
  file: NOT_BOOKED,
  quote: NO_MONEY,
  subscription_schedule: NO_MONEY,
  mandate: NO_MONEY,
  review: NO_MONEY,
  radar: NO_MONEY,
  reporting: NOT_BOOKED,
  balance_settings: NOT_BOOKED,
  cash_balance: 'balance transactions say what moved',
};
/** Types that a webhook endpoint is registered for. */
export const ENABLED_EVENTS: readonly string[] = Object.keys(RULES);

/** Types whose object must be read again by id, because no list by creation time brings the change. */
export const FOLLOWED_EVENTS: readonly string[] = ENABLED_EVENTS.filter((type) => RULES[type]?.touches !== undefined);

/** By the event's type (without the `v1.` of thin events) and the object it speaks of. */
export function meaningOf(type: string, object: Json): EventMeaning {
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  if (rule === undefined) return { touches: [], wakes: [], ignoredBecause: ignoredBecause(type) };
  if (rule.touches === undefined) return { touches: [], wakes: rule.wakes ?? [], ignoredBecause: null };
  const externalId = rule.by === undefined ? textOf(object, 'id') : idOf(object, rule.by);
  // A thin event gives only the object's own id: the events stream reads the rest.
  if (externalId === null) return { touches: [], wakes: ['events'], ignoredBecause: null };
  return { touches: [{ stream: rule.touches, externalId }], wakes: rule.wakes ?? [], ignoredBecause: null };
}

function ignoredBecause(type: string): string {
  const family = type.slice(0, Math.max(0, type.indexOf('.')));
  if (Object.hasOwn(IGNORED, type)) return IGNORED[type]!;
  return Object.hasOwn(IGNORED_FAMILIES, family) ? IGNORED_FAMILIES[family]! : `unknown event type ${type}`;
}

function each<T>(value: T, prefix: string, names: string): Record<string, T> {
  return Object.fromEntries(names.split(' ').map((name) => [`${prefix}.${name}`, value]));
}
