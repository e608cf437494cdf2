import { expect } from 'vitest';
import type { ConnectorBase } from './connector.ts';
import type { ProviderRequest } from './http.ts';

/** A webhook secret planted in registrations; it may appear in a body, never in an address. */
export const PLANTED_SECRET = 'planted-webhook-secret-canary';

const SECRET_NAME = /token|secret|password|api_?key|authorization|signature/i;

/** Expects what all connectors hold of each request: a declared operation that fits, and no secret in the address. */
export function expectWellFormed(connector: ConnectorBase, requests: readonly ProviderRequest[]): void {
  for (const request of requests) {
    expect(connector.operations).toContain(request.operation);
    expect(addressFits(request), `${request.operation} is called at ${request.path}`).toBe(true);
    expectNoSecret(connector, request);
    for (const budget of request.budgets ?? []) expect(connector.limits.map(({ name }) => name)).toContain(budget);
  }
}

function expectNoSecret(connector: ConnectorBase, { path, query = [], headers = {} }: ProviderRequest): void {
  expect(`${path}?${query.map((pair) => pair.join('=')).join('&')}`).not.toContain(PLANTED_SECRET);
  for (const [name] of query) expect(name).not.toMatch(SECRET_NAME);
  // The transport adds the credential: a connector that sets the header itself would have to know it.
  expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain(connector.auth.header.toLowerCase());
}

function addressFits({ method, path, operation }: ProviderRequest): boolean {
  const [verb, template = ''] = operation.split(' ');
  const wanted = template.split('/');
  const given = path.split('/');
  return (
    verb === method &&
    path.startsWith('/') &&
    !/[?#\s]/.test(path) &&
    wanted.length === given.length &&
    wanted.every((part, i) => part === given[i] || (part.includes('{') && given[i] !== ''))
  );
}
