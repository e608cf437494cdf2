import type { RawDelivery } from '../../connectors/sdk/index.ts';
import { sha256Hex } from '../../kernel/digest.ts';
import type { CounterfoilError } from '../../kernel/errors.ts';
import type { Doors } from '../doors.ts';
import { Endpoints } from './endpoints.ts';
import { GroupCommit } from './group-commit.ts';
import { storableKey } from './storable.ts';
import type { InboxStore, NewDelivery } from './store.ts';

export interface Arrival {
  readonly provider: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What the sender is answered. Anything but 200 is an error with a code. */
export interface Received {
  readonly status: number;
  readonly code: CounterfoilError['code'] | null;
  readonly duplicate: boolean;
}

/** Headers worth keeping for a look at a delivery later; signatures are, credentials and cookies are not. */
const KEPT_HEADERS = /^(content-type|user-agent|stripe-signature|btcpay-sig|intuit-.*|x-request-id|date)$/;

/** Verify, store, answer: nothing else happens while a provider waits. */
export class Inbox {
  readonly #doors: Doors;
  readonly #store: InboxStore;
  readonly #endpoints: Endpoints;
  readonly #commits: GroupCommit<NewDelivery, boolean>;
  readonly #stored: () => void;

  /** `stored` is called after each new delivery is committed, to start its processing without waiting for a poll. */
  constructor(doors: Doors, store: InboxStore, stored: () => void) {
    this.#doors = doors;
    this.#store = store;
    this.#stored = stored;
    this.#endpoints = new Endpoints(doors, store);
    this.#commits = new GroupCommit((deliveries) => store.save(deliveries));
  }

  /** Throws `store.*` when the delivery could not be stored: then it must not be acknowledged. */
  async receive(arrival: Arrival): Promise<Received> {
    const open = await this.#endpoints.find(arrival.token);
    if (open === null || open.endpoint.provider !== arrival.provider)
      return this.#refuse(null, 404, 'webhook.unknown_endpoint', arrival);
    const { endpoint, secrets } = open;
    const webhook = this.#webhookOf(endpoint.provider);
    const raw: RawDelivery = { body: arrival.body, headers: arrival.headers, url: `${endpoint.url}${arrival.token}` };
    const now = this.#doors.clock.now();
    const verdict = webhook.verify(
      raw,
      secrets.map((secret) => secret.reveal()),
      now,
    );
    if (!verdict.ok) return this.#refuse(endpoint.tenantId, verdict.status, verdict.code, arrival, endpoint.id);
    const inserted = await this.#commits.add({
      id: this.#doors.makeId('dlv'),
      tenantId: endpoint.tenantId,
      endpointId: endpoint.id,
      provider: endpoint.provider,
      dedupeKey: storableKey(webhook.dedupeKey(raw) ?? `sha256:${sha256Hex(arrival.body)}`),
      headers: kept(arrival.headers),
      body: arrival.body,
      receivedAt: now,
    });
    this.#doors.metrics.count('webhook_deliveries', {
      provider: endpoint.provider,
      result: inserted ? 'stored' : 'duplicate',
    });
    if (inserted) this.#stored();
    return { status: 200, code: null, duplicate: !inserted };
  }

  #webhookOf(provider: string) {
    const { registry } = this.#doors;
    const role = registry.providers.find((one) => one.provider === provider)?.role;
    return role === 'ledger' ? registry.ledger(provider).webhook : registry.source(provider).webhook;
  }

  async #refuse(
    tenantId: NewDelivery['tenantId'],
    status: number,
    code: CounterfoilError['code'],
    arrival: Arrival,
    endpointId = 'unknown',
  ): Promise<Received> {
    this.#doors.metrics.count('webhook_deliveries', { provider: arrival.provider, result: code });
    const detail = { provider: arrival.provider, endpointId, code, bytes: String(arrival.body.length) };
    await this.#store.recordSecurityEvent({ tenantId, kind: 'webhook.refused', detail }, this.#doors.clock.now());
    return { status, code, duplicate: false };
  }
}

function kept(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT_HEADERS.test(name)));
}
