import { Answer, testDoors } from '../core/testing.ts';
import { createBtcpay } from './btcpay.ts';
import type { BtcpayOptions } from './settings.ts';

/** A server for tests with a clock that stands still, and short ways to ask its API. */
export function testBtcpay(options: BtcpayOptions = {}) {
  const doors = testDoors();
  const btcpay = createBtcpay(doors, { rates: { USD: '50000.00' }, ...options });
  const ask = async (method: string, target: string, body?: unknown, headers: Record<string, string> = {}) => {
    const request = new Request(`http://sandbox.invalid${target}`, {
      method,
      headers: { authorization: `token ${btcpay.settings.apiKey}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return Answer.of(await btcpay.fetch(request));
  };
  const storeId = btcpay.settings.stores[0]?.id ?? '';
  return {
    doors,
    btcpay,
    ask,
    storeId,
    store: `/api/v1/stores/${storeId}`,
    get: (target: string, headers: Record<string, string> = {}) => ask('GET', target, undefined, headers),
    /** `Type key=value` of every event, amounts left out. */
    events: () =>
      btcpay.context.state.events.all().map(({ type, fields }) => {
        const flags = ['manuallyMarked', 'overPaid', 'afterExpiration', 'partiallyPaid'].filter(
          (flag) => fields[flag] === true,
        );
        return [type, ...flags].join(' ');
      }),
  };
}
