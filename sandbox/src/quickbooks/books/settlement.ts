import { decimalAt } from '../../core/exact/access.ts';
import type { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { badReference, businessRule, cannotLink } from '../basics/fault.ts';
import { entityKey, type StoredEntity } from '../store/entity.ts';
import { type Link, linksOf, SETTLERS } from './applications.ts';
import type { Company } from './company.ts';
import type { Party } from './general-ledger.ts';

/** One transaction that a payment settles, with the amount that can be taken. */
interface SettledLine {
  readonly link: Link;
  /** Minor units of the payment's currency, at most what the line asked for and what is open. */
  readonly amount: bigint;
  /** A charge is what the payment pays off; a credit pays beside the money. */
  readonly side: 'charge' | 'credit';
  /** Rate the target is booked at, in a foreign currency. */
  readonly rate: Decimal | undefined;
}

/** The lines of a payment, checked and capped. */
export interface Settled {
  readonly lines: readonly SettledLine[];
  readonly charges: bigint;
  readonly credits: bigint;
}

/** What a transaction leaves open on receivables or payables, debit positive, before anything settles it. */
export function openAmount(company: Company, key: string, party?: Party): bigint {
  return company.ledger
    .of(key)
    .filter((line) => party === undefined || (line.party?.kind === party.kind && line.party.id === party.id))
    .reduce((sum, line) => sum + (line.open ?? 0n), 0n);
}

/** The open part of a transaction, whatever its side; `except` is a payment to leave out of the count. */
export function stillOpen(company: Company, record: StoredEntity, except?: string): bigint {
  const key = entityKey(record.entity, record.id);
  const open = openAmount(company, key);
  const own = SETTLERS.includes(record.entity) ? ownUse(company, record) : 0n;
  return absolute(open) - own - company.applications.total(key, except);
}

/** How much of its money a payment uses by its own lines. */
function ownUse(company: Company, record: StoredEntity): bigint {
  const sign = chargeSign(record.entity);
  return linksOf(record.data).reduce((sum, link) => {
    const isCharge = openAmount(company, entityKey(link.entity, link.id)) * sign > 0n;
    return isCharge ? sum + link.amount : sum - link.amount;
  }, 0n);
}

/** Checks a payment's lines against what is open and caps them; a fault says which line cannot be settled. */
export function settle(
  company: Company,
  parts: { entity: StoredEntity['entity']; id: string; data: JsonObject; total: bigint; party: Party },
): Settled {
  const self = entityKey(parts.entity, parts.id);
  const taken = new Map<string, bigint>();
  const lines = linksOf(parts.data).map((link) => {
    const line = settleLine(company, link, { self, party: parts.party, sign: chargeSign(parts.entity), taken });
    const key = entityKey(link.entity, link.id);
    taken.set(key, (taken.get(key) ?? 0n) + line.amount);
    return line;
  });
  const charges = sumOf(lines, 'charge');
  const credits = sumOf(lines, 'credit');
  if (charges > parts.total + credits) throw businessRule('The amount applied is more than the amount received.');
  if (credits > charges) throw businessRule('The credits applied are more than the charges they pay.');
  return { lines, charges, credits };
}

function settleLine(
  company: Company,
  link: Link,
  parts: { self: string; party: Party; sign: bigint; taken: ReadonlyMap<string, bigint> },
): SettledLine {
  const key = entityKey(link.entity, link.id);
  const target = company.records.get(link.entity, link.id);
  if (target === undefined) throw badReference('LinkedTxn', link.id);
  if (key === parts.self) throw cannotLink('a payment cannot settle itself');
  if (link.amount <= 0n) throw businessRule('The amount of a linked line must be greater than zero.');
  const open = openAmount(company, key, parts.party) * parts.sign;
  if (open === 0n)
    throw cannotLink(`${link.txnType} ${link.id} has no open amount for ${parts.party.kind} ${parts.party.id}`);
  const left = stillOpen(company, target, parts.self) - (parts.taken.get(key) ?? 0n);
  if (left <= 0n) throw cannotLink(`${link.txnType} ${link.id} is fully settled`);
  return {
    link,
    amount: link.amount < left ? link.amount : left,
    side: open > 0n ? 'charge' : 'credit',
    rate: decimalAt(target.data, 'ExchangeRate'),
  };
}

/** Charges of a customer payment are debits, of a bill payment credits. */
function chargeSign(entity: StoredEntity['entity']): bigint {
  return entity === 'BillPayment' ? -1n : 1n;
}

function sumOf(lines: readonly SettledLine[], side: SettledLine['side']): bigint {
  return lines.reduce((sum, line) => (line.side === side ? sum + line.amount : sum), 0n);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
