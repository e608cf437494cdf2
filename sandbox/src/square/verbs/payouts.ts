import { addBusinessDays } from '../../core/calendar.ts';
import type { SquareContext } from '../context.ts';
import { addEntry, unpaidEntries } from '../ledger.ts';
import { money, percentOf, sumOf } from '../money.ts';
import { changed, fresh } from '../objects/kept.ts';
import type { Payout } from '../objects/payout.ts';
import { iso, render } from '../render.ts';
import { momentOf, need } from './lookup.ts';

/** What an instant transfer costs, in percent. */
const INSTANT_FEE_PERCENT = '1.75';

export interface PayoutInput {
  readonly at: number;
  /** The main location when missing. */
  readonly location?: string;
  /** At once and for a fee: of type SIMPLE, whose entries nobody can list. */
  readonly instant?: boolean;
}

/** Pays out all that Square holds for a location; a negative sum is taken from the seller's bank. Nothing to pay, no payout. */
export function payoutDue(context: SquareContext, input: PayoutInput): Payout | undefined {
  const at = momentOf(input);
  const { settings, state } = context;
  const location = input.location ?? context.mainLocation;
  const entries = unpaidEntries(context, location, at);
  const total = sumOf(entries.map(({ net }) => net));
  if (entries.length === 0 || (input.instant === true && total <= 0)) return undefined;
  const fee = input.instant === true ? percentOf(total, INSTANT_FEE_PERCENT) : 0;
  const id = state.newId('payouts');
  for (const entry of entries) entry.payout = id;
  const second = Math.floor(at / 1000);
  const arrival = input.instant === true ? second : addBusinessDays(second, 1);
  const payout = state.tables.payouts.add({
    ...fresh(id, at),
    failedAt: null,
    show: {
      status: 'SENT',
      location_id: location,
      amount_money: money(total - fee, settings.currency),
      type: input.instant === true ? 'SIMPLE' : 'BATCH',
      destination: { type: 'BANK_ACCOUNT', id: bankAccountId(location) },
      ...(fee === 0
        ? {}
        : {
            payout_fee: [{ amount_money: money(fee, settings.currency), effective_at: iso(at), type: 'TRANSFER_FEE' }],
          }),
      arrival_date: iso(arrival * 1000).slice(0, 10),
      end_to_end_id: state.newId('uids'),
    },
  });
  announce(context, payout, at, 'payout.sent');
  return payout;
}

export function bankAccountId(location: string): string {
  return `bact:${location}`;
}

function announce(context: SquareContext, payout: Payout, at: number, type: string): void {
  context.emit(type, at, {
    type: 'payout',
    id: payout.id,
    object: { payout: render(payout) },
    location: payout.show.location_id,
  });
}

export interface PayoutMoment {
  readonly at: number;
  readonly payout: string;
}

function needSent(context: SquareContext, id: string): Payout {
  const payout = need(context.state.tables.payouts, id);
  if (payout.show.status !== 'SENT') throw new Error(`${id} is ${payout.show.status}`);
  return payout;
}

/** The bank has it. */
export function payoutPaid(context: SquareContext, input: PayoutMoment): Payout {
  const at = momentOf(input);
  const payout = needSent(context, input.payout);
  payout.show.status = 'PAID';
  changed(payout, at);
  announce(context, payout, at, 'payout.paid');
  return payout;
}

/** The bank sends it back: what was sent is on the balance again, as an entry of the next payout. */
export function payoutFailed(context: SquareContext, input: PayoutMoment): Payout {
  const at = momentOf(input);
  const payout = needSent(context, input.payout);
  payout.show.status = 'FAILED';
  payout.failedAt = at;
  addEntry(context, {
    at,
    location: payout.show.location_id,
    type: 'RETURNED_PAYOUT',
    gross: payout.show.amount_money.amount,
  });
  changed(payout, at);
  announce(context, payout, at, 'payout.failed');
  return payout;
}
