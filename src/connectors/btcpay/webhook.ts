import { constantTimeEqual, hex, hmacSha256 } from '../../kernel/digest.ts';
import type { Json } from '../../kernel/json.ts';
import { bodyOf, readBody, type SourceEvent, secondsOf, textOf, unparsable, type WebhookSpec } from '../sdk/index.ts';

const HEADER = 'btcpay-sig';
/** Final on purpose: from 2.3.4 a sender repeats only 5xx, 429 and 408. */
const REFUSED_STATUS = 401;

/** Events of invoices up to 2.4.1. All lead to the same: the invoice is read again. */
export const INVOICE_EVENTS: readonly string[] = [
  'InvoiceCreated',
  'InvoiceReceivedPayment',
  'InvoicePaymentSettled',
  'InvoiceProcessing',
  'InvoiceSettled',
  'InvoiceExpired',
  'InvoiceExpiredPaidPartial',
  'InvoicePaidAfterExpiration',
  'InvoiceInvalid',
];
const TOUCHING = new Set([...INVOICE_EVENTS, 'InvoiceRefund']);

/** What begins like this is known and means nothing here. */
const IGNORED: readonly (readonly [string, string])[] = [
  ['Payout', 'payouts are not read by this connector'],
  ['PaymentRequest', 'its invoices are told of on their own'],
  ['Subscriber', 'subscriptions are paid by invoices, which are told of on their own'],
  ['PaymentReminder', 'a reminder moves no money'],
  ['PlanStarted', 'subscriptions are paid by invoices, which are told of on their own'],
];

/** Invoice ids of the deliveries that the "test" button of older versions sends. */
const TEST_ID = /^__test__/;

export const btcpayWebhook: WebhookSpec = {
  // There is no timestamp in the signature, and a redelivery keeps the old one: age proves nothing.
  verify({ body, headers }, secrets) {
    const signature = /^sha256=([0-9a-f]{64})$/.exec(headers[HEADER] ?? '')?.[1] ?? '';
    const usable = secrets.filter((secret) => secret.trim() !== '');
    const fits = usable.some((secret) => constantTimeEqual(hex(hmacSha256(secret, body)), signature));
    return fits ? { ok: true } : { ok: false, code: 'webhook.bad_signature', status: REFUSED_STATUS };
  },

  dedupeKey(delivery) {
    try {
      return keyOf(bodyOf(delivery));
    } catch {
      return null;
    }
  },

  parse(delivery) {
    const body = readBody(delivery);
    const [dedupeKey, type] = [keyOf(body), textOf(body, 'type')];
    if (dedupeKey === null || type === null) throw unparsable('the body is no event');
    const timestamp = secondsOf(body, 'timestamp');
    const occurredAt = timestamp === null ? null : timestamp * 1_000;
    return [{ dedupeKey, type, occurredAt, accountId: textOf(body, 'storeId'), ...meaningOf(type, body) }];
  },
};

/** The first sending's id: redeliveries have a new one of their own. Very old versions misspell it. */
function keyOf(body: Json): string | null {
  return textOf(body, 'originalDeliveryId') ?? textOf(body, 'orignalDeliveryId') ?? textOf(body, 'deliveryId');
}

function meaningOf(type: string, body: Json): Pick<SourceEvent, 'touches' | 'wakes' | 'ignoredBecause'> {
  const externalId = textOf(body, 'invoiceId');
  const none = { touches: [], wakes: [] };
  if (!TOUCHING.has(type)) return { ...none, ignoredBecause: reasonFor(type) };
  // Without an id the list, which holds every open invoice, brings it.
  if (externalId === null) return { touches: [], wakes: ['invoices'], ignoredBecause: null };
  if (TEST_ID.test(externalId)) return { ...none, ignoredBecause: 'a test delivery' };
  return { touches: [{ stream: 'invoices', externalId }], wakes: [], ignoredBecause: null };
}

function reasonFor(type: string): string {
  return IGNORED.find(([start]) => type.startsWith(start))?.[1] ?? `unknown event type ${type}`;
}
