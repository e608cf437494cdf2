import { writeJson } from '../../kernel/json.ts';
import type { Actor, Change, Diff } from '../audit/index.ts';
import type { Connection } from './connection.ts';
import type { Pair } from './store.ts';

/** That an account was connected, or connected again with another credential. */
export function connectedChange(before: Connection | null, saved: Connection, actor: Actor): Change {
  const { tenantId, id, provider, accountId, environment, state } = saved;
  return {
    tenantId,
    actor,
    action: 'connection.connected',
    subject: id,
    diff: {
      provider: [before?.provider ?? null, provider],
      account: [before?.accountId ?? null, accountId],
      environment: [before?.environment ?? null, environment],
      state: [before?.state ?? null, state],
      credential: [null, 'stored'],
    },
  };
}

/** That a connection went from one state to another. */
export function stateChange(action: string, before: Connection, after: Connection, actor: Actor): Change {
  const diff = { state: [before.state, after.state] } as const;
  return { tenantId: after.tenantId, actor, action, subject: after.id, diff };
}

/** That a source was joined to a ledger, or settings of the pair changed; null when nothing did. */
export function pairChange(before: Pair | null, after: Pair, actor: Actor): Change | null {
  const places: Diff =
    before?.ledgerId === after.ledgerId
      ? {}
      : { source: [before?.sourceId ?? null, after.sourceId], ledger: [before?.ledgerId ?? null, after.ledgerId] };
  const diff = { ...places, ...settingsDiff(before?.settings, after.settings) };
  if (Object.keys(diff).length === 0) return null;
  const action = before === null ? 'pair.made' : 'pair.changed';
  return { tenantId: after.tenantId, actor, action, subject: after.id, diff };
}

function settingsDiff(before: unknown, after: unknown): Diff {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
  const changed = names.filter((name) => textOf(old[name]) !== textOf(now[name]));
  return Object.fromEntries(changed.map((name) => [`settings.${name}`, [old[name] ?? null, now[name] ?? null]]));
}

function fieldsOf(settings: unknown): Readonly<Record<string, unknown>> {
  return typeof settings === 'object' && settings !== null ? (settings as Record<string, unknown>) : {};
}

const textOf = (value: unknown) => (value === undefined ? '' : writeJson(value));
