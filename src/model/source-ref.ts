/** Which object at which provider account a fact comes from. The same after any replay, reconnect or re-import. */
export interface SourceRef {
  readonly provider: string;
  /** The provider's own account, realm or store id; never our connection id. */
  readonly accountId: string;
  /** Stripe balance transaction, BTCPay `store/invoice/method/payment`, …; never an event id. */
  readonly objectId: string;
}
