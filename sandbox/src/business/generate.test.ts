import { describe, expect, test } from 'vitest';
import { createBtcpay } from '../btcpay/btcpay.ts';
import { btcpayTruth } from '../btcpay/truth.ts';
import { parseMonth } from '../core/calendar.ts';
import { Answer, testDoors } from '../core/testing.ts';
import { createSquare } from '../square/square.ts';
import { squareTruth } from '../square/truth.ts';
import { createStripe } from '../stripe/stripe.ts';
import { asking } from '../stripe/testing.ts';
import { stripeTruth } from '../stripe/truth.ts';
import { generateMonth, type MonthRequest } from './generate.ts';

const OCTOBER: MonthRequest = { seed: 7, month: '2026-10', charges: 1_000, btcpayInvoices: 220, squareSales: 300 };
const NOW = Date.UTC(2026, 10, 20);

function generated(request: MonthRequest = OCTOBER) {
  const doors = testDoors(NOW);
  const stripe = createStripe(doors, { requestsPerSecond: 1_000_000 });
  const btcpay = createBtcpay(doors);
  const square = createSquare(doors);
  const counts = generateMonth(request, { stripe, btcpay, square });
  return { stripe, btcpay, square, counts };
}

const whole = generated();

describe('a generated month', () => {
  test('is the same for the same seed and another for another', () => {
    const again = generated();
    expect(again.counts).toEqual(whole.counts);
    expect(JSON.stringify(again.stripe.snapshot())).toBe(JSON.stringify(whole.stripe.snapshot()));
    expect(JSON.stringify(again.btcpay.snapshot())).toBe(JSON.stringify(whole.btcpay.snapshot()));
    expect(JSON.stringify(again.square.snapshot())).toBe(JSON.stringify(whole.square.snapshot()));
    const other = generated({ ...OCTOBER, seed: 8 });
    expect(stripeTruth(other.stripe)).not.toEqual(stripeTruth(whole.stripe));
  });

  test('holds at least the charges and invoices asked for, all in the month', () => {
    expect(whole.counts.charges).toBeGreaterThanOrEqual(1_000);
    expect(whole.counts.btcpayInvoices).toBe(220);
    const month = parseMonth('2026-10');
    const rows = whole.stripe.context.state.tables.balanceTransactions.all();
    expect(rows.every((row) => row.created >= (month?.from ?? 0) && row.created < (month?.until ?? 0))).toBe(true);
  });

  test('shows every kind of row', () => {
    const { tables } = whole.stripe.context.state;
    const categories = new Set(tables.balanceTransactions.all().map((row) => row.reporting_category));
    for (const category of [
      'charge',
      'refund',
      'refund_failure',
      'partial_capture_reversal',
      'dispute',
      'dispute_reversal',
      'fee',
      'tax',
      'network_cost',
      'payout',
      'payout_reversal',
      'risk_reserved_funds',
      'other_adjustment',
      'sandbox_unheard_of',
    ]) {
      expect(categories).toContain(category);
    }
    const payouts = tables.payouts.all();
    expect(payouts.some((payout) => payout.amount < 0)).toBe(true);
    expect(payouts.some((payout) => payout.status === 'failed')).toBe(true);
    expect(
      payouts
        .filter((payout) => !payout.automatic)
        .map((payout) => payout.method)
        .sort(),
    ).toEqual(['instant', 'standard']);
    expect(payouts.every((payout) => payout.status === 'paid' || payout.status === 'failed')).toBe(true);
    expect(new Set(tables.disputes.all().map((dispute) => dispute.status))).toEqual(
      new Set(['won', 'lost', 'under_review', 'warning_closed']),
    );
    expect(new Set(tables.invoices.all().map((invoice) => invoice.status))).toEqual(
      new Set(['draft', 'open', 'paid', 'void', 'uncollectible']),
    );
    expect(tables.charges.all().some((charge) => charge.currency === 'eur')).toBe(true);
    expect(tables.checkoutSessions.all().some((session) => session.total_details.amount_tax > 0)).toBe(true);
  });

  test('pays out in working nights only, and each automatic payout is the sum of its rows', async () => {
    const { all } = asking(whole.stripe);
    const payouts = whole.stripe.context.state.tables.payouts.all().filter((payout) => payout.automatic);
    expect(payouts.length).toBeGreaterThan(15);
    for (const payout of payouts) {
      expect([0, 6]).not.toContain(new Date(payout.created * 1000).getUTCDay());
      const rows = await all(`/v1/balance_transactions?payout=${payout.id}`);
      const others = rows.filter((row) => row.id !== payout.balance_transaction);
      expect(others.length).toBe(rows.length - 1);
      expect(others.reduce((sum, row) => sum + Number(row.net), 0)).toBe(payout.amount);
    }
  });

  test('every BTCPay fate comes up', () => {
    const [store] = Object.values(btcpayTruth(whole.btcpay));
    const statuses = Object.keys(store?.USD?.byStatus ?? {}).sort();
    expect(statuses).toEqual([
      'Expired',
      'Expired:PaidLate',
      'Expired:PaidPartial',
      'Invalid',
      'Invalid:Marked',
      'New',
      'Settled',
      'Settled:Marked',
      'Settled:PaidOver',
    ]);
    const settled = store?.USD?.byStatus.Settled ?? 0;
    expect(settled / 220).toBeGreaterThan(0.55);
  });

  test('has more invoices when the business lives on them', () => {
    const many = generated({ ...OCTOBER, charges: 50, btcpayInvoices: 0, invoicing: true });
    expect(many.counts.invoices).toBe(45);
    expect(() => generated({ ...OCTOBER, charges: 10 })).toThrow('at least 50');
  });

  test.each(['2026-02', '2028-02', '2026-11', '2026-12'])('works for %s, too', (month) => {
    const { stripe } = generated({ ...OCTOBER, month, charges: 60, btcpayInvoices: 20 });
    const { usd } = stripeTruth(stripe);
    expect(usd?.gross).toBeGreaterThan(0);
  });
});

