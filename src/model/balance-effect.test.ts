import { expect, test } from 'vitest';
import {
  adjustment,
  bitcoin,
  charge,
  disputeLost,
  disputeOpened,
  disputeWon,
  fee,
  feePart,
  invoice,
  payout,
  payoutItems,
  payoutReversed,
  refund,
  refundFailed,
  reserve,
} from '../hub/posting/plan/fixtures/facts.ts';
import { formatAmount } from '../kernel/money.ts';
import { balanceEffect } from './balance-effect.ts';
import type { Fact } from './facts.ts';

const FEE = [feePart('3.44')];

/** Movement and fees by hand: the balance afterwards is the balance before, plus the movement, less the fees. */
test.each<[string, Fact, string, string]>([
  ['a charge', charge('108.25', { fees: FEE }), '108.25', '3.44'],
  ['a refund with a fee', refund('21.65', { fees: FEE }), '-21.65', '3.44'],
  ['a refund that gives its fee back', refund('21.65', { fees: [feePart('-0.30')] }), '-21.65', '-0.30'],
  ['a refund that failed', refundFailed('21.65'), '21.65', '0.00'],
  ['a fee', fee('5.00'), '-5.00', '0.00'],
  ['a fee that is given back', fee('-5.00'), '5.00', '0.00'],
  [
    'a dispute: its fee is part of the movement',
    disputeOpened('54.13', [feePart('15.00', 'dispute')]),
    '-69.13',
    '0.00',
  ],
  ['a dispute won', disputeWon('54.13', '15.00'), '69.13', '0.00'],
  ['a payout', payout('499.23', { fees: [feePart('1.00', 'payout')] }), '-499.23', '1.00'],
  ['a payout below zero', payout('-25.00'), '25.00', '0.00'],
  ['a payout that failed', payoutReversed('499.23'), '499.23', '0.00'],
  ['a reserve that is held', reserve('-50.00'), '-50.00', '0.00'],
  ['another movement', adjustment('-12.34', FEE), '-12.34', '3.44'],
  ['a bitcoin payment', bitcoin('125.50'), '125.50', '0.00'],
])('%s', (_, fact, movement, fees) => {
  const effect = balanceEffect(fact)!;
  expect([effect.movement, effect.fees].map(formatAmount)).toEqual([movement, fees]);
});

test.each<[string, Fact]>([
  ['a lost dispute', disputeLost('54.13')],
  ['an invoice', invoice('500.00', '38.11')],
  ['the list of what a payout is made of', payoutItems(['txn_1', '1.00'])],
])('%s moves nothing', (_, fact) => {
  expect(balanceEffect(fact)).toBeNull();
});
