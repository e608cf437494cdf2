import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  actorOf,
  type IdempotencyStore,
  type KeyedRequest,
  type KeyStanding,
  type Principal,
} from '../../../hub/access/index.ts';
import { sha256Hex } from '../../../kernel/digest.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import { isSafe } from './route-access.ts';

export const IDEMPOTENCY_HEADER = 'idempotency-key';
/** On an answer that was given before. */
export const REPLAYED_HEADER = 'idempotency-replayed';
const KEY = /^[\x21-\x7e]{8,100}$/;

/**
 * Changing requests with an Idempotency-Key are done once: repeated with the same content they get the same answer, and
 * with another they are refused. Open routes have none: their codes are good once by themselves.
 */
export function answerRepeats(app: FastifyInstance, store: IdempotencyStore): void {
  const underWay = new WeakMap<FastifyRequest, KeyedRequest>();
  app.addHook('preHandler', async (request, reply) => {
    const keyed = keyedRequest(request);
    if (keyed === null) return;
    const standing = await store.begin(keyed);
    if (standing.kind !== 'fresh') return answerRepeat(reply, standing);
    underWay.set(request, keyed);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const keyed = underWay.get(request);
    if (keyed === undefined) return payload;
    underWay.delete(request);
    const status = reply.statusCode;
    // Whether something changed is not known when the fault is ours: then it is not done again under this key.
    if (status < 400) await store.finish(keyed, { status, body: typeof payload === 'string' ? payload : '' });
    else if (status < 500) await store.release(keyed);
    return payload;
  });
}

function answerRepeat(reply: FastifyReply, standing: Exclude<KeyStanding, { kind: 'fresh' }>): FastifyReply {
  if (standing.kind === 'other') throw new CounterfoilError('request.key_reused', { field: 'Idempotency-Key' });
  if (standing.kind === 'running') throw new CounterfoilError('request.key_in_use', { field: 'Idempotency-Key' });
  const { status, body } = standing.answer;
  // As bytes: what was serialised once is not serialised again.
  return reply
    .code(status)
    .header(REPLAYED_HEADER, 'true')
    .type('application/json; charset=utf-8')
    .serializer((text: string) => text)
    .send(body);
}

function keyedRequest(request: FastifyRequest): KeyedRequest | null {
  const { principal, headers, method, url } = request;
  const key = headers[IDEMPOTENCY_HEADER];
  if (key === undefined || principal === null || isSafe(method)) return null;
  if (typeof key !== 'string' || !KEY.test(key))
    throw new CounterfoilError('request.invalid', {
      field: 'Idempotency-Key',
      detail: 'Idempotency-Key: 8 to 100 printable characters without spaces, such as a UUID.',
    });
  const tenantId = tenantOfKeys(principal);
  if (tenantId === null) return null;
  const { kind, id } = actorOf(principal);
  const fingerprint = sha256Hex(JSON.stringify([method, url, request.body ?? null]));
  return { tenantId, principal: `${kind}:${id}`, key, fingerprint };
}

/** Whoever is in no tenant still changes what is their own. */
function tenantOfKeys(principal: Principal): TenantId | null {
  return principal.tenantId ?? (principal.kind === 'user' ? principal.person.homeTenantId : null);
}
