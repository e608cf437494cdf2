import { describe, expect, test } from 'vitest';
import { money, sumMoney, toWire } from '../../kernel/money.ts';
import type { BitcoinPaymentFact } from '../../model/facts.ts';
import type { Normalised } from '../sdk/index.ts';
import { chain, DAY_ONE, type Fields, invoice, lightning, payment, STORE } from './fixtures/objects.ts';
import { normaliseBtcpay } from './normalise.ts';

const usd = (minor: bigint) => money(minor, 'USD');

function meaningOf(body: Fields): Normalised {
  const record = { stream: 'invoices', externalId: String(body.id), version: null, aliases: [], settled: true };
  return normaliseBtcpay(
    { ...record, createdAt: null, deleted: false, body },
    { accountId: STORE, related: () => null },
  );
}

function factsOf(body: Fields): readonly BitcoinPaymentFact[] {
  const { facts, problems } = meaningOf(body);
  expect(problems).toEqual([]);
  return facts as readonly BitcoinPaymentFact[];
}

function problemFields(body: Fields): readonly string[] {
  return meaningOf(body).problems.map(({ field }) => field);
}

describe('a payment', () => {
  test('is a fact with its coins, its value and the state of its invoice', () => {
    expect(factsOf(invoice())).toEqual([
      {
        kind: 'bitcoin_payment',
        source: { provider: 'btcpay', accountId: STORE, objectId: `${STORE}/inv1/BTC-CHAIN/a1b2-0` },
        occurredAt: (DAY_ONE + 60) * 1_000,
        references: { invoice: 'inv1', payment: 'a1b2-0', order: '1042' },
        description: 'Invoice 1042',
        coins: money(251_000_000n, 'BTC'),
        rate: '50000',
        value: usd(12_550n),
        wallet: 'on_chain',
        networkFee: usd(0n),
        paymentStatus: 'settled',
        invoice: {
          id: 'inv1',
          status: 'settled',
          exception: 'none',
          asked: usd(12_550n),
          paid: usd(12_550n),
          tax: null,
          orderId: '1042',
          customer: { id: null, name: 'Acme LLC', email: 'pay@acme.example.com' },
          surplus: usd(0n),
        },
        paidBefore: usd(0n),
        position: 0,
        count: 1,
      },
    ]);
  });

  test('is worth its coins less the network fee, which has a value of its own', () => {
    const paid = payment({ value: '0.00253', fee: '0.00002' });
    expect(factsOf(invoice({ paymentMethods: [chain(paid)] }))).toMatchObject([
      { coins: money(253_000_000n, 'BTC'), value: usd(12_550n), networkFee: usd(100n) },
    ]);
  });

  test('keeps its id when the server is updated from 1.x to 2.x', () => {
    const old = (name: string, coin: Fields) => {
      const { paymentMethodId: _, currency: __, ...rest } = coin;
      return { ...rest, paymentMethod: name, cryptoCode: 'BTC' };
    };
    const ids = (method: Fields) => factsOf(invoice({ paymentMethods: [method] })).map(({ source }) => source.objectId);
    const now = chain(payment());
    expect(ids(old('BTC', now))).toEqual(ids(now));
    expect(ids(old('BTC-LightningNetwork', now))).toEqual(ids({ ...now, paymentMethodId: 'BTC-LN' }));
    expect(ids(old('BTC-LNURLPAY', now))).toEqual(ids({ ...now, paymentMethodId: 'BTC-LNURL' }));
  });

  test.each(['BTC-LN', 'BTC-LNURL'])('by %s goes to the lightning wallet, to the millisatoshi', (paymentMethodId) => {
    const method = { ...lightning(payment({ value: '0.00251000001', id: 'hash' })), paymentMethodId };
    expect(factsOf(invoice({ paymentMethods: [method] }))).toMatchObject([
      { wallet: 'lightning', coins: money(251_000_001n, 'BTC'), value: usd(12_550n) },
    ]);
  });

  test.each([
    ['Processing', 'processing'],
    ['Settled', 'settled'],
    ['Invalid', 'invalid'],
  ])('that is %s says so', (status, paymentStatus) => {
    expect(factsOf(invoice({ paymentMethods: [chain(payment({ status }))], paidAmount: null }))).toMatchObject([
      { paymentStatus },
    ]);
  });

  test.each([
    ['with an unknown status', { status: 'Novelty' }, 'paymentMethods[0].payments[0].status'],
    ['finer than a millisatoshi', { value: '0.000000000001' }, 'paymentMethods[0].payments[0].value'],
    ['that is no number', { value: 'x' }, 'paymentMethods[0].payments[0].value'],
    ['whose fee is more than itself', { fee: '1' }, 'paymentMethods[0].payments[0].fee'],
    ['without an id', { id: null }, 'paymentMethods[0].payments[0].id'],
  ])('%s is a problem that names the field, and no fact', (_title, fields, field) => {
    const body = invoice({ paymentMethods: [chain(payment(fields))] });
    expect(meaningOf(body).facts).toEqual([]);
    expect(problemFields(body)).toEqual([field]);
  });

  test('that cannot be read does not hide the others, nor does another take its value', () => {
    const odd = payment({ id: 'odd', status: 'Novelty' });
    const body = invoice({ paidAmount: '251.00', paymentMethods: [chain(odd, payment())] });
    const { facts, problems } = meaningOf(body);
    expect(problems).toHaveLength(1);
    expect(facts).toMatchObject([{ value: usd(12_550n), count: 1, invoice: { paid: usd(12_550n) } }]);
  });

  test('in another coin is a problem, a way to pay that nobody used is not', () => {
    const litecoin = (...payments: Fields[]) => ({
      ...chain(...payments),
      paymentMethodId: 'LTC-CHAIN',
      currency: 'LTC',
    });
    expect(problemFields(invoice({ paymentMethods: [chain(payment()), litecoin()] }))).toEqual([]);
    expect(problemFields(invoice({ paymentMethods: [litecoin(payment())] }))).toEqual([
      'paymentMethods[0].paymentMethodId',
    ]);
  });

  test('at a rate of zero is a problem', () => {
    const free = { ...chain(payment()), rate: '0.0' };
    expect(problemFields(invoice({ paymentMethods: [free] }))).toEqual(['paymentMethods[0].payments[0].rate']);
  });
});

