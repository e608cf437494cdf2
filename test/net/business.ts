import type { World } from './world.ts';

/** The smallest amount that is paid; every payment has an amount of its own, so that the ledger shows whose it is. */
const FIRST_AMOUNT = 10_000;

/** Payments at the sandbox's providers, as its customers make them. */
export class Business {
  readonly #world: Pick<World, 'sandbox'>;
  #next = FIRST_AMOUNT;
  #last = FIRST_AMOUNT;

  constructor(world: Pick<World, 'sandbox'>) {
    this.#world = world;
  }

  /** Amounts paid so far, in minor units of USD. */
  get amounts(): readonly number[] {
    return Array.from({ length: this.#last - FIRST_AMOUNT }, (_, index) => FIRST_AMOUNT + index);
  }

  /** A card payment, and an invoice at each store that is paid and settled at once. */
  payments(): void {
    const { stripe, btcpay } = this.#world.sandbox;
    const at = Math.floor(Date.now() / 1_000);
    stripe.charge({ at, amount: this.#amount() });
    for (const { id: storeId } of btcpay.settings.stores) {
      const amount = (this.#amount() / 100).toFixed(2);
      const invoice = btcpay.createInvoice({ at, storeId, amount });
      btcpay.pay({ at, invoice: invoice.id, method: 'BTC-LN' });
    }
    this.#last = this.#next;
  }

  #amount(): number {
    const amount = this.#next;
    this.#next += 1;
    return amount;
  }
}

/** What is not as it should be with the documents of the payments in the ledger itself: one for each, no other. */
export function wrongDocuments({ sandbox }: Pick<World, 'sandbox'>, amounts: readonly number[]): readonly string[] {
  const found = new Map<number, number>();
  const markers = new Map<string, number>();
  for (const { entity, total, privateNote, isVoided } of sandbox.quickbooks.ledger().documents) {
    if (isVoided) continue;
    const marker = /counterfoil:1:(pst_[0-9a-z]{32})/.exec(privateNote ?? '')?.[1];
    if (marker !== undefined) markers.set(marker, (markers.get(marker) ?? 0) + 1);
    if (entity === 'SalesReceipt') found.set(total, (found.get(total) ?? 0) + 1);
  }
  return [
    ...amounts
      .filter((amount) => found.get(amount) !== 1)
      .map((amount) => `payment ${amount}: ${found.get(amount) ?? 0} documents`),
    ...[...found.keys()].filter((total) => !amounts.includes(total)).map((total) => `${total} was never paid`),
    ...[...markers].filter(([, count]) => count > 1).map(([marker, count]) => `${marker}: ${count} documents`),
  ];
}
