import { dateIn, type LocalDate } from '../../kernel/dates.ts';
import type { Fact } from '../../model/facts.ts';
import type { Pair } from '../connections/index.ts';
import { type MappedRole, readSettings } from '../mapping/index.ts';
import { feesOf, type Leg, legId, type PostingState } from '../posting/index.ts';
import type { ComparedPosting, DatedFact } from './compare.ts';
import type { Compared } from './store.ts';

export interface StoredFact {
  readonly id: string;
  readonly fact: Fact;
  readonly state: DatedFact['state'];
  readonly reason: string | null;
}

export interface StoredPosting {
  readonly id: string;
  readonly factId: string;
  readonly leg: Leg;
  readonly state: PostingState;
  readonly on: LocalDate;
  readonly reason: string | null;
  /** Leg ids, in their order. */
  readonly covers: readonly string[];
  /** Minor units by currency on the accounts that hold the money at the source. */
  readonly movements: ReadonlyMap<string, bigint>;
}

/** The ledger that a pair is compared with. */
export interface StoredBook {
  readonly tenantId: string;
  readonly ledgerProvider: string;
  readonly companyId: string;
  readonly timeZone: string;
  readonly homeCurrency: string;
}

/** What a store has of a pair, each list in its order. */
export interface Loaded {
  readonly pair: Pair;
  readonly book: StoredBook;
  readonly roles: readonly MappedRole[];
  readonly facts: readonly StoredFact[];
  readonly postings: readonly StoredPosting[];
}

/** Roles whose accounts hold the money that is at the source. */
const HOLDING = /^(CLR:([A-Z]{3})|BTC:(on_chain|lightning))$/;

/** Puts together what is compared. */
export function toCompared(loaded: Loaded): Compared {
  const { book, roles } = loaded;
  const holding = roles.filter((one) => HOLDING.test(one.role));
  const accounts = new Map(holding.map((one) => [one.ledgerId, HOLDING.exec(one.role)![2] ?? book.homeCurrency]));
  const postings = withOwners(loaded);
  const legs = new Map(postings.map((posting) => [posting.id, posting.leg]));
  return { facts: dateFacts(loaded, postings), postings, legs, accounts };
}

interface OwnedPosting extends ComparedPosting {
  readonly leg: Leg;
  readonly factId: string;
}

/** A payout's fee document covers the fee legs of its members, and is theirs too. */
function withOwners({ book, facts, postings }: Loaded): OwnedPosting[] {
  const withFees = facts.filter(({ fact }) => feesOf(fact).length > 0);
  const feeOwners = new Map(withFees.map(({ id, fact }) => [legId(book, fact.source, 'fee'), id]));
  return postings.map(({ covers, ...posting }) => ({
    ...posting,
    factIds: [...new Set([posting.factId, ...covers.flatMap((leg) => feeOwners.get(leg) ?? [])])],
  }));
}

/** The day on which each fact counts: that of its entry, or the day on which it would have one. */
function dateFacts({ facts, pair, book }: Loaded, postings: readonly OwnedPosting[]): DatedFact[] {
  const perPayout = readSettings(pair.settings).feeDetail === 'payout';
  const feesOn = new Map<string, LocalDate>();
  const movedOn = new Map<string, LocalDate>();
  for (const posting of postings.filter(({ state }) => state !== 'superseded')) {
    if (posting.leg === 'fee') for (const id of posting.factIds) feesOn.set(id, posting.on);
    else if (posting.leg !== 'value' && posting.leg !== 'surplus') movedOn.set(posting.factId, posting.on);
  }
  return facts.map((one) => {
    const { id, fact } = one;
    const natural = fact.kind === 'payout' ? fact.arrivesOn : dateIn(book.timeZone, fact.occurredAt);
    return {
      ...one,
      on: movedOn.get(id) ?? (fact.kind === 'fee' ? feesOn.get(id) : undefined) ?? natural,
      feesOn: feesOn.get(id) ?? (perPayout && waitsForPayout(fact) ? null : natural),
    };
  });
}

function waitsForPayout(fact: Fact): boolean {
  return fact.kind === 'charge' || fact.kind === 'refund' || fact.kind === 'adjustment';
}
