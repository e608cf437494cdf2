import { sha256, sha256Hex } from '../../kernel/digest.ts';
import type { Secret } from '../../kernel/secret.ts';
import { whileRotating } from '../../platform/vault/index.ts';
import { SECRETS_READ_WITHIN_MS } from '../connections/index.ts';
import type { Doors } from '../doors.ts';
import type { Endpoint, InboxStore } from './store.ts';

export interface OpenEndpoint {
  readonly endpoint: Endpoint;
  readonly secrets: readonly Secret[];
}

/** A rotated secret or a new endpoint is seen after this at the latest: who rotates waits for it. */
const REMEMBER_MS = SECRETS_READ_WITHIN_MS;
const MAX_REMEMBERED = 10_000;

/** Endpoints by token with their opened secrets, remembered for a moment: every delivery needs one. */
export class Endpoints {
  readonly #doors: Pick<Doors, 'vault' | 'clock'>;
  readonly #store: InboxStore;
  readonly #known = new Map<string, { found: Promise<OpenEndpoint | null>; until: number }>();

  constructor(doors: Pick<Doors, 'vault' | 'clock'>, store: InboxStore) {
    this.#doors = doors;
    this.#store = store;
  }

  find(token: string): Promise<OpenEndpoint | null> {
    // The token is a credential: it is not kept, not even as a key of this map.
    const key = sha256Hex(token);
    const now = this.#doors.clock.now();
    const known = this.#known.get(key);
    if (known !== undefined && known.until > now) return known.found;
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    const found = this.#open(token);
    this.#known.set(key, { found, until: now + REMEMBER_MS });
    found.then(
      (one) => one === null && this.#known.delete(key),
      () => this.#known.delete(key),
    );
    return found;
  }

  #open(token: string): Promise<OpenEndpoint | null> {
    return whileRotating(() => this.#readAndOpen(token));
  }

  async #readAndOpen(token: string): Promise<OpenEndpoint | null> {
    const endpoint = await this.#store.endpointByToken(sha256(token));
    if (endpoint === null) return null;
    const place = { table: 'endpoint_secrets', rowId: endpoint.id, field: 'secret' };
    const secrets: Secret[] = [];
    for (const sealed of endpoint.secrets) secrets.push(await this.#doors.vault.open(sealed.tenantId, place, sealed));
    return { endpoint, secrets };
  }
}
