import type { PairSettings } from '../../src/hub/mapping/index.ts';
import { Chance } from './core/chance.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Faults of the catalogue (docs/spec/invariants.md) that a seed may switch on, each with its rate there. */
export interface Faults {
  /** F1: a process dies before or after a call to the outside. */
  readonly crash: number;
  /** F1: a process stands still for minutes and does not know, times a day. */
  readonly frozen: number;
  /** F2: the same around a call to the ledger. */
  readonly crashAtLedger: number;
  /** F3: the provider did it, and the answer is lost. */
  readonly lostAnswer: number;
  /** The request never arrives. */
  readonly lostRequest: number;
  /** F4: given up by us, and carried out up to 20 minutes later. */
  readonly lateLanding: number;
  /** F5: the ledger forgets an idempotency key after this, ms; null keeps it. */
  readonly keyRetention_ms: number | null;
  /** F6: 429, with or without a `Retry-After`, right or wrong. */
  readonly throttled: number;
  /** F7: 5xx, HTML, truncated or mistyped answers, before and after the work was done; slow answers. */
  readonly brokenAnswer: number;
  readonly slowAnswer: number;
  /** F8: webhooks twice, in another order, late, never; several companies in one body. */
  readonly webhookTwice: number;
  readonly webhookReordered: number;
  readonly webhookLate: number;
  readonly webhookLost: number;
  readonly webhookMixed: number;
  /** F9: an object that was announced cannot be read yet. */
  readonly notYetReadable: number;
  /** F10: access tokens end early, a day. */
  readonly tokensEnded: number;
  /** F10: people end the authorisation at the provider, or give it again without need, a day. */
  readonly revoked: number;
  readonly authorisedAgain: number;
  /** F11: a process starts with a clock that is wrong by up to an hour. */
  readonly wrongClock: number;
  /** F12: the store fails before or after its work; and is away for a while, a day. */
  readonly storeFailure: number;
  readonly storeOutages: number;
  /** F14: a cursor is refused. */
  readonly cursorRefused: number;
  /** F15: people change, void or delete documents, and close the books, a day. */
  readonly humanEdits: number;
  readonly booksClosed: number;
  /** F17: people ask for a look, send webhooks again, change settings, connect again, a day. */
  readonly tenantActions: number;
  /** F18: the key service is away, or refuses, for minutes, a day. */
  readonly keysAway: number;
  readonly keysRefused: number;
  /** F18: the key-encryption key, and a tenant's data key, is exchanged while everything runs, a day. */
  readonly keyExchanged: number;
  readonly dataKeyExchanged: number;
  /** A provider is away for one tenant, a day. */
  readonly outages: number;
}

export interface TenantPlan {
  readonly sources: readonly ('stripe' | 'btcpay')[];
  readonly settings: PairSettingsChoice;
  readonly enforcesNumbers: boolean;
  readonly timeZone: string;
  /** Whether the ledger obeys its documented request limits. */
  readonly hasLimits: boolean;
  /** Events at each source in the whole time. */
  readonly business: number;
  /** How long the ledger takes a refresh token that was rotated, ms. */
  readonly refreshGrace_ms: number;
}

type PairSettingsChoice = Pick<PairSettings, 'mode' | 'feeDetail' | 'taxUnknown' | 'unmatched' | 'partial' | 'late'>;

/** Everything that a seed decides before it begins. */
export interface Swarm {
  readonly start: number;
  /** Time with faults, ms. */
  readonly duration_ms: number;
  readonly processes: number;
  readonly slots: number;
  readonly poll_ms: number;
  readonly compare_ms: number;
  readonly tenants: readonly TenantPlan[];
  readonly faults: Faults;
}

/**
 * Each fault with the highest rate that a seed may draw for it. A seed has ten thousand steps and more, so a crash at
 * three in a thousand is one an hour.
 */
