import type { Json } from '../core/json.ts';
import { copyJson } from '../core/json.ts';
import type { SandboxDoors } from '../core/provider.ts';
import type { Invoice } from './invoice.ts';
import type { BtcpaySettings, Store } from './settings.ts';
import { type BtcpayEvent, BtcpayState, type Webhook } from './state.ts';

/** What every verb and every route of one server shares. */
export class BtcpayContext {
  readonly settings: BtcpaySettings;
  readonly state: BtcpayState;
  readonly #doors: SandboxDoors;
  /** Price of one bitcoin by currency for invoices made from now on. */
  rates: Record<string, string>;

  constructor(settings: BtcpaySettings, doors: SandboxDoors) {
    this.settings = settings;
    this.#doors = doors;
    this.rates = { ...settings.rates };
    this.state = new BtcpayState(`btcpay:${Math.floor(doors.random() * 2 ** 32)}`);
  }

  /** Unix seconds; never before the latest thing that happened on the server. */
  now(): number {
    return Math.max(Math.floor(this.#doors.now() / 1000), this.state.latestAt);
  }

  touch(at: number): void {
    if (!Number.isSafeInteger(at) || at < 0) throw new RangeError(`at must be Unix seconds, not ${at}`);
    this.state.latestAt = Math.max(this.state.latestAt, at);
  }

  store(id: string): Store | undefined {
    return this.settings.stores.find((store) => store.id === id);
  }

  emit(invoice: Invoice, type: string, at: number, extra: { readonly [key: string]: Json } = {}): void {
    const fields = { storeId: invoice.storeId, invoiceId: invoice.id, metadata: copyJson(invoice.metadata), ...extra };
    this.emitFor(invoice.storeId, type, at, fields);
  }

  emitFor(storeId: string, type: string, at: number, fields: BtcpayEvent['fields']): void {
    this.touch(at);
    const id = `event-${this.state.next('events')}`;
    this.state.events.add({ id, storeId, type, created: at, fields });
    for (const webhook of this.listeners(storeId, type)) this.state.outgoing.push({ event: id, endpoint: webhook.id });
  }

  listeners(storeId: string, type: string): Webhook[] {
    return this.state.webhooks
      .all()
      .filter(
        ({ storeId: store, enabled, authorizedEvents: { everything, specificEvents } }) =>
          store === storeId && enabled && (everything || specificEvents.includes(type)),
      );
  }
}
