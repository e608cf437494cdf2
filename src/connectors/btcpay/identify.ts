import { CounterfoilError } from '../../kernel/errors.ts';
import type { SourceConnector } from '../sdk/index.ts';
import { storesRequest } from './api.ts';
import { storesSchema } from './schemas.ts';

/** The stores that a key reaches. A store has no time zone. */
export const btcpayIdentify: SourceConnector['identify'] = {
  request: storesRequest,
  read(body) {
    const stores = storesSchema.safeParse(body);
    if (!stores.success) throw new CounterfoilError('record.unreadable', { detail: 'the answer is no list of stores' });
    return stores.data
      .filter(({ archived }) => archived !== true)
      .map(({ id, name }) => ({ accountId: id, name: name || id, timeZone: null }));
  },
};
