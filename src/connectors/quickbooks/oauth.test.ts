import { describe, expect, test } from 'vitest';
import { OPERATIONS } from './api.ts';
import { oauth } from './oauth.ts';

describe('an authorisation at QuickBooks', () => {
  test.each([
    [400, 'invalid_grant', 'oauth.grant_rejected'],
    [401, 'invalid_client', 'oauth.app_rejected'],
    [401, null, 'oauth.app_rejected'],
    [400, 'unauthorized_client', 'oauth.app_rejected'],
    [429, null, 'provider.throttled'],
    [503, 'invalid_grant', 'provider.unavailable'],
    [400, 'something_new', 'provider.unclassified'],
    [403, null, 'provider.unclassified'],
  ] as const)('a refusal %i %s means %s', (status, error, code) => {
    expect(oauth.refusal(status, error)).toBe(code);
  });

  test('asks for the one scope that all operations need', () => {
    expect(Object.keys(oauth.scopes)).toEqual(['com.intuit.quickbooks.accounting']);
    expect(OPERATIONS.every((operation) => / \/v3\/company\/\{realmId\}\//.test(operation))).toBe(true);
  });

  test('takes digits alone for a company', () => {
    if (oauth.account.from !== 'callback') throw new Error('QuickBooks names the company in the callback');
    const { pattern } = oauth.account;
    for (const wrong of ['', '1/2', '../1', '1 2', 'a', '1'.repeat(33), '１２'])
      expect(pattern.test(wrong), wrong).toBe(false);
    expect(pattern.test('9130350000000001')).toBe(true);
  });

  test('goes to hosts of Intuit over https alone', () => {
    for (const url of [oauth.authorizeUrl, oauth.tokenUrl, oauth.revoke.url])
      expect(new URL(url).origin).toMatch(/^https:\/\/[a-z.]+\.intuit\.com$/);
  });
});
