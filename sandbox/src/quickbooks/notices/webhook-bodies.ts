import type { ChangeNotice, NoticeOperation } from './notice.ts';

/** Most events in one CloudEvents request. Source: Intuit, webinar questions on the CloudEvents move. */
export const EVENTS_PER_REQUEST = 100;

/** How event types are spelled: sources disagree, so a test can ask for either. */
export interface EventSpelling {
  /** `void` or `voided`; the latter by default. */
  readonly voided?: 'void' | 'voided';
  /** Whether an entity of two words is written with an underscore (`credit_memo`). */
  readonly underscores?: boolean;
}

const VERBS: Readonly<Record<NoticeOperation, string>> = {
  Create: 'created',
  Update: 'updated',
  Delete: 'deleted',
  Merge: 'merged',
  Void: 'voided',
  Emailed: 'emailed',
};

/** The body of a request in the current format: a JSON array of CloudEvents, whatever companies they belong to. */
export function cloudEventsBody(
  notices: readonly ChangeNotice[],
  options: { source?: string; spelling?: EventSpelling } = {},
): string {
  const source = options.source ?? 'intuit.sandbox';
  return JSON.stringify(
    notices.map((notice) => ({
      specversion: '1.0',
      id: notice.id,
      source,
      type: eventType(notice, options.spelling ?? {}),
      datacontenttype: 'application/json',
      time: nanosecondTime(notice),
      intuitentityid: notice.entityId,
      intuitaccountid: notice.realmId,
      data: notice.deletedId === undefined ? {} : { deletedId: notice.deletedId },
    })),
  );
}

/** The body of a request in the older format: changes by company, the same change of an object told once. */
export function legacyBody(notices: readonly ChangeNotice[]): string {
  const companies = new Map<string, Map<string, Record<string, string>>>();
  for (const notice of notices) {
    const entities = companies.get(notice.realmId) ?? new Map<string, Record<string, string>>();
    companies.set(notice.realmId, entities);
    const key = `${notice.entity}/${notice.entityId}/${notice.operation}`;
    entities.delete(key);
    entities.set(key, {
      name: notice.entity,
      id: notice.entityId,
      operation: notice.operation,
      lastUpdated: new Date(notice.at).toISOString(),
      ...(notice.deletedId === undefined ? {} : { deletedId: notice.deletedId }),
    });
  }
  const eventNotifications = Array.from(companies, ([realmId, entities]) => ({
    realmId,
    dataChangeEvent: { entities: [...entities.values()] },
  }));
  return JSON.stringify({ eventNotifications });
}

function eventType(notice: ChangeNotice, spelling: EventSpelling): string {
  const words = spelling.underscores === true ? notice.entity.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_') : notice.entity;
  const verb = notice.operation === 'Void' ? (spelling.voided ?? VERBS.Void) : VERBS[notice.operation];
  return `qbo.${words.toLowerCase()}.${verb}.v1`;
}

/** The change's time with nine decimals; those below the millisecond only tell changes of one instant apart. */
function nanosecondTime(notice: ChangeNotice): string {
  const below = String(notice.seq % 1_000_000).padStart(6, '0');
  return new Date(notice.at).toISOString().replace('Z', `${below}Z`);
}
