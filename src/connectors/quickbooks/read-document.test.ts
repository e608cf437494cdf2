import { describe, expect, test } from 'vitest';
import type { DocumentKind } from '../../model/document.ts';
import type { JsonObject } from '../sdk/index.ts';
import { ENTITY_OF } from './entities.ts';
import { usd } from './fixtures/items.ts';
import { fixture } from './fixtures/load.ts';
import { readEntity } from './read-document.ts';
import { objectOf, requireObject } from './shape.ts';

const samples = objectOf(fixture('documents.json')) ?? {};

function sample(kind: DocumentKind, name: string = kind): JsonObject {
  return requireObject(samples[name] ?? null, ENTITY_OF[kind]);
}

const read = (kind: DocumentKind, name?: string) => readEntity(kind, sample(kind, name), null);

const moved = (...pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([accountId, amount]) => ({ accountId, amount: usd(amount) }));

describe('documents read back', () => {
  test.each([
    ['sales_receipt', '108.25', moved(['35', '108.25'])],
    ['refund_receipt', '21.65', moved(['35', '-21.65'])],
    ['expense', '3.44', moved(['35', '-3.44'], ['80', '3.40'])],
    ['deposit', '96.80', moved(['35', '96.80'], ['80', '3.20'])],
    ['transfer', '499.23', moved(['35', '-499.23'], ['36', '499.23'])],
    ['invoice', '100.00', []],
    ['payment', '500.00', moved(['35', '500.00'])],
    ['credit_memo', '20.00', []],
    ['journal_entry', '12.50', moved(['80', '10.00'], ['81', '2.50'], ['35', '-12.50'])],
    ['credit_application', '0.00', []],
  ] as const)('%s has its total and the movements of the accounts it names', (kind, total, movements) => {
    expect(read(kind)).toMatchObject({ kind, total: usd(total), voided: false });
    expect(read(kind).movements).toEqual(movements);
  });

  test('id, version, day and marker are read', () => {
    expect(read('refund_receipt')).toMatchObject({
      documentId: '182',
      version: '1',
      on: '2026-11-21',
      postingId: 'pst_1123456789abcdefghjkmnpqrstvwxyz',
    });
    expect(read('transfer').postingId).toBeNull();
  });

  test('a card credit moves both sides the other way', () => {
    expect(read('expense', 'card_credit').movements).toEqual(moved(['41', '12.00'], ['80', '-12.00']));
  });

  test('cash kept back from a deposit goes to its own account and not to the bank', () => {
    expect(read('deposit', 'deposit_with_cash_back').movements).toEqual(
      moved(['35', '80.00'], ['90', '-100.00'], ['36', '20.00']),
    );
  });

  test('a voided document is one whose total is zero and whose note says so', () => {
    expect(read('invoice', 'voided_invoice')).toMatchObject({
      voided: true,
      total: usd('0'),
      postingId: 'pst_2123456789abcdefghjkmnpqrstvwxyz',
    });
    expect(readEntity('invoice', { ...sample('invoice'), PrivateNote: 'Voided the other one' }, null).voided).toBe(
      false,
    );
    expect(readEntity('transfer', { ...sample('transfer'), status: 'Voided' }, null).voided).toBe(true);
  });

  test('a voided receipt moves nothing', () => {
    const voided = { ...sample('sales_receipt'), TotalAmt: 0, PrivateNote: 'Voided' };
    expect(readEntity('sales_receipt', voided, null)).toMatchObject({ voided: true, movements: [] });
  });

  test('a receipt that names no account moves none that we know', () => {
    const { DepositToAccountRef: _left, ...receipt } = sample('sales_receipt');
    expect(readEntity('sales_receipt', receipt, null).movements).toEqual([]);
  });

  test('without a currency the home currency counts, and without that nothing is guessed', () => {
    const { CurrencyRef: _left, ...receipt } = sample('sales_receipt');
    expect(readEntity('sales_receipt', receipt, 'USD').total).toEqual(usd('108.25'));
    expect(() => readEntity('sales_receipt', receipt, null)).toThrow(
      expect.objectContaining({ code: 'record.unreadable', field: 'CurrencyRef' }),
    );
  });

  test.each(['Id', 'SyncToken', 'TxnDate', 'TotalAmt'])('a document without %s is an error that names it', (field) => {
    const { [field]: _left, ...receipt } = sample('sales_receipt');
    expect(() => readEntity('sales_receipt', receipt, null)).toThrow(
      expect.objectContaining({ code: 'record.unreadable', field }),
    );
  });
});