describe('several payments', () => {
  const third = (id: string, receivedDate: number, fields: Fields = {}) =>
    payment({ id, receivedDate, value: '0.00066667', ...fields });
  const three = [third('c', 3), third('a', 1), third('b', 2)];

  test('sum to what was paid: each takes the rounding rest of those before it', () => {
    const facts = factsOf(invoice({ paidAmount: '100.00', paymentMethods: [chain(...three)] }));
    expect(facts.map(({ references, value }) => [references.payment, toWire(value).amount])).toEqual([
      ['a', '33.33'],
      ['b', '33.34'],
      ['c', '33.33'],
    ]);
    expect(facts.map(({ position, count }) => [position, count])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
    ]);
    expect(facts.map(({ paidBefore }) => paidBefore)).toEqual([usd(0n), usd(3_333n), usd(6_667n)]);
  });

  test('by both ways are one sequence', () => {
    const methods = [chain(payment({ id: 'x', receivedDate: 9 })), lightning(payment({ id: 'y', receivedDate: 5 }))];
    const facts = factsOf(invoice({ paidAmount: '251.00', paymentMethods: methods }));
    expect(facts.map(({ wallet }) => wallet)).toEqual(['lightning', 'on_chain']);
    expect(facts[0]?.source.objectId).toBe(`${STORE}/inv1/BTC-LN/y`);
  });

  test('of one second are ordered by way and id, not by how they came', () => {
    const [a, b] = [payment({ id: 'a' }), payment({ id: 'b' })];
    const order = (...payments: Fields[]) =>
      factsOf(invoice({ paidAmount: '251.00', paymentMethods: [chain(...payments)] })).map(
        ({ references }) => references.payment,
      );
    expect(order(a, b)).toEqual(order(b, a));
  });

  test('that were replaced count for nothing and move nobody', () => {
    const replaced = payment({ id: 'gone', receivedDate: DAY_ONE, status: 'Invalid' });
    const facts = factsOf(invoice({ paymentMethods: [chain(replaced, payment())] }));
    expect(facts.map(({ paymentStatus, position, count, value }) => [paymentStatus, position, count, value])).toEqual([
      ['invalid', 1, 1, usd(12_550n)],
      ['settled', 0, 1, usd(12_550n)],
    ]);
    expect(facts[1]?.paidBefore).toEqual(usd(0n));
  });

  test('sum to their own exact value when the server does not say', () => {
    const facts = factsOf(invoice({ paidAmount: null, paymentMethods: [chain(...three)] }));
    expect(
      sumMoney(
        facts.map(({ value }) => value),
        'USD',
      ),
    ).toEqual(usd(10_000n));
    expect(facts[0]?.invoice.paid).toEqual(usd(10_000n));
  });

  test('keep their own sum when the server says something else, and that is named', () => {
    const body = invoice({ paidAmount: '999.00' });
    expect(problemFields(body)).toEqual(['paidAmount']);
    expect(meaningOf(body).facts).toMatchObject([{ value: usd(12_550n) }]);
  });

  test('keep their values when another one arrives', () => {
    const values = (payments: readonly Fields[]) =>
      factsOf(invoice({ paidAmount: null, paymentMethods: [chain(...payments)] })).map(({ value }) => value);
    const many = Array.from({ length: 9 }, (_, i) => third(`p${i}`, i, { value: `0.0006666${i}` }));
    for (const [count] of many.entries()) {
      expect(values(many).slice(0, count)).toEqual(values(many.slice(0, count)));
    }
  });
});

