import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiServer } from '../api-server.ts';
import { apiDoors } from '../fixtures/verbs.ts';
import type { Description } from './description.ts';
import { docsPage } from './docs-page.ts';

let app: FastifyInstance;
let page: string;
let description: Description;
let policy: string;
beforeAll(async () => {
  app = await createApiServer(apiDoors());
  const answer = await app.inject('/api/v1/docs');
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  page = answer.body;
  policy = String(answer.headers['content-security-policy']);
  description = (await app.inject('/api/v1/openapi.json')).json<Description>();
});
afterAll(() => app.close());

describe('the page about the API', () => {
  test('shows every operation and every schema', () => {
    const operations = Object.values(description.paths).flatMap((methods) => Object.values(methods));
    expect(operations.length).toBeGreaterThan(40);
    for (const { operationId } of operations) expect(page).toContain(`<article id="${operationId}">`);
    for (const name of Object.keys(description.components!.schemas!)) expect(page).toContain(`id="schema-${name}"`);
  });

  test('fetches nothing and runs nothing', () => {
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(page).not.toMatch(/<(script|img|link|iframe|object|form|base)|\son\w+=|style="|@import|url\(|https?:/i);
    const targets = [...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target!);
    for (const target of targets) expect(target).toMatch(/^(#|\/api\/v1\/openapi\.json$)/);
  });

  test('leads to no place that is not there', () => {
    const ids = new Set([...page.matchAll(/id="([^"]*)"/g)].map(([, id]) => id!));
    for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
  });

  test('is as its policy says: the style is the one that the hash allows', async () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(page)![1]!;
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(style))).toString('base64');
    expect(policy).toContain(`'sha256-${hash}'`);
  });

  test('shows text as text', () => {
    const evil = '<script>alert(1)</script>';
    const operation = {
      operationId: 'x"y',
      summary: evil,
      description: evil,
      parameters: [{ name: evil, in: 'query' }],
    };
    const shown = docsPage({
      info: { title: evil, version: evil },
      paths: { [evil]: { get: operation } },
      components: { schemas: { [evil]: { description: evil, properties: { [evil]: { enum: [evil] } } } } },
    });
    expect(shown).not.toContain('<script');
    expect(shown).toContain('&#60;script&#62;');
  });
});
