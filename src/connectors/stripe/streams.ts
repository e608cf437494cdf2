import type { Stream } from '../sdk/index.ts';
import { listingStream } from './listing.ts';
import { balanceTransactions, checkoutSessions, disputes, invoicePayments, payouts } from './listings.ts';
import { eventStream } from './stream-events.ts';
import { invoiceStream } from './stream-invoices.ts';
import { payoutItemStream } from './stream-payout-items.ts';

/** In the order in which they are read: what a balance transaction looks up comes before it. */
export const stripeStreams: readonly Stream[] = [
  eventStream,
  invoiceStream,
  listingStream(invoicePayments),
  listingStream(checkoutSessions),
  listingStream(payouts),
  payoutItemStream,
  listingStream(balanceTransactions),
  listingStream(disputes),
];
