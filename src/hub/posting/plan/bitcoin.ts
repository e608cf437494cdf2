import { formatAmount, isZero, type Money, money, negate, subtract, zero } from '../../../kernel/money.ts';
import { convert, parseRatio } from '../../../kernel/ratio.ts';
import type { ItemLine } from '../../../model/document.ts';
import type { BitcoinPaymentFact } from '../../../model/facts.ts';
import type { Role } from '../../mapping/index.ts';
import { accountOf, credit, dayOf, debit, finish, memoOf, post, shortReference, wait } from './build.ts';
import { isReason, shareOfTax, taxToBook } from './tax.ts';
import type { Leg, MatchedInvoice, PlanInput, PlannedPosting, PlanOutcome, Reason, Recipe } from './types.ts';

type Input = PlanInput<BitcoinPaymentFact>;

/** B1 to B7. Money is booked when the payment is settled and its invoice is, or by the pair's decision on odd ends. */
export function planBitcoinPayment(input: Input): PlanOutcome {
  const { fact, settings } = input;
  const { invoice } = fact;
  if (fact.paymentStatus === 'invalid') return withdraw('The payment was replaced or double-spent.');
  if (invoice.status === 'invalid') return withdraw('The invoice was marked invalid.');
  if (fact.paymentStatus === 'processing') return { kind: 'ignore', because: 'The payment is not settled yet.' };
  if (invoice.status === 'new' || invoice.status === 'processing')
    return { kind: 'ignore', because: 'The invoice is not settled yet.' };
  if (invoice.status === 'settled') return book(input, settledRecipe(input));
  if (invoice.exception === 'late') {
    return settings.late === 'accept'
      ? book(input, 'B5')
      : wait('posting.approval', 'The customer paid after the invoice expired. Nothing was posted.');
  }
  return settings.partial === 'accept' ? book(input, 'B3') : keepForCustomer(input);
}

function withdraw(detail: string): PlanOutcome {
  return { kind: 'withdraw', reason: { code: 'posting.changed_after_posting', detail } };
}

function settledRecipe({ fact, settings }: Input): Recipe {
  if (fact.invoice.exception === 'marked') return 'B6b';
  if (settings.mode === 'deposit') return 'B7';
  if (!isZero(fact.invoice.surplus)) return 'B4';
  return fact.count > 1 ? 'B2' : 'B1';
}

function book(input: Input, recipe: Recipe): PlanOutcome {
  const market = marketDifference(input);
  if (market !== null && 'code' in market) return { kind: 'wait', reason: market };
  if (input.settings.mode === 'deposit') return saleOutcome(input, recipe, market);
  const match = input.context.ledgerInvoice;
  if (match === 'not_looked_up')
    return wait('posting.unmatched', `Ledger invoice ${input.fact.invoice.orderId} is being looked up.`);
  if (match !== 'not_found') {
    if (match.currency !== input.fact.value.currency) return otherCurrency(input, match);
    return post(...payment(input, recipe, match), valuePosting(input, market));
  }
  if (input.settings.unmatched === 'sale') return saleOutcome(input, 'B7', market);
  const named =
    input.fact.invoice.orderId === null
      ? 'the payment names none'
      : `${input.fact.invoice.orderId} is not in the ledger`;
  return wait('posting.unmatched', `No ledger invoice belongs to this payment: ${named}. Nothing was posted.`);
}

function otherCurrency({ fact }: Input, match: MatchedInvoice): PlanOutcome {
  return wait(
    'ledger.currency',
    `Ledger invoice ${match.number} is in ${match.currency}, the payment in ${fact.value.currency}. Nothing was posted.`,
  );
}

/** What of a payment belongs to the invoice, and what the customer paid too much. */
function parts({ fact }: Input): { applied: Money; surplus: Money } {
  const currency = fact.value.currency;
  const open = subtract(fact.invoice.asked, fact.paidBefore).minor;
  const applied = money(open <= 0n ? 0n : open < fact.value.minor ? open : fact.value.minor, currency);
  // A top-up invoice asks for nothing and takes everything.
  if (isZero(fact.invoice.asked)) return { applied: fact.value, surplus: zero(currency) };
  return { applied, surplus: subtract(fact.value, applied) };
}

function wallet(fact: BitcoinPaymentFact): Role {
  return `BTC:${fact.wallet}`;
}

function saleOutcome(input: Input, recipe: Recipe, market: Money | null): PlanOutcome {
  const tax = taxToBook(fullTax(input), input.fact.invoice.asked, input.settings);
  if (isReason(tax)) return { kind: 'wait', reason: tax };
  return post(sale(input, recipe, tax), valuePosting(input, market));
}

function fullTax({ fact }: Input): Money | null {
  return fact.invoice.tax;
}

/** B7: a sale paid at once, each payment with its share of the invoice's tax. */
function sale(input: Input, recipe: Recipe, invoiceTax: Money): PlannedPosting {
  const { fact } = input;
  const { applied, surplus } = parts(input);
  const tax = shareOfTax(applied, fact.paidBefore, { gross: fact.invoice.asked, tax: invoiceTax });
  const extra = surplusRole(input, surplus);
  const before = subtract(applied, tax);
  const lines: ItemLine[] = [];
  if (!isZero(applied))
    lines.push({
      itemId: accountOf(input, 'ITEM:sales'),
      description: fact.description || 'Bitcoin sale',
      amount: before,
      taxable: !isZero(tax),
    });
  if (!isZero(surplus))
    lines.push({ itemId: accountOf(input, extra.item), description: extra.what, amount: surplus, taxable: false });
  return finish(input, {
    leg: 'receipt',
    recipe,
    total: fact.value,
    entry: [
      debit(wallet(fact), fact.value),
      credit('SALES', before),
      credit('TAX', tax),
      credit(extra.account, surplus),
    ],
    document: {
      kind: 'sales_receipt',
      on: dayOf(input, fact.occurredAt),
      currency: fact.value.currency,
      memo: memo(input),
      accountId: accountOf(input, wallet(fact)),
      customerId: accountOf(input, 'CUSTOMER'),
      lines,
      tax,
      reference: shortReference(fact.invoice.id),
    },
  });
}

