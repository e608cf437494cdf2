import { expect, test } from 'vitest';
import { judgedDoor } from './judged-door.ts';
import { failureText } from './judged-fetch.ts';
import { describeConformance } from './shared-folder.ts';

describeConformance('the judges of all providers at one door', () => {
  const ask = (path: string) => new Request(`http://127.0.0.1:9${path}`);

  test('each hear what is below the name of their provider', async () => {
    const door = judgedDoor();
    const fetch = door.through(async () => Response.json({ nothing: true }));
    await fetch(ask('/stripe/v1/charges?colour=red'));
    await fetch(ask('/btcpay/api/v1/stores'));
    expect(failureText(door.failures()).split('\n').slice(0, 2)).toEqual([
      'GET /v1/charges?colour=red',
      '  query $: colour is not described',
    ]);
    expect(door.judges.stripe.operationsUsed()).toEqual([{ operation: 'GET /v1/charges', requests: 1, responses: 1 }]);
    expect(door.judges.btcpay.operationsUsed()).toEqual([
      { operation: 'GET /api/v1/stores', requests: 1, responses: 1 },
    ]);
    expect(door.judges.quickbooks.operationsUsed()).toEqual([]);
  });

  test('let nothing by that belongs to nobody', () => {
    const fetch = judgedDoor().through(async () => Response.json({}));
    expect(() => fetch(ask('/xero/Invoices'))).toThrow('no judge for GET');
  });
});
