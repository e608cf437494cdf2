import { describe, expect, test } from 'vitest';
import { money, toWire } from '../../kernel/money.ts';
import { factOf, meaningOf, record } from './fixtures/meaning.ts';
import { charge, DAY_ONE, dispute, feeDetail, payout, refund, row } from './fixtures/objects.ts';

const usd = (minor: bigint) => money(minor, 'USD');

describe('a balance transaction', () => {
  test('that collects money is a charge with its fees and where it came from', () => {
    expect(factOf('charge', row({ fee: 344 }))).toEqual({
      kind: 'charge',
      source: { provider: 'stripe', accountId: 'acct_1', objectId: 'txn_1' },
      occurredAt: DAY_ONE * 1_000,
      references: { charge: 'ch_1', payment_intent: 'pi_1' },
      description: 'Stripe charge ch_1',
      gross: usd(10_825n),
      fees: [{ role: 'processing', amount: usd(344n), description: 'stripe fee' }],
      tax: null,
      lines: [],
      customer: { id: 'cus_1', name: 'Acme LLC', email: 'billing@customer.example.com' },
      presentment: null,
    });
  });

  test('splits its fees by what they are', () => {
    const details = [
      feeDetail(300),
      feeDetail(20, 'payment_method_passthrough_fee'),
      feeDetail(10, 'application_fee'),
      feeDetail(14, 'tax'),
      feeDetail(0, 'stripe_fee'),
    ];
    const { fees } = factOf('charge', row({ fee: 344, fee_details: details }));
    expect(fees.map(({ role, amount }) => [role, amount.minor])).toEqual([
      ['processing', 300n],
      ['processing', 20n],
      ['processing', 10n],
      ['tax', 14n],
    ]);
  });

  test('with a fee type that nobody knows is booked, and named', () => {
    const { facts, problems } = meaningOf(
      'balance_transactions',
      row({ fee: 5, fee_details: [feeDetail(5, 'novelty_fee')] }),
    );
    expect(facts).toMatchObject([{ kind: 'charge', fees: [{ role: 'processing', amount: usd(5n) }] }]);
    expect(problems).toEqual([
      { field: 'fee_details', detail: 'unknown fee type novelty_fee, booked as a processing fee' },
    ]);
  });

  test.each([
    ['whose parts do not sum to the fee', { fee: 344, fee_details: [feeDetail(343)] }, 'fee_details'],
    ['whose net is not gross less fees', { fee: 344, net: 10_480 }, 'net'],
    [
      'whose fee is in another currency',
      { fee: 5, fee_details: [feeDetail(5, 'stripe_fee', 'eur')] },
      'fee_details[0].currency',
    ],
    ['without an amount', { amount: null, net: 1, fee_details: [] }, 'amount'],
    ['with a fraction of a cent', { amount: 1.5, net: 1, fee_details: [] }, 'amount'],
    ['in a currency that nobody knows', { currency: 'zzz' }, 'amount'],
    ['of another balance', { balance_type: 'issuing' }, 'balance_type'],
  ])('%s is a problem that names the field, and no fact', (_title, fields, field) => {
    const { facts, problems } = meaningOf('balance_transactions', row(fields));
    expect(facts).toEqual([]);
    expect(problems.map((problem) => problem.field)).toEqual([field]);
  });

  test('with several wrong fields names them all', () => {
    const { problems } = meaningOf('balance_transactions', row({ created: null, type: 7, net: 'x' }));
    expect(problems.map(({ field }) => field).toSorted()).toEqual(['created', 'net', 'type']);
  });

  test('of a refund gives money back and names its charge', () => {
    const fact = factOf(
      'refund',
      row({ amount: -2_165, type: 'refund', reporting_category: 'refund', source: refund() }),
    );
    expect(fact).toMatchObject({ amount: usd(2_165n), tax: null, fees: [], cause: 'refund' });
    expect(fact.references).toEqual({ refund: 're_1', charge: 'ch_1', payment_intent: 'pi_1' });
  });

  test('of a refund may give back a fee', () => {
    const body = row({ amount: -2_165, fee: -30, type: 'refund', reporting_category: 'refund', source: refund() });
    expect(factOf('refund', body).fees).toMatchObject([{ role: 'processing', amount: usd(-30n) }]);
  });

  test('of a capture that shrank is a refund to nobody', () => {
    const body = row({
      amount: -500,
      type: 'refund',
      reporting_category: 'partial_capture_reversal',
      source: refund(),
    });
    expect(factOf('refund', body)).toMatchObject({ amount: usd(500n), cause: 'capture_reversal' });
  });

  test('of a refund that failed is money that is here again', () => {
    const body = row({ amount: 2_165, type: 'refund_failure', reporting_category: 'refund_failure', source: refund() });
    expect(factOf('refund_failed', body)).toMatchObject({ amount: usd(2_165n), references: { refund: 're_1' } });
  });

  test('of a dispute holds money and takes a fee for it', () => {
    const body = row({
      amount: -5_413,
      fee: 1_500,
      type: 'adjustment',
      reporting_category: 'dispute',
      source: dispute(),
    });
    const fact = factOf('dispute_opened', body);
    expect(fact).toMatchObject({ amount: usd(5_413n), fees: [{ role: 'dispute', amount: usd(1_500n) }] });
    expect(fact.references).toEqual({ dispute: 'du_1', charge: 'ch_1', payment_intent: 'pi_1' });
  });

  test('of a dispute that was won gives money and fee back', () => {
    const body = row({
      amount: 5_413,
      fee: -1_500,
      type: 'adjustment',
      reporting_category: 'dispute_reversal',
      source: dispute(),
    });
    expect(factOf('dispute_won', body)).toMatchObject({
      amount: usd(5_413n),
      fees: [{ role: 'dispute', amount: usd(-1_500n) }],
    });
  });

  test.each([
    ['fee', 'stripe_fee', null, 'processing'],
    ['network_cost', 'stripe_fee', null, 'processing'],
    ['fee', 'stripe_fee', 'po_1', 'payout'],
    ['fee', 'stripe_fee', 'du_1', 'dispute'],
    ['fee', 'tax_fee', null, 'tax'],
    ['tax', 'tax_fee', null, 'tax'],
  ])('of category %s and type %s from %s is a fee of role %s', (category, type, source, role) => {
    const body = row({ amount: -250, type, reporting_category: category, source });
    expect(factOf('fee', body).fee).toMatchObject({ role, amount: usd(250n) });
    expect(factOf('fee', { ...body, amount: 250, net: 250 }).fee).toMatchObject({ role, amount: usd(-250n) });
  });

  test('of a payout says when it arrives and what it cost', () => {
    const fact = factOf(
      'payout',
      row({ amount: -49_923, fee: 75, type: 'payout', reporting_category: 'payout', source: payout() }),
    );
    expect(fact).toMatchObject({
      amount: usd(49_923n),
      arrivesOn: '2026-11-04',
      payoutId: 'po_1',
      fees: [{ role: 'payout', amount: usd(75n) }],
      itemised: true,
      references: { payout: 'po_1' },
    });
  });

  test('of a payout takes the date from the payout itself when that was read since', () => {
    const body = row({ amount: -49_923, type: 'payout', reporting_category: 'payout', source: payout() });
    const own = record('payouts', payout({ arrival_date: DAY_ONE + 5 * 86_400 }));
    expect(factOf('payout', body, [own]).arrivesOn).toBe('2026-11-07');
    expect(factOf('payout', { ...body, source: 'po_1' }, [own]).arrivesOn).toBe('2026-11-07');
  });

  test('of a payout by hand has no items', () => {
    const source = payout({ automatic: false, reconciliation_status: 'not_applicable' });
    const body = row({ amount: -100, type: 'payout', reporting_category: 'payout', source });
    expect(factOf('payout', body).itemised).toBe(false);
  });

  test('of a payout that debits the bank is negative', () => {
    const source = payout({ amount: -900 });
    const body = row({ amount: 900, type: 'payout', reporting_category: 'payout', source });
    expect(factOf('payout', body).amount).toEqual(usd(-900n));
  });

  test.each(['payout_failure', 'payout_cancel'])('of type %s brings the payout back', (type) => {
    const body = row({ amount: 49_923, type, reporting_category: 'payout_reversal', source: payout() });
    expect(factOf('payout_reversed', body)).toMatchObject({ amount: usd(49_923n), payoutId: 'po_1' });
  });

  test('of a payout that came back with a fee is two facts that sum to its net', () => {
    const body = row({
      amount: 49_923,
      fee: 50,
      type: 'payout_failure',
      reporting_category: 'payout_reversal',
      source: 'po_1',
    });
    const { facts } = meaningOf('balance_transactions', body);
    expect(facts).toMatchObject([
      { kind: 'payout_reversed', amount: usd(49_923n) },
      { kind: 'fee', fee: { role: 'payout', amount: usd(50n) } },
    ]);
  });

  test.each([-7_000, 7_000])('of a reserve keeps its sign: %i', (amount) => {
    const body = row({ amount, type: 'reserve_hold', reporting_category: 'risk_reserved_funds', source: null });
    expect(factOf('reserve', body).amount).toEqual(usd(BigInt(amount)));
  });

  test('of the other side of a reserve is nothing, of anything else on that balance a problem', () => {
    const mirror = { amount: 7_000, balance_type: 'risk_reserved', source: null };
    const body = row({ ...mirror, type: 'reserve_hold', reporting_category: 'risk_reserved_funds' });
    expect(meaningOf('balance_transactions', body)).toEqual({ facts: [], problems: [] });
    expect(meaningOf('balance_transactions', row(mirror)).problems.map(({ field }) => field)).toEqual(['balance_type']);
  });

  test.each([
    'topup',
    'transfer',
    'connect_collection_transfer',
    'other_adjustment',
    'platform_earning',
    'charge_failure',
    'novelty',
    'constructor',
  ])('of category %s is an adjustment under its own name', (category) => {
    const body = row({ amount: -1_234, fee: 10, reporting_category: category, type: 'novelty', source: 'nov_1' });
    const fact = factOf('adjustment', body);
    expect(fact).toMatchObject({ amount: usd(-1_234n), category, references: {} });
    expect(fact.fees.map(({ amount }) => toWire(amount))).toEqual([{ amount: '0.10', currency: 'USD' }]);
  });

  test.each(['charge', 'refund_failure', 'dispute_reversal'])(
    'of category %s that moves the wrong way keeps its sign',
    (category) => {
      expect(factOf('adjustment', row({ amount: -10, reporting_category: category })).amount).toEqual(usd(-10n));
    },
  );

  test('without its source still says what can be known', () => {
    const fact = factOf('charge', row({ source: 'ch_1' }));
    expect(fact).toMatchObject({
      gross: usd(10_825n),
      tax: null,
      customer: { id: null },
      references: { charge: 'ch_1' },
    });
  });
});

describe('what the customer saw', () => {
  const foreign = { currency: 'eur', amount: 10_000, amount_captured: 10_000 };

  test('is kept with the rate when Stripe converted', () => {
    const body = row({ amount: 10_730, exchange_rate: 1.073, source: charge(foreign) });
    expect(factOf('charge', body)).toMatchObject({
      gross: usd(10_730n),
      presentment: { amount: money(10_000n, 'EUR'), rate: '1.073' },
    });
  });

  test('is the two amounts when there is no rate', () => {
    const { presentment } = factOf('charge', row({ amount: 10_730, source: charge(foreign) }));
    expect(presentment?.rate).toBe('107.30/100.00');
  });

  test('is what was shown when the shop converted before the charge', () => {
    const source = charge({ presentment_details: { presentment_amount: 1_500, presentment_currency: 'jpy' } });
    expect(factOf('charge', row({ source })).presentment?.amount).toEqual(money(1_500n, 'JPY'));
  });
});