function surplusRole({ settings }: Input, surplus: Money): { item: Role; account: Role; what: string } {
  return surplus.minor <= BigInt(settings.dust_minor)
    ? { item: 'ITEM:rounding', account: 'ROUND', what: 'Payment difference' }
    : { item: 'ITEM:customer_money', account: 'DEPOSITS', what: 'Paid too much, owed to the customer' };
}

/** B1, B2, B4: a payment of the ledger invoice; too much stays as the customer's credit, dust is rounding. */
function payment(input: Input, recipe: Recipe, match: MatchedInvoice): PlannedPosting[] {
  const { fact, settings } = input;
  const { applied, surplus } = parts(input);
  const dust = !isZero(surplus) && surplus.minor <= BigInt(settings.dust_minor);
  if (dust && isZero(applied)) return [dustPosting(input, 'receipt', surplus)];
  const amount = dust ? applied : fact.value;
  const receipt = finish(input, {
    leg: 'receipt',
    recipe,
    total: amount,
    entry: [debit(wallet(fact), amount), credit('AR', amount)],
    document: {
      kind: 'payment',
      on: dayOf(input, fact.occurredAt),
      currency: fact.value.currency,
      memo: memo(input),
      customerId: match.customerId,
      accountId: accountOf(input, wallet(fact)),
      amount,
      applies: isZero(applied)
        ? []
        : [{ document: { kind: 'invoice', documentId: match.documentId }, amount: applied }],
      reference: shortReference(fact.invoice.id),
    },
  });
  return dust ? [receipt, dustPosting(input, 'surplus', surplus)] : [receipt];
}

/** Beside the payment, or instead of it when nothing of the money belongs to the invoice. */
function dustPosting(input: Input, leg: Leg, surplus: Money): PlannedPosting {
  const { fact } = input;
  return finish(input, {
    leg,
    recipe: 'B4',
    total: surplus,
    entry: [debit(wallet(fact), surplus), credit('ROUND', surplus)],
    document: {
      kind: 'deposit',
      on: dayOf(input, fact.occurredAt),
      currency: surplus.currency,
      memo: memo(input),
      accountId: accountOf(input, wallet(fact)),
      lines: [{ accountId: accountOf(input, 'ROUND'), description: 'Payment difference', amount: surplus }],
    },
  });
}

/** B3 with policy hold: the money is there, whose it is will be decided. */
function keepForCustomer(input: Input): PlanOutcome {
  const { fact } = input;
  const market = marketDifference(input);
  if (market !== null && 'code' in market) return { kind: 'wait', reason: market };
  const attention: Reason = {
    code: 'posting.customer_money',
    detail: `${formatAmount(fact.value)} ${fact.value.currency} came for an expired invoice of ${formatAmount(fact.invoice.asked)}. It was posted as customer money.`,
  };
  const kept = finish(input, {
    leg: 'receipt',
    recipe: 'B3',
    total: fact.value,
    attention,
    entry: [debit(wallet(fact), fact.value), credit('DEPOSITS', fact.value)],
    document: {
      kind: 'deposit',
      on: dayOf(input, fact.occurredAt),
      currency: fact.value.currency,
      memo: memo(input),
      accountId: accountOf(input, wallet(fact)),
      lines: [
        {
          accountId: accountOf(input, 'DEPOSITS'),
          description: 'Partial payment of an expired invoice',
          amount: fact.value,
        },
      ],
    },
  });
  return post(kept, valuePosting(input, market));
}

/** Market value less value at the invoice's rate; null under the invoice-rate policy. */
function marketDifference({ fact, settings, context }: Input): Money | Reason | null {
  if (settings.bitcoinValue === 'invoice_rate') return null;
  if (context.marketRate === null) {
    return {
      code: 'posting.rate_missing',
      detail: `No market rate of BTC in ${fact.value.currency} is stored for the moment of receipt. Nothing was posted.`,
    };
  }
  return subtract(convert(fact.coins, fact.value.currency, parseRatio(context.marketRate)), fact.value);
}

/** B1b: the coins are carried at market value; the difference is a settlement gain or loss. */
function valuePosting(input: Input, difference: Money | null): PlannedPosting | null {
  const { fact } = input;
  if (difference === null || isZero(difference)) return null;
  const role = wallet(fact);
  return finish(input, {
    leg: 'value',
    recipe: 'B1b',
    total: difference.minor < 0n ? negate(difference) : difference,
    entry: [
      { role, amount: difference },
      { role: 'CRYPTO_SETTLE', amount: negate(difference) },
    ],
    document: {
      kind: 'journal_entry',
      on: dayOf(input, fact.occurredAt),
      currency: difference.currency,
      memo: memo(input),
      lines: [
        {
          accountId: accountOf(input, role),
          description: 'Market value at receipt',
          amount: difference,
          customerId: null,
        },
        {
          accountId: accountOf(input, 'CRYPTO_SETTLE'),
          description: 'Market value at receipt',
          amount: negate(difference),
          customerId: null,
        },
      ],
    },
  });
}

function memo({ fact }: Input): string {
  const by = fact.invoice.exception === 'marked' ? '\nMarked as settled by hand' : '';
  return `${memoOf(fact, 'Bitcoin payment')}\n${formatAmount(fact.coins)} BTC at ${fact.rate}${by}`;
}
