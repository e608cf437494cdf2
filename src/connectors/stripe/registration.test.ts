import { describe, expect, test } from 'vitest';
import { ENABLED_EVENTS } from './event-meaning.ts';
import { list } from './fixtures/objects.ts';
import { stripeIdentify } from './identify.ts';
import { stripeRegistration } from './registration.ts';

describe('a webhook endpoint', () => {
  test('is registered with the pinned version and only the events that mean something', () => {
    const { body, operation } = stripeRegistration.create('acct_1', 'https://hub.example.com/webhooks/a?b', 'unused');
    const fields = [...new URLSearchParams(body?.text)];
    expect(operation).toBe('POST /v1/webhook_endpoints');
    expect(fields).toContainEqual(['url', 'https://hub.example.com/webhooks/a?b']);
    expect(fields).toContainEqual(['api_version', '2026-10-28.endive']);
    expect(fields.filter(([name]) => name === 'enabled_events[]').map(([, type]) => type)).toEqual(ENABLED_EVENTS);
  });

  test('gives the secret that Stripe made', () => {
    expect(stripeRegistration.readCreated({ id: 'we_1', secret: 'whsec_made_up' }, 'unused')).toEqual({
      id: 'we_1',
      secret: 'whsec_made_up',
    });
  });

  test('is found by the start of its address', () => {
    const body = list([
      { id: 'we_1', url: 'https://hub.example.com/webhooks/stripe/one' },
      { id: 'we_2', url: 'https://other.example.com/webhooks/stripe/one' },
    ]);
    expect(stripeRegistration.findIn(body, 'https://hub.example.com/')).toEqual(['we_1']);
  });
});

describe('an account', () => {
  test('has its name and time zone', () => {
    const settings = { dashboard: { display_name: 'Acme', timezone: 'America/New_York' } };
    expect(stripeIdentify.read({ id: 'acct_1', business_profile: { name: 'Acme LLC' }, settings })).toEqual([
      { accountId: 'acct_1', name: 'Acme LLC', timeZone: 'America/New_York' },
    ]);
    expect(stripeIdentify.read({ id: 'acct_1', business_profile: null, settings: null })).toEqual([
      { accountId: 'acct_1', name: 'acct_1', timeZone: null },
    ]);
  });

  test('that is none is refused', () => {
    expect(() => stripeIdentify.read({})).toThrow(expect.objectContaining({ code: 'record.unreadable' }));
  });
});