describe('an invoice', () => {
  test('that nobody paid is no fact', () => {
    for (const status of ['New', 'Expired', 'Invalid', 'Settled']) {
      expect(factsOf(invoice({ status, paymentMethods: [chain(), lightning()], paidAmount: '0' }))).toEqual([]);
    }
  });

  test('that nobody paid may be in any currency', () => {
    expect(factsOf(invoice({ currency: 'SATS', paymentMethods: [chain()] }))).toEqual([]);
  });

  test('that was marked as settled without money is no fact, but somebody is told', () => {
    const body = invoice({ additionalStatus: 'Marked', paymentMethods: [chain()], paidAmount: '0' });
    expect(meaningOf(body).facts).toEqual([]);
    expect(problemFields(body)).toEqual(['additionalStatus']);
  });

  test('that was marked with money is what was received', () => {
    expect(factsOf(invoice({ additionalStatus: 'Marked' }))).toMatchObject([{ invoice: { exception: 'marked' } }]);
  });

  test.each([
    ['Settled', 'PaidOver', 'settled', 'over'],
    ['Expired', 'PaidPartial', 'expired', 'partial'],
    ['Expired', 'PaidLate', 'expired', 'late'],
    ['Processing', 'None', 'processing', 'none'],
    ['New', 'PaidPartial', 'new', 'partial'],
    ['Invalid', 'Invalid', 'invalid', 'invalid'],
  ])('that is %s and %s is %s and %s', (status, additionalStatus, own, exception) => {
    expect(factsOf(invoice({ status, additionalStatus }))).toMatchObject([{ invoice: { status: own, exception } }]);
  });

  test.each([
    ['status', { status: 'Novelty' }],
    ['additionalStatus', { additionalStatus: 'Novelty' }],
    ['currency', { currency: 'ZZZ' }],
    ['amount', { amount: '125.505' }],
  ])('with an unknown %s is a problem that names it', (field, fields) => {
    expect(meaningOf(invoice(fields)).facts).toEqual([]);
    expect(problemFields(invoice(fields))).toEqual([field]);
  });

  test('that was paid too much says how much', () => {
    const body = invoice({ amount: '100.00', additionalStatus: 'PaidOver' });
    expect(factsOf(body)).toMatchObject([
      { invoice: { asked: usd(10_000n), paid: usd(12_550n), surplus: usd(2_550n) } },
    ]);
  });

  test('that was paid again after it was settled says so, though its status does not', () => {
    const again = payment({ id: 'again', receivedDate: DAY_ONE + 600 });
    const facts = factsOf(invoice({ paidAmount: '251.00', paymentMethods: [chain(payment(), again)] }));
    expect(facts[1]?.invoice).toMatchObject({ exception: 'none', surplus: usd(12_550n) });
  });

  test('has no surplus for rounding up to a satoshi, nor when it takes any amount', () => {
    const dust = { amount: '125.49' };
    expect(factsOf(invoice(dust))[0]?.invoice.surplus).toEqual(usd(0n));
    expect(factsOf(invoice({ ...dust, type: 'TopUp', additionalStatus: 'PaidOver' }))[0]?.invoice.surplus).toEqual(
      usd(0n),
    );
  });

  test.each([
    ['10.40', usd(1_040n)],
    [10, usd(1_000n)],
    [0, usd(0n)],
    [null, null],
  ])('with a tax of %j has that', (taxIncluded, tax) => {
    expect(factsOf(invoice({ metadata: { taxIncluded } }))[0]?.invoice.tax).toEqual(tax);
  });

  test.each(['x', '10.405', '-1', '500', true])('with a tax of %j has none that is known', (taxIncluded) => {
    const { facts, problems } = meaningOf(invoice({ metadata: { taxIncluded } }));
    expect(facts).toMatchObject([{ invoice: { tax: null } }]);
    expect(problems.map(({ field }) => field)).toEqual(['metadata.taxIncluded']);
  });

  test('without metadata is called by its id', () => {
    expect(factsOf(invoice({ metadata: {} }))).toMatchObject([
      {
        description: 'BTCPay invoice inv1',
        references: { invoice: 'inv1' },
        invoice: { orderId: null, customer: { name: null } },
      },
    ]);
  });

  test('may have a number as its order', () => {
    expect(factsOf(invoice({ metadata: { orderId: 1042, buyerName: { odd: true } } }))).toMatchObject([
      { description: 'BTCPay invoice 1042', invoice: { orderId: '1042', customer: { name: null } } },
    ]);
  });
});
