import { catalogueOf } from './descriptions.ts';
import { createJudge, type Judge, type JudgeParts } from './judge.ts';
import type { Description, SchemaObject } from './openapi.ts';
import { createRouter } from './routes.ts';

const WIDGET: SchemaObject = {
  allOf: [
    { $ref: '#/components/schemas/Thing' },
    { type: 'object', required: ['amount'], properties: { amount: { type: 'integer', minimum: 0 } } },
  ],
};

const SCHEMAS: Readonly<Record<string, SchemaObject>> = {
  Thing: {
    type: 'object',
    required: ['name', 'serial'],
    properties: {
      name: { type: 'string', nullable: true, maxLength: 5 },
      serial: { type: 'string', readOnly: true },
      created: { $ref: '#/components/schemas/Stamp' },
      owner: { $ref: '#/components/schemas/Owner' },
      due: { type: 'string', format: 'date' },
      colour: { type: 'string', 'x-known-values': ['red', 'blue'] },
      extra: { type: 'object' },
      weight: { type: 'number', minimum: 0, exclusiveMinimum: true, nullable: true },
    },
  },
  Widget: WIDGET,
  Stamp: { type: 'string', readOnly: true },
  Owner: {
    oneOf: [{ $ref: '#/components/schemas/Person' }, { $ref: '#/components/schemas/Firm' }, { type: 'string' }],
  },
  Person: { type: 'object', properties: { first: { type: 'string' } } },
  Firm: { type: 'object', properties: { vat: { type: 'string' }, seat: { type: 'string' } } },
  List: {
    type: 'object',
    required: ['rows'],
    properties: { rows: { type: 'array', items: { $ref: '#/components/schemas/Widget' } } },
  },
  Fault: { type: 'object', required: ['reason'], properties: { reason: { type: 'string' } } },
};

const json = (name: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });

/** A small API with every feature that the official files use or could bring: a test of the judge itself needs no file. */
export const MADE_UP: Description = {
  info: { title: 'made up', version: '1' },
  paths: {
    '/widgets': {
      get: {
        parameters: [
          { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100 } },
          { name: 'since', in: 'query', required: true, schema: { type: 'string', format: 'date' } },
          { name: 'tag', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
          { name: 'X-Tenant', in: 'header', required: true, schema: { type: 'string' } },
        ],
        responses: {
          '200': { content: json('List') },
          '404': {},
          '4XX': { content: json('Fault') },
          '500': { content: json('Fault') },
        },
      },
      post: {
        requestBody: { required: true, content: json('Widget') },
        responses: { '201': { content: json('Widget') } },
      },
    },
    '/widgets/{number}': {
      parameters: [{ name: 'number', in: 'path', required: true, schema: { type: 'integer' } }],
      delete: { responses: { '204': {} } },
    },
  },
  components: { schemas: SCHEMAS },
};

/** A judge over {@link MADE_UP}. */
export function madeUpJudge(parts: Partial<JudgeParts> = {}): Judge {
  return createJudge({
    provider: 'stripe',
    catalogue: catalogueOf(MADE_UP),
    undescribed: createRouter([{ method: 'POST', template: '/oauth/token', target: 'POST /oauth/token' }]),
    waivers: [],
    ...parts,
  });
}
