import { decimalAt, textAt } from '../../core/exact/access.ts';
import { Decimal } from '../../core/exact/decimal.ts';
import type { JsonObject } from '../../core/exact/json.ts';
import { amountMismatch, missing } from '../basics/fault.ts';

/** A line's amount in minor units, checked against quantity and price where both are given (6070). */
export function lineAmount(line: JsonObject, detail: JsonObject | undefined): bigint {
  const sent = decimalAt(line, 'Amount');
  const quantity = decimalAt(detail, 'Qty');
  const price = decimalAt(detail, 'UnitPrice');
  const calculated = quantity !== undefined && price !== undefined ? quantity.times(price).toMinor() : undefined;
  if (sent === undefined) {
    if (calculated === undefined) throw missing('Line.Amount');
    return calculated;
  }
  if (calculated !== undefined && calculated !== sent.toMinor()) {
    throw amountMismatch(sent.toString(), Decimal.fromMinor(calculated).toString());
  }
  return sent.toMinor();
}

/** Gives every line an id and a number: known ids stay, new lines get the next free one. */
export function withLineIds(lines: readonly JsonObject[]): JsonObject[] {
  const taken = new Set<string>();
  let next = 1 + lines.reduce((highest, line) => Math.max(highest, Number(textAt(line, 'Id') ?? 0) || 0), 0);
  return lines.map((line, index) => {
    const sent = textAt(line, 'Id');
    const id = sent !== undefined && /^\d+$/.test(sent) && !taken.has(sent) ? sent : String(next++);
    taken.add(id);
    return { ...line, Id: id, LineNum: Decimal.of(index + 1) };
  });
}
