/** Every kind of event that this provider sends. */
export const EVENT_TYPES = [
  'catalog.version.updated',
  'customer.created',
  'customer.deleted',
  'customer.updated',
  'dispute.created',
  'dispute.state.updated',
  'gift_card.activity.created',
  'inventory.count.updated',
  'invoice.canceled',
  'invoice.created',
  'invoice.deleted',
  'invoice.payment_made',
  'invoice.published',
  'invoice.updated',
  'loyalty.account.created',
  'loyalty.account.updated',
  'oauth.authorization.revoked',
  'order.created',
  'order.updated',
  'payment.created',
  'payment.updated',
  'payout.failed',
  'payout.paid',
  'payout.sent',
  'refund.created',
  'refund.updated',
] as const;

/** Further types that a subscription may name, though nothing here causes them. */
const SILENT_TYPES = [
  'bank_account.created',
  'bank_account.disabled',
  'bank_account.verified',
  'dispute.state.changed',
  'invoice.refunded',
  'invoice.scheduled_charge_failed',
  'location.created',
  'location.updated',
];

export function isEventType(name: string): boolean {
  return (EVENT_TYPES as readonly string[]).includes(name) || SILENT_TYPES.includes(name);
}
