import { assert } from '../../kernel/assert.ts';
import { type Json, parseJson } from '../../kernel/json.ts';
import { fromWire, type Money, toWire } from '../../kernel/money.ts';
import type { Fact } from '../../model/facts.ts';

function isMoney(value: object): value is Money {
  return 'minor' in value && typeof value.minor === 'bigint' && 'currency' in value;
}

function isWireMoney(value: Record<string, unknown>): value is { amount: string; currency: string } {
  return (
    Object.keys(value).length === 2 && typeof value['amount'] === 'string' && typeof value['currency'] === 'string'
  );
}

/** A fact as JSON: money on the wire form, keys in a fixed order, so that equal facts have equal text. */
export function factToJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (Array.isArray(value)) return value.map(factToJson);
  assert(typeof value === 'object' && value !== undefined, `a fact cannot hold a ${typeof value}`);
  if (isMoney(value as object)) return { ...toWire(value as Money) };
  const entries = Object.entries(value as Record<string, unknown>).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, factToJson(one)]));
}

/** The fact back from its text; only texts written by {@link factToJson} are stored. */
export function factFromText(text: string): Fact {
  return reviveMoney(parseJson(text)) as Fact;
}

/** JSON with money on the wire form back to values. */
export function reviveMoney(value: Json): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(reviveMoney);
  const object = value as Record<string, Json>;
  if (isWireMoney(object)) return fromWire(object);
  return Object.fromEntries(Object.entries(object).map(([key, one]) => [key, reviveMoney(one)]));
}
