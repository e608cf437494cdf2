import { describe, expect, test } from 'vitest';
import { createRequestLog, pathPattern } from './request-log.ts';

describe('the request log', () => {
  test('counts by pattern, not by identifier', () => {
    expect(pathPattern('/v1/charges/ch_3Ab12345/refunds')).toBe('/v1/charges/{id}/refunds');
    expect(pathPattern('/v3/company/9130350000000001/invoice/7')).toBe('/v3/company/{id}/invoice/{id}');
    const log = createRequestLog();
    for (const id of ['ch_3Aa1111', 'ch_3Bb2222'])
      log.record({ provider: 'stripe', method: 'GET', path: `/v1/charges/${id}`, status: 200 });
    expect(log.counts()).toEqual([
      { provider: 'stripe', method: 'GET', path: '/v1/charges/{id}', status: 200, count: 2 },
    ]);
    log.clear();
    expect(log.total()).toBe(0);
  });
});