describe('the truth', () => {
  test('equals what the API lists, to the cent', async () => {
    const rows = await asking(whole.stripe).all('/v1/balance_transactions');
    const sum = (field: 'amount' | 'fee' | 'net', ...categories: string[]) =>
      rows
        .filter((row) => categories.length === 0 || categories.includes(String(row.reporting_category)))
        .reduce((total, row) => total + Number(row[field]), 0);
    const { usd } = stripeTruth(whole.stripe);
    expect(usd).toEqual({
      gross: sum('amount', 'charge'),
      refunds: -sum('amount', 'refund', 'refund_failure', 'partial_capture_reversal'),
      fees: sum('fee') - sum('net', 'fee', 'tax', 'network_cost'),
      disputes: -sum('amount', 'dispute', 'dispute_reversal'),
      adjustments: sum('net', 'risk_reserved_funds', 'other_adjustment', 'sandbox_unheard_of'),
      payouts: -sum('amount', 'payout', 'payout_reversal'),
      balance: sum('net'),
    });
    expect(stripeTruth(whole.stripe, '2026-10')).toEqual({ usd });
    expect(usd?.balance).toBe(Number((await asking(whole.stripe).get('/v1/balance')).at('available.0.amount')));
  });

  test('of BTCPay equals the paid amounts that the API shows', async () => {
    const { settings } = whole.btcpay;
    const [store] = settings.stores;
    const request = new Request(`http://sandbox.invalid/api/v1/stores/${store?.id}/invoices?status=Settled`, {
      headers: { authorization: `token ${settings.apiKey}` },
    });
    const { rows } = await Answer.of(await whole.btcpay.fetch(request));
    const cents = rows
      .filter((row) => row.additionalStatus !== 'Marked')
      .map((row) => Number(String(row.paidAmount).replace('.', '')));
    expect(cents.reduce((sum, value) => sum + value, 0)).toBe(btcpayTruth(whole.btcpay)[store?.id ?? '']?.USD?.settled);
  });
});

describe("Square's month", () => {
  test('has every kind of entry, and payouts that arrived and that came back', () => {
    const { tables } = whole.square.context.state;
    const types = ['CHARGE', 'REFUND', 'FEE', 'OPEN_DISPUTE', 'DISPUTE', 'RETURNED_PAYOUT'];
    expect(new Set(tables.entries.all().map(({ type }) => type))).toEqual(new Set(types));
    expect(new Set(tables.payouts.all().map(({ show }) => show.status))).toEqual(new Set(['PAID', 'FAILED']));
    expect(new Set(tables.payments.all().map(({ kind }) => kind))).toEqual(new Set(['card', 'cash', 'giftCard']));
    expect(whole.counts.squarePayments).toBeGreaterThanOrEqual(300);
  });

  test('adds up, and lies in the month', () => {
    const usd = squareTruth(whole.square)['usd']!;
    expect(usd).toEqual(squareTruth(whole.square, '2026-10')['usd']);
    expect(usd.balance).toBe(usd.gross - usd.refunds - usd.fees - usd.disputes + usd.adjustments - usd.payouts);
    expect(usd.balance).toBe(whole.square.balance());
  });
});
