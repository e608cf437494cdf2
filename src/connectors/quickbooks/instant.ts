import { instantOrNull } from '../sdk/index.ts';

const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:?\d{2})$/;

/**
 * Milliseconds UTC of a timestamp as QuickBooks writes it: `-08:00`, `-0700` or `Z`, with none to nine decimals. Null
 * for anything else, a time without offset included, because that would mean another instant on another machine.
 */
export function instantOf(text: string): number | null {
  const match = INSTANT.exec(text);
  if (!match) return null;
  const offset = match[3]!.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const instant = Date.parse(`${match[1]}.${(match[2] ?? '').slice(0, 3).padEnd(3, '0')}${offset}`);
  return instantOrNull(instant);
}

/** The second in which an instant lies, as a query literal: the provider keeps whole seconds. */
export function secondOf(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}
