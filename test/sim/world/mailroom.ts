import { intuitSignature } from '../../../sandbox/src/index.ts';
import type { Chance } from '../core/chance.ts';
import type { Sometimes } from '../goals.ts';
import type { Faults } from '../swarm.ts';
import { VERIFIER } from './tenant.ts';

export interface Mail {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const HOUR_S = 3_600;

/** F8 for the app of QuickBooks, which sends the news of all of its companies to one address: several in one body. */
export class Mailroom {
  readonly #chance: Chance;
  readonly #faults: () => Faults;
  readonly #sometimes: Sometimes;
  #last: readonly Record<string, unknown>[] = [];

  constructor(chance: Chance, faults: () => Faults, sometimes: Sometimes) {
    this.#chance = chance;
    this.#faults = faults;
    this.#sometimes = sometimes;
  }

  /** What arrives in the place of a delivery, signed as the provider would. */
  pass(provider: string, mail: Mail, now: number): Mail {
    if (provider === 'stripe') this.#noteLate(mail, now);
    if (provider !== 'quickbooks') return mail;
    const events = JSON.parse(new TextDecoder().decode(mail.body)) as Record<string, unknown>[];
    const others = this.#last;
    this.#last = events;
    if (!this.#chance.happens(this.#faults().webhookMixed)) return mail;
    const stranger = { ...events[0]!, id: `${String(events[0]!.id)}-x`, intuitaccountid: '9999999999999999' };
    const added = this.#chance.happens(0.3) ? [stranger] : others;
    if (new Set([...events, ...added].map((one) => one.intuitaccountid)).size > 1)
      this.#sometimes.note('a delivery names several companies');
    if (this.#chance.happens(0.2)) return this.#signed(mail, [stranger]);
    return this.#signed(mail, [...events, ...added]);
  }

  #signed({ headers }: Mail, events: readonly unknown[]): Mail {
    const text = JSON.stringify(events);
    const body = new TextEncoder().encode(text);
    return { headers: { ...headers, 'intuit-signature': intuitSignature(VERIFIER, text) }, body };
  }

  #noteLate({ body }: Mail, now: number): void {
    const { created } = JSON.parse(new TextDecoder().decode(body)) as { created: number };
    if (now / 1_000 - created > HOUR_S) this.#sometimes.note('a delivery is late by hours');
  }
}
