import { base64, constantTimeEqual, hmacSha256, sha256Hex } from '../../kernel/digest.ts';
import type { Json } from '../../kernel/json.ts';
import type { DocumentKind } from '../../model/document.ts';
import { bodyOf, type RawDelivery, type SourceEvent, unparsable, type WebhookSpec } from '../sdk/index.ts';
import { instantOf } from './instant.ts';
import { type Change, changesIn, eventIdsIn } from './webhook-changes.ts';
import { KIND_OF, OPERATION_OF, REFERENCE_ENTITIES, UNUSED_ENTITIES } from './webhook-entities.ts';

const SIGNATURE_HEADER = 'intuit-signature';

/** Intuit's notifications, in the format until 2026 and in the current one. They carry no signed time: none is stale. */
export const webhook: WebhookSpec = {
  verify({ body, headers }, secrets) {
    const given = headers[SIGNATURE_HEADER] ?? '';
    // Everybody can sign with the empty key.
    const usable = secrets.filter((secret) => secret !== '');
    const fits = usable.filter((secret) => constantTimeEqual(base64(hmacSha256(secret, body)), given));
    return fits.length > 0 ? { ok: true } : { ok: false, code: 'webhook.bad_signature', status: 401 };
  },
  dedupeKey(delivery) {
    const ids = eventIdsIn(bodyOrNull(delivery));
    return ids === null ? null : sha256Hex(JSON.stringify(ids));
  },
  parse(delivery) {
    const changes = changesIn(bodyOrNull(delivery));
    if (changes === null) throw unparsable('neither format of notification');
    return changes.map(eventOf);
  },
};

/** The documents that an event is about. */
export function changed(event: SourceEvent): readonly { readonly kind: DocumentKind; readonly documentId: string }[] {
  return event.touches.flatMap(({ stream, externalId }) => {
    const kind = KIND_OF.get(stream);
    return kind === undefined ? [] : [{ kind, documentId: externalId }];
  });
}

function eventOf({ key, companyId, entity, operation, ids, time }: Change): SourceEvent {
  const name = (entity ?? 'unknown').toLowerCase().replace(/[_-]/g, '');
  const verb = OPERATION_OF.get((operation ?? '').toLowerCase()) ?? null;
  const ignoredBecause = reasonToIgnore(name, verb, { companyId, ids, operation });
  return {
    dedupeKey: key,
    type: `${name}.${verb ?? (operation ?? 'unknown').toLowerCase()}`,
    occurredAt: time === null ? null : instantOf(time),
    accountId: companyId,
    touches: ignoredBecause === null ? ids.map((externalId) => ({ stream: name, externalId })) : [],
    wakes: [],
    ignoredBecause,
  };
}

function reasonToIgnore(
  name: string,
  verb: string | null,
  { companyId, ids, operation }: Pick<Change, 'companyId' | 'ids' | 'operation'>,
): string | null {
  if (UNUSED_ENTITIES.has(name)) return `${name} is not used`;
  if (!KIND_OF.has(name) && !REFERENCE_ENTITIES.has(name)) return `unknown entity ${name}`;
  if (verb === null) return `unknown operation ${operation ?? '(none)'}`;
  if (verb === 'emailed') return 'sending a document changes no amount';
  if (companyId === null) return 'the event names no company';
  return ids.length === 0 ? 'the event names no object' : null;
}

function bodyOrNull(delivery: RawDelivery): Json {
  try {
    return bodyOf(delivery);
  } catch {
    return null;
  }
}
