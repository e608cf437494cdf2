import { formatAmount } from '../../kernel/money.ts';
import type { Pair } from '../connections/index.ts';
import type { ReconciliationRow } from './compare.ts';

/** Differences named in one attention item. */
const SHOWN = 5;

/** What an attention item about a row is about. */
export function rowSubject(pair: Pair, { kind, subject, currency }: ReconciliationRow): string {
  return `${pair.id}/${kind}/${subject}/${currency}`;
}

/** What a person is told about a row; null when it agrees, or lacks only what is still on its way. */
export function rowDetail({ kind, subject, currency, source, ledger, differences }: ReconciliationRow): string | null {
  const seen = differences.filter((one) => one.kind !== 'missing').map((one) => one.detail);
  if (seen.length === 0) return null;
  const amount = `${formatAmount({ minor: source - ledger, currency })} ${currency}`;
  return `${kind === 'payout' ? 'Payout' : 'Day'} ${subject} differs by ${amount}: ${seen.slice(0, SHOWN).join(' ')}`;
}
