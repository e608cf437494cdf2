import fc from 'fast-check';
import { expect } from 'vitest';
import { spoiled } from '../../../test/support/odd-json.ts';
import { property } from '../../../test/support/properties.ts';
import type { Json } from '../../kernel/json.ts';
import { sumMoney } from '../../kernel/money.ts';
import type { BitcoinPaymentFact } from '../../model/facts.ts';
import { chain, DAY_ONE, type Fields, invoice, lightning, payment, STORE } from './fixtures/objects.ts';
import { normaliseBtcpay } from './normalise.ts';

const SATOSHIS_IN_A_COIN = 100_000_000n;

const satoshis = fc.array(fc.integer({ min: 1, max: 2_000_000_000 }), { minLength: 1, maxLength: 12 });
const price = fc.integer({ min: 1, max: 9_999_999 });
const states = fc.constantFrom('Settled', 'Processing', 'Invalid');

const decimal = (units: number | bigint, decimals: number) => {
  const digits = String(units).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
};
const payments = (values: readonly number[], statuses: readonly string[] = []): Fields[] =>
  values.map((value, i) =>
    payment({ id: `p${i}`, receivedDate: DAY_ONE + i, value: decimal(value, 8), status: statuses[i] ?? 'Settled' }),
  );

function meaningOf(body: Json) {
  const record = {
    stream: 'invoices',
    externalId: 'inv1',
    version: null,
    aliases: [],
    settled: true,
    createdAt: null,
    deleted: false,
    body,
  };
  return normaliseBtcpay(record, { accountId: STORE, related: () => null });
}

function factsOf(body: Json): readonly BitcoinPaymentFact[] {
  return meaningOf(body).facts.filter((fact) => fact.kind === 'bitcoin_payment');
}

property(
  'normalise: values of bitcoin payments sum to the paid amount, half a cent off at most',
  [satoshis, price],
  (values, cents) => {
    const method = { ...chain(...payments(values)), rate: decimal(cents, 2) };
    const facts = factsOf(invoice({ paidAmount: null, paymentMethods: [method] }));
    const exact = values.reduce((sum, value) => sum + BigInt(value), 0n) * BigInt(cents);
    const sum = sumMoney(
      facts.map(({ value }) => value),
      'USD',
    );
    expect(sum).toEqual(facts[0]?.invoice.paid);
    const off = 2n * (exact - sum.minor * SATOSHIS_IN_A_COIN);
    expect(off <= SATOSHIS_IN_A_COIN && off >= -SATOSHIS_IN_A_COIN).toBe(true);
  },
);

property(
  'normalise: coins survive to the millisatoshi, on chain and by lightning',
  [satoshis, satoshis],
  (onChain, byLightning) => {
    const other = payments(byLightning).map((one, i) => ({ ...one, id: `q${i}` }));
    const facts = factsOf(
      invoice({ paidAmount: null, paymentMethods: [chain(...payments(onChain)), lightning(...other)] }),
    );
    const coinsIn = (wallet: string) =>
      facts.filter((fact) => fact.wallet === wallet).reduce((sum, { coins }) => sum + coins.minor, 0n);
    const sent = (values: readonly number[]) => values.reduce((sum, value) => sum + BigInt(value), 0n) * 1_000n;
    expect([coinsIn('on_chain'), coinsIn('lightning')]).toEqual([sent(onChain), sent(byLightning)]);
  },
);

property(
  'normalise: the order in which a server lists payments changes no fact',
  [satoshis, fc.array(states, { maxLength: 12 }), fc.nat()],
  (values, statuses, turn) => {
    const listed = payments(values, statuses);
    const at = turn % listed.length;
    const shuffled = [...listed.slice(at), ...listed.slice(0, at)].toReversed();
    const body = (all: readonly Fields[]) => invoice({ paidAmount: null, paymentMethods: [chain(...all)] });
    expect(meaningOf(body(shuffled))).toEqual(meaningOf(body(listed)));
  },
);

property(
  'normalise: a payment that comes later never changes the value of an earlier one',
  [satoshis, fc.integer({ min: 1, max: 10 ** 9 }), price],
  (values, more, cents) => {
    const body = (all: readonly number[]) =>
      invoice({ paidAmount: null, paymentMethods: [{ ...chain(...payments(all)), rate: decimal(cents, 2) }] });
    const before = factsOf(body(values)).map(({ value }) => value);
    expect(
      factsOf(body([...values, more]))
        .map(({ value }) => value)
        .slice(0, before.length),
    ).toEqual(before);
  },
);

property(
  'normalise: a BTCPay invoice with parts missing or odd never throws',
  [spoiled(invoice({ paymentMethods: [chain(payment()), lightning(payment({ id: 'q' }))] }))],
  (body) => {
    const { facts, problems } = meaningOf(body);
    for (const { field } of problems) expect(field).not.toBe('');
    for (const fact of facts) expect(new Date(fact.occurredAt).toISOString()).toMatch(/^\d{4}-/);
  },
);
