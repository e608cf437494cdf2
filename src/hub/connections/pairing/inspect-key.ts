import type { KeyJudgement } from '../../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import { ask, askJson } from '../ask.ts';
import { type ConnectRequest, draftOf } from '../connect.ts';
import type { WorkDoors } from '../doors.ts';
import type { Caller } from '../tokens.ts';
import { requirePairing } from './provider.ts';

type KeyRequest = Omit<ConnectRequest, 'accountIds'>;

/**
 * What a key may do for these stores. Throws `provider.forbidden`, with the names of the permissions, when it cannot read
 * them.
 */
export async function judgeKey(
  doors: WorkDoors,
  request: KeyRequest,
  accountIds: readonly string[],
): Promise<KeyJudgement> {
  const { pairing } = requirePairing(doors.registry, request.provider);
  const body = await askJson(doors, callerFor(doors, request), pairing.key.request(), { lane: 'live' });
  const judgement = pairing.key.judge(body, accountIds);
  if (judgement.missing.length === 0) return judgement;
  throw new CounterfoilError('provider.forbidden', {
    detail: `The key lacks ${judgement.missing.join(', ')}.`,
  });
}

/** What a person should know of a key that works. */
export function notesOn({ tooMany, managesWebhooks }: KeyJudgement): readonly string[] {
  return [
    ...(tooMany.length === 0
      ? []
      : [`The key may do more than is needed: ${tooMany.join(', ')}. A key without these is safer.`]),
    ...(managesWebhooks ? [] : [BY_HAND]),
  ];
}

const BY_HAND =
  'The key may not register a webhook: payments are noticed by asking every minute. To be told at once, run `counterfoil webhooks rotate` for the connection and enter what it shows by hand.';

/** Ends a key at its server. Throws what the server refuses. */
export async function revokeKey(doors: WorkDoors, request: KeyRequest): Promise<void> {
  const { pairing } = requirePairing(doors.registry, request.provider);
  await ask(doors, callerFor(doors, request), pairing.key.revoke(), { lane: 'live' });
}

/** Calls that are about the key and no store. */
function callerFor(doors: WorkDoors, request: KeyRequest): Caller {
  const { displayName: name } = doors.registry.source(request.provider);
  return {
    connection: draftOf(doors, request, 'source', { accountId: '', name, timeZone: null }),
    token: request.token,
  };
}
