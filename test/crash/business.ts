import type { Sandbox } from '../../sandbox/src/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Draw } from './draw.ts';

/** Four things happen in a second: more than the ledger's limits let a small company post would only pile up. */
const EVERY_MS = 250;
const TAX_BPS = 825;

/** One payment that was made, by the id that the hub knows it by: `stripe bt_…` or `btcpay store/invoice/method/payment`. */
export type Payment = string;

/** Customers of both providers buy and return things, from the moment it starts until it is stopped. */
export class Business {
  readonly #sandbox: Sandbox;
  readonly #draw: Draw;
  readonly #stop = new AbortController();
  readonly #returnable: { readonly charge: string; readonly amount: number }[] = [];
  readonly #payments: Payment[] = [];
  #running: Promise<void> = Promise.resolve();
  #sales = 0;

  constructor(sandbox: Sandbox, draw: Draw) {
    this.#sandbox = sandbox;
    this.#draw = draw;
  }

  /** Every payment so far, those from before it started included. */
  get payments(): readonly Payment[] {
    return this.#payments;
  }

  start(): void {
    const { tables } = this.#sandbox.stripe.context.state;
    for (const row of tables.balanceTransactions.all())
      if (row.type === 'charge') this.#payments.push(`stripe ${row.id}`);
    this.#running = this.#go();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #go(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#happen(Math.floor(systemClock.now() / 1_000));
      await this.#sandbox.sender.tick();
      await systemClock.sleep(EVERY_MS, this.#stop.signal).catch(() => {});
    }
  }

  #happen(at: number): void {
    const kind = this.#draw.int(1, 10);
    if (kind === 1 && this.#returnable.length > 0) this.#giveBack(at);
    else if (kind <= 3) this.#sellForCoins(at);
    else this.#sellByCard(at);
  }

  #sellByCard(at: number): void {
    this.#sales += 1;
    const subtotal = this.#draw.int(500, 50_000);
    const description = `Live order ${this.#sales}`;
    const tax = Math.round((subtotal * TAX_BPS) / 10_000);
    const checkout = { items: [{ description, quantity: 1, subtotal, tax }] };
    const { charge, balanceTransaction } = this.#sandbox.stripe.charge(
      this.#draw.chance(0.25)
        ? { at, amount: subtotal + tax, description, checkout }
        : { at, amount: subtotal, description },
    );
    this.#payments.push(`stripe ${balanceTransaction!.id}`);
    this.#returnable.push({ charge: charge.id, amount: charge.amount });
  }

  #giveBack(at: number): void {
    const index = this.#draw.int(0, this.#returnable.length - 1);
    const [returned] = this.#returnable.splice(index, 1);
    const amount = this.#draw.chance(0.5) ? returned!.amount : Math.ceil(returned!.amount / 3);
    this.#sandbox.stripe.refund({ at, charge: returned!.charge, amount });
  }

  #sellForCoins(at: number): void {
    const { btcpay } = this.#sandbox;
    const cents = this.#draw.int(500, 50_000);
    const storeId = btcpay.settings.stores[0]!.id;
    const invoice = btcpay.createInvoice({ at, storeId, amount: (cents / 100).toFixed(2), currency: 'USD' });
    const payment = btcpay.pay({ at, invoice: invoice.id, confirmed: true });
    this.#payments.push(`btcpay ${[storeId, invoice.id, payment.method, payment.id].join('/')}`);
  }
}
