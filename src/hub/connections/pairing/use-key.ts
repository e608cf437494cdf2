import { CounterfoilError, isCounterfoilError, messageOf } from '../../../kernel/errors.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { ConnectRequest } from '../connect.ts';
import { identifySource } from '../connect.ts';
import type { Connection } from '../connection.ts';
import type { OAuthDoors } from '../oauth/doors.ts';
import type { Choice, Flow } from '../oauth/flow.ts';
import { judgeKey, notesOn, revokeKey } from './inspect-key.ts';
import { type PendingKey, readPending } from './pending-key.ts';
import { ENDED } from './refuse.ts';

export interface Paired {
  readonly connections: readonly Connection[];
  /** What a person should know of the key. */
  readonly notes: readonly string[];
}

export interface UseKey {
  readonly accountIds: readonly string[];
  /** Stores the connections; called once at most. */
  connect(request: ConnectRequest): Promise<readonly Connection[]>;
}

export async function pendingOf({ flows }: OAuthDoors, flow: Flow): Promise<PendingKey | null> {
  const answer = await flows.handedOver(flow);
  return answer && readPending(answer);
}

/** The stores to choose from: those that the key reaches, or on reconnecting the one that it is for. */
export async function choicesOf(doors: OAuthDoors, flow: Flow, { key }: PendingKey): Promise<readonly Choice[]> {
  const { work } = doors;
  try {
    const drafts = await identifySource(work, { ...requestOf(flow, key), accountIds: null });
    const found = drafts.map(({ accountId, displayName }) => ({ accountId, name: displayName }));
    const wanted = flow.connectionId === null ? null : await work.connections.find(flow.tenantId, flow.connectionId);
    if (wanted === null) return found;
    const same = found.filter(({ accountId }) => accountId === wanted.accountId);
    if (same.length > 0) return same;
    throw new CounterfoilError('connection.other_account', {
      detail: `This connection is for ${wanted.displayName} (${wanted.accountId}), and the key reaches ${found.map(({ accountId, name }) => `${name} (${accountId})`).join(', ')}. Nothing was changed.`,
    });
  } catch (error) {
    if (!isPassing(error)) await giveUp(doors, flow, key, error);
    throw error;
  }
}

/**
 * Asks the server what the key may do, takes the one use of the pairing, and connects. Trouble that may pass leaves the
 * pairing open as long as nothing was taken.
 */
export async function usePaired(
  doors: OAuthDoors,
  flow: Flow,
  { key }: PendingKey,
  { accountIds, connect }: UseKey,
): Promise<Paired> {
  const { work, flows } = doors;
  const request = { ...requestOf(flow, key), accountIds };
  let isTaken = false;
  try {
    const notes = notesOn(await judgeKey(work, request, accountIds));
    isTaken = (await flows.take(flow, work.clock.now())) !== null;
    // Whoever took it uses the key.
    if (!isTaken) throw new CounterfoilError('oauth.state_used', { detail: ENDED });
    const connections = await connect(request);
    await flows.finish(flow, 'connected', connections[0]!.id);
    return { connections, notes };
  } catch (error) {
    const isOthers = isCounterfoilError(error) && error.code === 'oauth.state_used';
    if (isTaken || !(isOthers || isPassing(error))) await giveUp(doors, flow, key, error);
    throw error;
  }
}

function requestOf(flow: Flow, token: Secret): Omit<ConnectRequest, 'accountIds'> {
  const { tenantId, provider, environment, baseUrl, since } = flow;
  return { tenantId, provider, environment, baseUrl, since, token };
}

/** Ends the pairing for good: the key is of no use to anybody then, so it is revoked, where the server lets us. */
export async function giveUp(doors: OAuthDoors, flow: Flow, key: Secret, error: unknown): Promise<void> {
  const { work, flows } = doors;
  const code = isCounterfoilError(error) ? error.code : 'internal.unexpected';
  const detail = { code, provider: flow.provider, flowId: flow.id };
  await flows.finish(flow, code, null);
  await flows.refuse(flow, code, { tenantId: flow.tenantId, kind: 'pairing.failed', detail }, work.clock.now());
  try {
    await revokeKey(work, requestOf(flow, key));
  } catch (problem) {
    work.log.warn('a key that is not used could not be revoked', { error: messageOf(problem) });
  }
}

function isPassing(error: unknown): boolean {
  return isCounterfoilError(error) && (error.kind === 'retryable' || error.kind === 'throttled');
}
