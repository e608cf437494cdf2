import { describe, expect, test } from 'vitest';
import { redactedPath, redactedUrl } from './redact.ts';

describe('a URL in a log', () => {
  test('keeps names of parameters and hides their values', () => {
    const url = new URL('https://api.example/v1/customers?email=jane%40acme.example&created[gte]=1&created[gte]=2');
    expect(redactedPath(url)).toBe('/v1/customers?email=***&created%5Bgte%5D=***&created%5Bgte%5D=***');
  });

  test('hides a path segment with an e-mail address', () => {
    expect(redactedPath(new URL('https://api.example/members/jane%40acme.example/tags'))).toBe('/members/***/tags');
    expect(redactedPath(new URL('https://api.example/members/jane@acme.example'))).toBe('/members/***');
  });

  test('loses user name, password and fragment', () => {
    expect(redactedUrl('https://user:pass@host.example:8443/a?key=1#token')).toBe(
      'https://host.example:8443/a?key=***',
    );
  });

  test('hides text that is no URL', () => expect(redactedUrl('Bearer abc')).toBe('***'));
});