const HIGHEST = {
  crash: 0.003,
  frozen: 6,
  crashAtLedger: 0.1,
  lostAnswer: 0.3,
  lostRequest: 0.1,
  lateLanding: 0.02,
  throttled: 0.3,
  brokenAnswer: 0.2,
  slowAnswer: 0.1,
  webhookTwice: 0.4,
  webhookReordered: 0.4,
  webhookLate: 0.3,
  webhookLost: 0.2,
  webhookMixed: 0.5,
  notYetReadable: 0.3,
  tokensEnded: 3,
  revoked: 1,
  authorisedAgain: 2,
  keysAway: 4,
  keysRefused: 2,
  keyExchanged: 3,
  dataKeyExchanged: 4,
  wrongClock: 0.5,
  storeFailure: 0.02,
  storeOutages: 3,
  cursorRefused: 0.1,
  humanEdits: 2,
  booksClosed: 1,
  tenantActions: 5,
  outages: 2,
} as const satisfies Partial<Record<keyof Faults, number>>;

/** Days around which calendars are treacherous: month and year end, daylight saving, a leap day; and a plain one. */
const STARTS = [
  Date.UTC(2026, 9, 14, 12),
  Date.UTC(2026, 9, 30, 20),
  Date.UTC(2026, 9, 31, 22),
  Date.UTC(2026, 11, 30, 12),
  Date.UTC(2027, 2, 13, 10),
  Date.UTC(2028, 1, 28, 9),
] as const;

const ZONES = ['America/Los_Angeles', 'America/New_York', 'Etc/UTC', 'Pacific/Auckland'] as const;

/** Faults are drawn one by one, each from a source of its own: a new one changes none of the others. */
function drawFaults(seed: number): Faults {
  const entries = Object.entries(HIGHEST).map(([name, highest]) => {
    const chance = new Chance(seed, `fault ${name}`);
    return [name, chance.happens(0.5) ? chance.fraction() * highest : 0] as const;
  });
  const keys = new Chance(seed, 'fault keyRetention');
  const keyRetention_ms = keys.happens(0.3) ? keys.between(1, 10) * MINUTE : null;
  return { ...(Object.fromEntries(entries) as Record<keyof typeof HIGHEST, number>), keyRetention_ms };
}

function drawTenant(chance: Chance, graces: Chance): TenantPlan {
  const both = chance.happens(0.3);
  return {
    sources: both ? ['stripe', 'btcpay'] : [chance.happens(0.6) ? 'stripe' : 'btcpay'],
    settings: {
      mode: chance.pick(['deposit', 'invoicing']),
      feeDetail: chance.pick(['transaction', 'payout']),
      taxUnknown: 'none',
      unmatched: 'sale',
      partial: 'accept',
      late: 'accept',
    },
    enforcesNumbers: chance.happens(0.7),
    timeZone: chance.pick(ZONES),
    hasLimits: chance.happens(0.3),
    business: chance.between(2, 7),
    refreshGrace_ms: graces.pick([0, HOUR, 24 * HOUR]),
  };
}

/** The plan of a seed. `duration_ms` is 48 hours unless said otherwise. */
export function drawSwarm(seed: number, duration_ms = 48 * HOUR): Swarm {
  const chance = new Chance(seed, 'swarm');
  const graces = new Chance(seed, 'refresh grace');
  const tenants = chance.pick([1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 5]);
  return {
    start: chance.pick(STARTS),
    duration_ms,
    processes: chance.pick([1, 1, 2, 2, 3]),
    slots: chance.pick([1, 2, 4]),
    poll_ms: chance.pick([2, 4, 8]) * HOUR,
    compare_ms: chance.pick([12, 24]) * HOUR,
    tenants: Array.from({ length: tenants }, () => drawTenant(chance, graces)),
    faults: drawFaults(seed),
  };
}

/**
 * The same world with at most two tenants and few idle looks: over a real database every step costs a hundred times as
 * much as in memory, and what is to be seen there needs no crowd.
 */
export function smaller(swarm: Swarm): Swarm {
  return { ...swarm, tenants: swarm.tenants.slice(0, 2), poll_ms: 8 * HOUR, compare_ms: 24 * HOUR };
}

/** The same world without any fault. */
export const NO_FAULTS: Faults = {
  ...(Object.fromEntries(Object.keys(HIGHEST).map((name) => [name, 0])) as Record<keyof typeof HIGHEST, number>),
  keyRetention_ms: null,
};
