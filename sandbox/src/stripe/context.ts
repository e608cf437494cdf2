import { copyJson, type Json } from '../core/json.ts';
import type { SandboxDoors } from '../core/provider.ts';
import type { StripeEvent } from './objects/event.ts';
import { type ApiObject, renderObject } from './render.ts';
import { API_VERSION, type StripeSettings } from './settings.ts';
import { StripeState } from './state.ts';

export interface EmitOptions {
  /** The fields of the object that changed, with their former values; only on `*.updated` events. */
  readonly previous?: Json;
}

/** What every verb and every route of one Stripe account shares. */
export class StripeContext {
  readonly settings: StripeSettings;
  readonly state: StripeState;
  readonly #doors: SandboxDoors;
  /** The API request that is being answered, for the events it causes. */
  request: StripeEvent['request'] = { id: null, idempotency_key: null };

  constructor(settings: StripeSettings, doors: SandboxDoors) {
    this.settings = settings;
    this.#doors = doors;
    this.state = new StripeState(`${settings.accountId}:${Math.floor(doors.random() * 2 ** 32)}`);
  }

  nowMs(): number {
    return this.#doors.now();
  }

  /** Unix seconds; never before the latest thing that happened on the account. */
  now(): number {
    return Math.max(Math.floor(this.#doors.now() / 1000), this.state.latestAt);
  }

  /** Notes that something happened at that second. */
  touch(at: number): void {
    if (!Number.isSafeInteger(at) || at < 0) throw new RangeError(`at must be Unix seconds, not ${at}`);
    this.state.latestAt = Math.max(this.state.latestAt, at);
  }

  /** Records an event with the object as it is now and queues it for every endpoint that listens. */
  emit(type: string, at: number, object: ApiObject, options: EmitOptions = {}): StripeEvent {
    this.touch(at);
    const snapshot = copyJson(renderObject(this.state, object, at)) as Json;
    const event = this.state.tables.events.add({
      id: this.state.newId('events'),
      object: 'event',
      api_version: API_VERSION,
      created: at,
      data:
        options.previous === undefined
          ? { object: snapshot }
          : { object: snapshot, previous_attributes: options.previous },
      livemode: false,
      request: this.request,
      type,
    });
    for (const endpoint of this.listeners(type)) this.state.outgoing.push({ event: event.id, endpoint });
    return event;
  }

  /** Ids of the enabled endpoints that asked for events of that type. */
  listeners(type: string): string[] {
    return this.state.tables.webhookEndpoints
      .all()
      .filter(
        ({ status, enabled_events: wanted }) => status === 'enabled' && (wanted.includes('*') || wanted.includes(type)),
      )
      .map((endpoint) => endpoint.id);
  }
}
