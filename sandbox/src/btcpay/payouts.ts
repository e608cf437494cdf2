import { BASE58, BECH32, derivedText, HEX } from '../core/ids.ts';
import type { BtcpayContext } from './context.ts';
import type { StorePayout } from './state.ts';

export interface CreatePayoutInput {
  readonly at: number;
  readonly storeId: string;
  /** Decimal text in `currency`. */
  readonly amount: string;
  readonly currency: string;
  readonly pullPaymentId?: string;
  /** Coins; known only after approval. */
  readonly payoutAmount?: string;
}

export function createPayout(context: BtcpayContext, input: CreatePayoutInput): StorePayout {
  const id = context.state.newId('payouts');
  const payout = context.state.payouts.add({
    id,
    created: input.at,
    storeId: input.storeId,
    revision: 0,
    pullPaymentId: input.pullPaymentId ?? derivedText(BASE58, 27, id, 'pull payment'),
    destination: `bcrt1q${derivedText(BECH32, 38, id)}`,
    originalCurrency: input.currency,
    originalAmount: input.amount,
    payoutCurrency: 'BTC',
    payoutAmount: input.payoutAmount ?? null,
    payoutMethodId: 'BTC-CHAIN',
    state: input.payoutAmount === undefined ? 'AwaitingApproval' : 'AwaitingPayment',
    paymentProof: null,
    metadata: {},
  });
  announce(context, payout, 'PayoutCreated', input.at);
  return payout;
}

export interface ApprovePayoutInput {
  readonly at: number;
  readonly payout: string;
  /** Coins as decimal text. */
  readonly payoutAmount: string;
}

export function approvePayout(context: BtcpayContext, input: ApprovePayoutInput): StorePayout {
  const payout = needPayout(context, input.payout, ['AwaitingApproval']);
  payout.payoutAmount = input.payoutAmount;
  payout.state = 'AwaitingPayment';
  payout.revision += 1;
  announce(context, payout, 'PayoutApproved', input.at);
  return payout;
}

export interface PayoutMoment {
  readonly at: number;
  readonly payout: string;
}

export function completePayout(context: BtcpayContext, input: PayoutMoment): StorePayout {
  const payout = needPayout(context, input.payout, ['AwaitingPayment', 'InProgress']);
  payout.state = 'Completed';
  payout.paymentProof = { proofType: 'PayoutTransactionOnChainBlob', id: derivedText(HEX, 64, payout.id), link: null };
  announce(context, payout, 'PayoutUpdated', input.at);
  return payout;
}

export function cancelPayout(context: BtcpayContext, input: PayoutMoment): StorePayout {
  const payout = needPayout(context, input.payout, ['AwaitingApproval', 'AwaitingPayment']);
  payout.state = 'Cancelled';
  announce(context, payout, 'PayoutUpdated', input.at);
  return payout;
}

function needPayout(context: BtcpayContext, id: string, allowed: readonly StorePayout['state'][]): StorePayout {
  const payout = context.state.payouts.get(id);
  if (!payout || !allowed.includes(payout.state)) throw new Error(`${id} is ${payout?.state ?? 'no payout'}`);
  return payout;
}

function announce(context: BtcpayContext, payout: StorePayout, type: string, at: number): void {
  context.emitFor(payout.storeId, type, at, {
    storeId: payout.storeId,
    payoutId: payout.id,
    pullPaymentId: payout.pullPaymentId,
    payoutState: payout.state,
  });
}
