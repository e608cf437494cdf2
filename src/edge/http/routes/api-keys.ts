import { z } from 'zod';
import { createApiKey, revokeApiKey } from '../../../hub/access/index.ts';
import type { ApiKeyId } from '../../../kernel/ids.ts';
import { principalIn, tenantIn } from '../access/asking.ts';
import {
  apiKeySchema,
  apiKeyToWire,
  DONE,
  doneSchema,
  newApiKeySchema,
  personName,
  scopeSchema,
} from '../wire/people.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

const TAGS = ['API keys'];
const DAY_MS = 86_400_000;
/** Of a key for which nothing else is said. */
const USUAL_DAYS = 90;

export function apiKeyRoutes(app: Api, { access }: Pick<ApiVerbs, 'access'>): void {
  app.route({
    method: 'GET',
    url: '/api/v1/api-keys',
    config: { access: 'people.read' },
    schema: {
      operationId: 'listApiKeys',
      tags: TAGS,
      summary: 'API keys without their secrets, newest first',
      querystring: z.strictObject({}),
      response: { 200: z.object({ items: z.array(apiKeySchema) }), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => ({ items: (await access.stores.apiKeys.list(tenantIn(request))).map(apiKeyToWire) }),
  });
  app.route({
    method: 'POST',
    url: '/api/v1/api-keys',
    config: { access: 'api_keys.manage' },
    schema: {
      operationId: 'createApiKey',
      tags: TAGS,
      summary: 'Make an API key; its secret is shown this once',
      body: z.strictObject({
        name: personName,
        scopes: z.array(scopeSchema).min(1),
        days: z.number().int().min(1).max(366).default(USUAL_DAYS),
      }),
      response: { 200: newApiKeySchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { name, scopes, days } = request.body;
      const wanted = { tenantId: tenantIn(request), name, scopes, life_ms: days * DAY_MS };
      const { key, secret } = await createApiKey(access, principalIn(request), wanted);
      return { ...apiKeyToWire(key), secret: secret.reveal() };
    },
  });
  app.route({
    method: 'DELETE',
    url: '/api/v1/api-keys/:id',
    config: { access: 'api_keys.manage' },
    schema: {
      operationId: 'revokeApiKey',
      tags: TAGS,
      summary: 'Revoke an API key, at once and for good',
      params: idParameters,
      response: { 200: doneSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const id = request.params.id as ApiKeyId;
      await revokeApiKey(access, principalIn(request), { tenantId: tenantIn(request), id });
      return DONE;
    },
  });
}
