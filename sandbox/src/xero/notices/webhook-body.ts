import { derivedText } from '../../core/ids.ts';
import type { ChangeNotice } from './notices.ts';

/** Events a request carries at most; Xero names no number, and this keeps bodies small. */
export const EVENTS_PER_REQUEST = 50;

const RESOURCES = { INVOICE: 'Invoices', CONTACT: 'Contacts', CREDITNOTE: 'CreditNotes' } as const;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ENTROPY_LETTERS = 20;

/** The body of one webhook request; without notices it is that of an intent-to-receive check. */
export function webhookBody(notices: readonly ChangeNotice[], entropyOf: string): string {
  return JSON.stringify({
    events: notices.map(eventOf),
    firstEventSequence: notices[0]?.seq ?? 0,
    lastEventSequence: notices.at(-1)?.seq ?? 0,
    entropy: derivedText(LETTERS, ENTROPY_LETTERS, 'xero', entropyOf),
  });
}

/** The instant has no zone: it is UTC. */
function eventOf(notice: ChangeNotice): Record<string, unknown> {
  return {
    resourceUrl: `https://api.xero.com/api.xro/2.0/${RESOURCES[notice.category]}/${notice.resourceId}`,
    resourceId: notice.resourceId,
    tenantId: notice.tenantId,
    tenantType: 'ORGANISATION',
    eventCategory: notice.category,
    eventType: notice.type,
    eventDateUtc: new Date(notice.at).toISOString().slice(0, -1),
    ...(notice.data === undefined ? {} : { data: notice.data }),
  };
}
