import fc from 'fast-check';
import { expect } from 'vitest';
import { oddText } from '../../../test/support/odd-json.ts';
import { property } from '../../../test/support/properties.ts';
import { Secret } from '../../kernel/secret.ts';
import { cleanFields } from './clean-fields.ts';
import { scrub } from './scrub.ts';

/** Random, so that no word around it is part of it by chance. */
const random = fc.stringMatching(/^[A-Za-z0-9]{32}$/).map((text) => `Z9${text}`);
const around = fc.stringMatching(/^[a-z ]{0,20}$/);
/** Ways in which a credential gets into a text. */
const wrapped: readonly ((key: string) => string)[] = [
  (key) => `sk_live_${key}`,
  (key) => `rk_test_${key}`,
  (key) => `whsec_${key}`,
  (key) => `Authorization: Bearer ${key}`,
  (key) => `GET /x?access_token=${key}&page=2`,
  (key) => `client_secret=${key}`,
  (key) => `{"refresh_token":"${key}"}`,
  (key) => JSON.stringify(JSON.stringify({ api_key: key })),
  (key) => `postgres://app:${key}@127.0.0.1:5432/x`,
  (key) => `/webhooks/stripe/${key}`,
  (key) => `Stripe-Signature: t=1,v1=${key}`,
];
const how = fc.constantFrom(...wrapped);
const names = fc.constantFrom(
  'accessToken',
  'api_key',
  'Set-Cookie',
  'client_secret',
  'password',
  'stripe-signature',
  'refreshTokens',
);

property(
  'redaction: a credential never gets through, whatever stands around it',
  [random, how, around, around],
  (key, wrap, before, after) => {
    expect(scrub(`${before} ${wrap(key)} ${after}`)).not.toContain(key);
  },
);

property(
  'redaction: nor in fields of a log line, however deep',
  [random, how, around, fc.nat({ max: 4 })],
  (key, wrap, text, depth) => {
    let value: unknown = [{ text: `${text} ${wrap(key)}`, error: new Error(wrap(key)), secret: new Secret(key) }];
    for (let level = 0; level < depth; level += 1) value = { inner: value };
    expect(JSON.stringify(cleanFields({ value }, { withStack: true }))).not.toContain(key);
  },
);

property(
  'redaction: a field that is named like a credential shows nothing of it',
  [random, names, oddText],
  (key, name, text) => {
    const shown = JSON.stringify(
      cleanFields({ [name]: `${text}${key}`, inner: { [name]: { key } } }, { withStack: false }),
    );
    expect(shown).not.toContain(key);
  },
);

property('redaction: what was cleaned stays as it is', [random, how, around], (key, wrap, text) => {
  const clean = scrub(`${text} ${wrap(key)}`);
  expect(scrub(clean)).toBe(clean);
});

property('redaction: plain words are left alone, and any text can be logged', [around, oddText], (words, odd) => {
  expect(scrub(words)).toBe(words);
  expect(() => JSON.stringify(cleanFields({ [`x${odd}`]: odd, list: [odd] }, { withStack: true }))).not.toThrow();
});
