import { z } from 'zod';
import type { Webhooks } from '../../../hub/operate/index.ts';
import { actorIn } from '../access/asking.ts';
import { instant, instantOf } from '../wire/common.ts';
import { named } from '../wire/components.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { idParameters } from './id-parameters.ts';

export interface ConnectionWebhookDoors extends Pick<ApiVerbs, 'tenantOf'> {
  readonly webhooks: Webhooks;
}

const rotatedSchema = named(
  'WebhookRotated',
  'A webhook with a new secret. `byHand` says where the owner enters `secret` (and `url`, when it is new) at the provider; null when nothing is left to do. The secret is shown once.',
  z.object({
    byHand: z.string().nullable(),
    url: z.url().nullable(),
    secret: z.string().nullable(),
    oldEndsAt: instant.nullable(),
  }),
);

const standingSchema = z.object({ standing: z.enum(['good', 'corrected', 'made', 'by_hand', 'none']) });

export function connectionWebhookRoutes(app: Api, { webhooks, tenantOf }: ConnectionWebhookDoors): void {
  app.route({
    method: 'POST',
    url: '/api/v1/connections/:id/webhook/rotate',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'rotateWebhook',
      tags: ['Connections'],
      summary: 'Replace the secret with which the provider signs its webhooks; both are believed for a day',
      params: idParameters,
      response: { 200: rotatedSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { secret, oldEndsAt, ...rest } = await webhooks.rotate(
        await tenantOf(request),
        request.params.id,
        actorIn(request),
      );
      return {
        ...rest,
        secret: secret?.reveal() ?? null,
        oldEndsAt: oldEndsAt === null ? null : instantOf(oldEndsAt),
      };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/connections/:id/webhook/check',
    config: { access: 'connections.manage' },
    schema: {
      operationId: 'checkWebhook',
      tags: ['Connections'],
      summary:
        'Look whether our webhook is still at the provider, and make or correct it when it is not as it should be',
      params: idParameters,
      response: { 200: standingSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => ({
      standing: await webhooks.check(await tenantOf(request), request.params.id, actorIn(request)),
    }),
  });
}
