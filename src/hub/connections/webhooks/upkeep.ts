import type { SourceConnector } from '../../../connectors/sdk/index.ts';
import { base32 } from '../../../kernel/base32.ts';
import { CounterfoilError, isCounterfoilError } from '../../../kernel/errors.ts';
import type { Json } from '../../../kernel/json.ts';
import { Secret } from '../../../kernel/secret.ts';
import type { Actor } from '../../audit/index.ts';
import { ask, askJson } from '../ask.ts';
import type { WorkDoors } from '../doors.ts';
import type { Caller } from '../tokens.ts';
import { addByHand, ensureWebhook } from '../webhook-endpoint.ts';
import type { EndpointStore } from './endpoint-store.ts';

/** Every process that receives webhooks has read secrets anew after this. */
export const SECRETS_READ_WITHIN_MS = 5_000;
const SECRET_BYTES = 32;

export interface UpkeepDoors {
  readonly work: WorkDoors;
  readonly endpoints: EndpointStore;
}

export type WebhookStanding = 'good' | 'corrected' | 'made' | 'by_hand' | 'none';

/**
 * Looks whether our webhook is still at the provider as it should be: one that is missing is made again, one that was
 * switched off or lost events is corrected. `by_hand` and `none` are not looked after.
 */
export async function checkWebhook(
  { work, endpoints }: UpkeepDoors,
  caller: Caller,
  actor: Actor,
): Promise<WebhookStanding> {
  const { connection } = caller;
  const registration = registrationOf(work, caller);
  if (registration?.upkeep === undefined) return 'none';
  const known = await work.connections.endpoint(connection);
  if (known !== null && known.registrationId === null) return 'by_hand';
  if (known !== null) {
    const found = registration.upkeep.find(await listed(work, caller, registration), known.registrationId!);
    if (found?.isWhole) return 'good';
    if (found !== null) {
      const { id, url } = { id: known.registrationId!, url: found.url };
      await ask(work, caller, registration.upkeep.change(connection.accountId, id, url, null), { lane: 'live' });
      await endpoints.corrected(connection, known.id, { actor, now: work.clock.now() });
      return 'corrected';
    }
    await endpoints.retire(connection, known.id, { actor, now: work.clock.now() });
  }
  await ensureWebhook(work, caller, actor);
  return 'made';
}

export interface RotatedWebhook {
  /** Where the owner enters what follows; null when we did it ourselves. */
  readonly byHand: string | null;
  /** The whole address, when it was just made; null when the provider has it already. */
  readonly url: string | null;
  /** To be entered by hand; null when we set it ourselves. */
  readonly secret: Secret | null;
  /** Until when the old secret is believed, ms UTC; null when there was none. */
  readonly oldEndsAt: number | null;
}

/**
 * Replaces the secret with which the provider signs. Both are believed before the provider is asked, and for a day
 * after, so nothing that is on its way is lost. Cut short anywhere, the next rotation goes on with the same secret. Where
 * the credential may not change webhooks, the secret (and at first the address) is for the owner to enter.
 */
export async function rotateWebhook(doors: UpkeepDoors, caller: Caller, actor: Actor): Promise<RotatedWebhook> {
  const { work, endpoints } = doors;
  const { connection } = caller;
  const registration = registrationOf(work, caller);
  if (registration?.upkeep === undefined) {
    throw new CounterfoilError('connection.unusable', {
      field: 'connection',
      detail: `Secrets of ${work.registry.source(connection.provider).displayName} are rotated there, not from here.`,
    });
  }
  const { upkeep, byHand = null } = registration;
  const known = await work.connections.endpoint(connection);
  if (known === null) return firstWebhook(work, caller, actor, byHand);
  const ours = new Secret(base32(work.random.bytes(SECRET_BYTES)));
  const secret = await endpoints.keepNext(connection, known.id, ours, work.clock.now());
  const { registrationId } = known;
  if (registrationId !== null) {
    await work.clock.sleep(SECRETS_READ_WITHIN_MS + 1_000);
    const found = upkeep.find(await listed(work, caller, registration), registrationId);
    if (found === null) {
      await endpoints.retire(connection, known.id, { actor, now: work.clock.now() });
      await ensureWebhook(work, caller, actor);
      return REGISTERED;
    }
    const change = upkeep.change(connection.accountId, registrationId, found.url, secret.reveal());
    await ask(work, caller, change, { lane: 'live' });
  }
  const oldEndsAt = await endpoints.promote(connection, known.id, { actor, now: work.clock.now() });
  return registrationId === null ? { byHand, url: null, secret, oldEndsAt } : { ...REGISTERED, oldEndsAt };
}

const REGISTERED: RotatedWebhook = { byHand: null, url: null, secret: null, oldEndsAt: null };

/** There is no webhook yet: we register one, and where we may not, the owner does. */
async function firstWebhook(
  work: WorkDoors,
  caller: Caller,
  actor: Actor,
  byHand: string | null,
): Promise<RotatedWebhook> {
  try {
    await ensureWebhook(work, caller, actor);
    return REGISTERED;
  } catch (error) {
    if (!isCounterfoilError(error) || error.code !== 'provider.forbidden') throw error;
    return { ...(await addByHand(work, caller.connection, actor)), byHand, oldEndsAt: null };
  }
}

type Registration = NonNullable<SourceConnector['registration']>;

function registrationOf({ registry }: WorkDoors, { connection }: Caller): Registration | undefined {
  return connection.role === 'source' ? registry.source(connection.provider).registration : undefined;
}

function listed(work: WorkDoors, caller: Caller, registration: Registration): Promise<Json> {
  return askJson(work, caller, registration.list(caller.connection.accountId), { lane: 'live' });
}
