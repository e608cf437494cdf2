import { minorAt, objectsAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { linksOf } from '../books/applications.ts';
import type { Company } from '../books/company.ts';
import { openAmount } from '../books/settlement.ts';
import { type EntityName, entityKey, type StoredEntity } from '../store/entity.ts';
import { rewriteLines } from './save-transaction.ts';

/**
 * Lets go what payments apply to a transaction beyond `keep` minor units, the newest payment first. The money stays on
 * the payments as unapplied; where a credit goes away, the charges it paid open again.
 */
export function release(company: Company, target: string, keep: bigint): void {
  let excess = company.applications.total(target) - keep;
  const settlers = [...company.applications.to(target)].sort(([left], [right]) => idOf(right) - idOf(left));
  for (const [settler, applied] of settlers) {
    if (excess <= 0n) return;
    const cut = applied < excess ? applied : excess;
    excess -= cut;
    const [entity, id] = settler.split('/') as [EntityName, string];
    const record = company.records.get(entity, id);
    if (record !== undefined) rewriteLines(company, record, balanced(company, record, cutLines(record, target, cut)));
  }
}

function idOf(key: string): number {
  return Number(key.split('/')[1]);
}

/** The payment's lines with `cut` taken off those that point to the target. */
function cutLines(record: StoredEntity, target: string, cut: bigint): JsonObject[] {
  let left = cut;
  return objectsAt(record.data, 'Line').flatMap((line) => {
    const [link] = linksOf({ Line: [line] });
    if (link === undefined || entityKey(link.entity, link.id) !== target) return [line];
    const taken = link.amount < left ? link.amount : left;
    left -= taken;
    return shortened(line, link.amount - taken);
  });
}

/** Lines whose charges are again covered by money and credits, and whose credits do not exceed the charges. */
function balanced(company: Company, record: StoredEntity, lines: readonly JsonObject[]): JsonObject[] {
  const total = minorAt(record.data, 'TotalAmt') ?? 0n;
  const sign = record.entity === 'BillPayment' ? -1n : 1n;
  const isCharge = (line: JsonObject): boolean => {
    const [link] = linksOf({ Line: [line] });
    return link !== undefined && openAmount(company, entityKey(link.entity, link.id)) * sign > 0n;
  };
  const sum = (side: boolean): bigint =>
    lines.reduce((all, line) => (isCharge(line) === side ? all + (minorAt(line, 'Amount') ?? 0n) : all), 0n);
  const uncovered = sum(true) - sum(false) - total;
  const idle = sum(false) - sum(true);
  return trim(trim([...lines], isCharge, uncovered), (line) => !isCharge(line), idle);
}

/** Takes `excess` off the lines of one side, the last first. */
function trim(lines: readonly JsonObject[], isSide: (line: JsonObject) => boolean, excess: bigint): JsonObject[] {
  let left = excess;
  return lines
    .toReversed()
    .flatMap((line) => {
      if (left <= 0n || !isSide(line)) return [line];
      const amount = minorAt(line, 'Amount') ?? 0n;
      const taken = amount < left ? amount : left;
      left -= taken;
      return shortened(line, amount - taken);
    })
    .toReversed();
}

function shortened(line: JsonObject, amount: bigint): JsonObject[] {
  return amount > 0n ? [{ ...line, Amount: Decimal.fromMinor(amount) }] : [];
}
