import { sha256Hex } from '../../kernel/digest.ts';
import { type Json, writeJson } from '../../kernel/json.ts';
import type { JsonObject } from '../sdk/index.ts';
import { objectOf, objectsOf, textOf } from './shape.ts';

/** One change of one entity, from either format, before it is judged. */
export interface Change {
  /** Equal for every delivery of this change. */
  readonly key: string;
  readonly companyId: string | null;
  readonly entity: string | null;
  readonly operation: string | null;
  readonly ids: readonly string[];
  readonly time: string | null;
}

const CLOUD_TYPE = /^qbo\.([A-Za-z0-9_-]{1,60})\.([A-Za-z]{1,30})\.v\d{1,3}$/;

/** The changes that a body speaks of; null when it is in neither of the two formats. */
export function changesIn(body: Json): readonly Change[] | null {
  if (Array.isArray(body)) {
    const events = objectsOf(body).filter(isCloudEvent);
    return events.length === 0 && body.length > 0 ? null : body.map((event) => cloudChange(event));
  }
  const notifications = objectOf(body)?.eventNotifications;
  return Array.isArray(notifications) ? objectsOf(notifications).flatMap(legacyChanges) : null;
}

/** Ids of all events of a body in the current format; null for any other body, or when one of them has no id. */
export function eventIdsIn(body: Json): readonly string[] | null {
  if (!Array.isArray(body) || body.length === 0) return null;
  const ids = body.map((event) => textOf(objectOf(event)?.id)).filter((id) => id !== null);
  return ids.length === body.length && objectsOf(body).every(isCloudEvent) ? ids : null;
}

function isCloudEvent(event: JsonObject): boolean {
  return event.specversion !== undefined;
}

/** What is no event at all still counts as one, without content, so that its neighbours are kept. */
function cloudChange(value: Json): Change {
  const event = objectOf(value) ?? {};
  const type = textOf(event.type);
  const match = CLOUD_TYPE.exec(type ?? '');
  const id = textOf(event.intuitentityid);
  return {
    key: textOf(event.id) ?? sha256Hex(writeJson(value)),
    companyId: textOf(event.intuitaccountid),
    entity: match?.[1] ?? type,
    operation: match?.[2] ?? null,
    ids: id === null ? [] : [id],
    time: textOf(event.time),
  };
}

function legacyChanges(notification: JsonObject): readonly Change[] {
  const companyId = textOf(notification.realmId);
  return objectsOf(objectOf(notification.dataChangeEvent)?.entities).map((change) => {
    const entity = textOf(change.name);
    const operation = textOf(change.operation);
    const time = textOf(change.lastUpdated);
    const ids = [textOf(change.id), textOf(change.deletedId)].filter((id) => id !== null);
    // This format has no event id; what a change says of itself is equal in every delivery of it.
    return { key: [companyId, entity, ...ids, operation, time].join('/'), companyId, entity, operation, ids, time };
  });
}
