import { btcpayTruth } from '../../sandbox/src/index.ts';
import type { Tenant } from './world/tenant.ts';

/**
 * The reference: what the ledger must hold in the end, worked out from what happened at the sources and from nothing
 * that the product says. It knows no retries, no webhooks and no states.
 */
export interface Expected {
  /** Documents that must be there exactly once, by {@link expectedKey}. */
  readonly documents: ReadonlyMap<string, ExpectedDocument>;
  /** What the account of the source's money must hold, in minor units. */
  readonly balance: bigint;
}

export interface ExpectedDocument {
  readonly objectId: string;
  readonly leg: string;
  /** Total of the document in minor units; null where only the balance is known. */
  readonly minor: bigint | null;
}

export function expectedKey(objectId: string, leg: string): string {
  return `${objectId} ${leg}`;
}

/** Legs by the category of Stripe's balance transactions. */
const LEG_OF: Readonly<Record<string, string>> = {
  charge: 'receipt',
  refund: 'refund',
  refund_failure: 'refund_failed',
  dispute: 'dispute',
  dispute_reversal: 'dispute_won',
  payout: 'payout',
  payout_reversal: 'payout_reversed',
  payout_failure: 'payout_reversed',
  payout_cancel: 'payout_reversed',
  reserve_transaction: 'reserve',
  risk_reserved_funds: 'reserve',
};

interface Row {
  readonly id: string;
  readonly reporting_category: string;
  readonly amount: number;
  readonly fee: number;
  readonly net: number;
  readonly balance_type: string;
}

/** Documents of a tenant's Stripe account. */
export function expectedOfStripe({ sandbox: { stripe }, plan }: Tenant): Expected {
  const documents = new Map<string, ExpectedDocument>();
  const expect = (objectId: string, leg: string, minor: bigint) =>
    documents.set(expectedKey(objectId, leg), { objectId, leg, minor });
  const { tables, payoutOf } = stripe.context.state;
  let balance = 0n;
  let waitingFees = 0n;
  for (const row of tables.balanceTransactions.all() as unknown as Row[]) {
    if (row.balance_type !== 'payments') continue;
    balance += BigInt(row.net);
    const leg = LEG_OF[row.reporting_category];
    // A dispute's fee leaves and comes back with its amount, in one document.
    if (leg !== undefined) expect(row.id, leg, magnitude(/^dispute/.test(leg) ? row.net : row.amount));
    // With one fee document for each payout, the fees of what is in none are not in the books yet.
    const isWaiting = row.fee !== 0 && plan.settings.feeDetail === 'payout' && !payoutOf.has(row.id);
    if (isWaiting && mayWait(row)) waitingFees += BigInt(row.fee);
  }
  for (const dispute of tables.disputes.all())
    if (dispute.status === 'lost') expect(dispute.id, 'dispute_lost', magnitude(dispute.amount));
  if (plan.settings.mode === 'invoicing')
    for (const invoice of tables.invoices.all())
      if (invoice.status === 'open' || invoice.status === 'paid')
        expect(invoice.id, 'invoice', magnitude(invoice.total));
  return { documents, balance: balance + waitingFees };
}

/** Fees of movements wait for their payout; those of a payout or a dispute go with it. */
function mayWait(row: Row): boolean {
  return !/^(payout|dispute)/.test(row.reporting_category);
}

function magnitude(amount: number): bigint {
  return BigInt(Math.abs(amount));
}

/** Everything that customers paid in coins, as the server itself adds it up. */
export function expectedOfBtcpay({ sandbox: { btcpay } }: Tenant): Expected {
  let settled = 0n;
  for (const store of Object.values(btcpayTruth(btcpay)))
    for (const totals of Object.values(store))
      settled += BigInt(totals.settled + totals.marked + totals.late + totals.partial);
  const documents = new Map<string, ExpectedDocument>();
  for (const invoice of btcpay.context.state.invoices.all()) {
    if (invoice.status === 'Invalid') continue;
    for (const payment of invoice.payments) {
      if (payment.status !== 'Settled' || invoice.status === 'New' || invoice.status === 'Processing') continue;
      const objectId = `${invoice.storeId}/${invoice.id}/${payment.method}/${payment.id}`;
      documents.set(expectedKey(objectId, 'receipt'), { objectId, leg: 'receipt', minor: null });
    }
  }
  return { documents, balance: settled };
}
