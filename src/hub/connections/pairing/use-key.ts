import { CounterfoilError, isCounterfoilError, messageOf } from '../../../kernel/errors.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { ConnectRequest } from '../connect.ts';
import { identifySource } from '../connect.ts';
import type { Connection } from '../connection.ts';
import type { WorkDoors } from '../doors.ts';
import type { Authorisation, Choice } from '../oauth/authorisation.ts';
import type { OAuthDoors } from '../oauth/doors.ts';
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

export async function pendingOf(
  { authorisations }: OAuthDoors,
  authorisation: Authorisation,
): Promise<PendingKey | null> {
  const answer = await authorisations.handedOver(authorisation);
  return answer && readPending(answer);
}

/** The stores to choose from: those that the key reaches, or on reconnecting the one that it is for. */
export async function choicesOf(
  doors: OAuthDoors,
  authorisation: Authorisation,
  { key }: PendingKey,
): Promise<readonly Choice[]> {
  const { work } = doors;
  try {
    const drafts = await identifySource(work, { ...requestOf(authorisation, key), accountIds: null });
    const found = drafts.map(({ accountId, displayName }) => ({ accountId, name: displayName }));
    const wanted =
      authorisation.connectionId === null
        ? null
        : await work.connections.find(authorisation.tenantId, authorisation.connectionId);
    if (wanted === null) return found;
    const same = found.filter(({ accountId }) => accountId === wanted.accountId);
    if (same.length > 0) return same;
    throw new CounterfoilError('connection.other_account', {
      detail: `This connection is for ${wanted.displayName} (${wanted.accountId}), and the key reaches ${found.map(({ accountId, name }) => `${name} (${accountId})`).join(', ')}. Nothing was changed.`,
    });
  } catch (error) {
    if (!isPassing(error)) await giveUp(doors, authorisation, key, error);
    throw error;
  }
}

/**
 * Asks the server what the key may do, takes the one use of the pairing, and connects. Trouble that may pass leaves the
 * pairing open as long as nothing was taken.
 */
export async function usePaired(
  doors: OAuthDoors,
  authorisation: Authorisation,
  { key }: PendingKey,
  { accountIds, connect }: UseKey,
): Promise<Paired> {
  const { work, authorisations } = doors;
  const request = { ...requestOf(authorisation, key), accountIds };
  let isTaken = false;
  try {
    const notes = [
      ...notesOn(await judgeKey(work, request, accountIds)),
      ...((await replacesGoodKey(work, authorisation)) ? [FORMER_KEY] : []),
    ];
    isTaken = (await authorisations.take(authorisation, work.clock.now())) !== null;
    // Whoever took it uses the key.
    if (!isTaken) throw new CounterfoilError('oauth.state_used', { detail: ENDED });
    const connections = await connect(request);
    await authorisations.finish(authorisation, 'connected', connections[0]!.id);
    return { connections, notes };
  } catch (error) {
    const isOthers = isCounterfoilError(error) && error.code === 'oauth.state_used';
    if (isTaken || !(isOthers || isPassing(error))) await giveUp(doors, authorisation, key, error);
    throw error;
  }
}

/** It may be the owner's own and serve others too, so it is theirs to end. */
const FORMER_KEY =
  'The key that was used until now is still good at the server: delete it there when nothing else uses it.';

async function replacesGoodKey(
  { connections }: WorkDoors,
  { tenantId, connectionId }: Authorisation,
): Promise<boolean> {
  const before = connectionId === null ? null : await connections.find(tenantId, connectionId);
  return before !== null && (before.state === 'active' || before.state === 'paused');
}

function requestOf(authorisation: Authorisation, token: Secret): Omit<ConnectRequest, 'accountIds'> {
  const { tenantId, provider, environment, baseUrl, since } = authorisation;
  return { tenantId, provider, environment, baseUrl, since, token };
}

/** Ends the pairing for good: the key is of no use to anybody then, so it is revoked, where the server lets us. */
export async function giveUp(
  doors: OAuthDoors,
  authorisation: Authorisation,
  key: Secret,
  error: unknown,
): Promise<void> {
  const { work, authorisations } = doors;
  const code = isCounterfoilError(error) ? error.code : 'internal.unexpected';
  const detail = { code, provider: authorisation.provider, authorisationId: authorisation.id };
  await authorisations.finish(authorisation, code, null);
  await authorisations.refuse(
    authorisation,
    code,
    { tenantId: authorisation.tenantId, kind: 'pairing.failed', detail },
    work.clock.now(),
  );
  try {
    await revokeKey(work, requestOf(authorisation, key));
  } catch (problem) {
    work.log.warn('a key that is not used could not be revoked', { error: messageOf(problem) });
  }
}

function isPassing(error: unknown): boolean {
  return isCounterfoilError(error) && (error.kind === 'retryable' || error.kind === 'throttled');
}
