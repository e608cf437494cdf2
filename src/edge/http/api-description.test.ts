import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from '../../kernel/error-codes.ts';
import { createApiServer } from './api-server.ts';
import { apiDoors } from './fixtures/verbs.ts';

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<
      Record<string, { readonly enum?: unknown[]; readonly properties?: Record<string, object> }>
    >;
  };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security?: unknown[];
  readonly responses: Readonly<Record<string, unknown>>;
}

async function described() {
  const app = await createApiServer(apiDoors());
  const answer = await app.inject({ url: '/api/v1/openapi.json' });
  return { app, text: answer.body, description: answer.json<Description>() };
}

/** `METHOD /path` of every route, from the router's own tree. */
function served(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/u.exec(line);
    if (match === null) return [];
    const depth = match[1]!.length / 4;
    above.splice(depth, above.length, match[2]!);
    const path = above.join('').replace(/:(\w+)/g, '{$1}');
    return (match[3] ?? '')
      .split(', ')
      .filter(Boolean)
      .map((method) => `${method} ${path}`);
  });
}

describe('the description of the API', () => {
  test('has every route that is served, and no other', async () => {
    const { app, description } = await described();
    const told = Object.entries(description.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const routes = served(app.printRoutes({ commonPrefix: false }));
    expect(routes).toContain('GET /api/v1/postings/{id}');
    expect(told.sort()).toEqual(routes.sort());
  });

  test('is OpenAPI 3.1, with a name, a summary and problems for every operation', async () => {
    const { description } = await described();
    expect(description.openapi).toBe('3.1.0');
    const operations = Object.values(description.paths).flatMap((path) => Object.values(path));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const operation of operations) {
      expect(operation.summary).not.toBe('');
      const answers = Object.keys(operation.responses);
      expect(answers).toEqual(expect.arrayContaining(['4XX', '5XX']));
      expect(
        answers.some((status) => status === '200' || status === '303'),
        operation.operationId,
      ).toBe(true);
    }
  });

  test('says for which routes no token is needed', async () => {
    const { description } = await described();
    const open = Object.entries(description.paths).filter(([, { get }]) => get?.security?.length === 0);
    expect(open.map(([path]) => path).sort()).toEqual([
      '/api/v1/docs',
      '/api/v1/openapi.json',
      '/api/v1/sign-in/oidc/callback',
      '/health/live',
      '/health/ready',
    ]);
  });

  test('has no reference that leads nowhere, and no schema that is none', async () => {
    const { text, description } = await described();
    const names = Object.keys(description.components.schemas);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(names).toContain(name);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const schema of Object.values(description.components.schemas)) expect(ajv.validateSchema(schema)).toBe(true);
    expect(names.filter((name) => name.endsWith('Input'))).toEqual([]);
  });

  test('lists every error code', async () => {
    const { description } = await described();
    expect(description.components.schemas.Problem!.properties!.code).toMatchObject({ enum: Object.keys(ERROR_CODES) });
  });

  test('is the same for every server', async () => {
    expect((await described()).text).toBe((await described()).text);
  });
});
