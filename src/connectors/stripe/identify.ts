import { CounterfoilError } from '../../kernel/errors.ts';
import type { SourceConnector } from '../sdk/index.ts';
import { getRequest, OPERATIONS } from './api.ts';
import { accountSchema } from './schemas.ts';

/** The account that a key belongs to: always exactly one. */
export const stripeIdentify: SourceConnector['identify'] = {
  request: () => getRequest(OPERATIONS.account),
  read(body) {
    const account = accountSchema.safeParse(body);
    if (!account.success) throw new CounterfoilError('record.unreadable', { detail: 'the answer is no account' });
    const { id, business_profile: profile, settings } = account.data;
    const dashboard = settings?.dashboard;
    return [
      { accountId: id, name: profile?.name ?? dashboard?.display_name ?? id, timeZone: dashboard?.timezone ?? null },
    ];
  },
};
