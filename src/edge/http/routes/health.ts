import { PROBLEM_TYPE } from '../problem.ts';
import { problemSchema } from '../wire/common.ts';
import { deepSchema, deepToWire, liveSchema, readySchema } from '../wire/health.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';

/** For whoever starts and stops processes: without a token, and without a detail. */
export function probeRoutes(app: Api, { health }: Pick<ApiVerbs, 'health'>): void {
  app.route({
    method: 'GET',
    url: '/health/live',
    config: { access: 'open' },
    schema: {
      operationId: 'live',
      tags: ['Health'],
      summary: 'Whether the process runs',
      response: { 200: liveSchema, ...PROBLEM_RESPONSES },
    },
    handler: async () => ({ status: 'ok' as const }),
  });
  app.route({
    method: 'GET',
    url: '/health/ready',
    config: { access: 'open' },
    schema: {
      operationId: 'ready',
      tags: ['Health'],
      summary: 'Whether the process may be sent work',
      description: 'The database answers, the schema is current and the worker runs.',
      response: { 200: readySchema, 503: orProblem('It may not.', readySchema), ...PROBLEM_RESPONSES },
    },
    handler: async (_request, reply) => {
      const report = await health.ready();
      return reply.code(report.status === 'ok' ? 200 : 503).send(report);
    },
  });
}

export function deepHealthRoute(app: Api, { health, tenantOf }: Pick<ApiVerbs, 'health' | 'tenantOf'>): void {
  app.route({
    method: 'GET',
    url: '/health/deep',
    config: { access: 'health.read' },
    schema: {
      operationId: 'health',
      tags: ['Health'],
      summary: "The installation's condition, check by check",
      response: { 200: deepSchema, 503: orProblem('Something is down.', deepSchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const report = await health.deep(() => tenantOf(request));
      return reply.code(report.status === 'down' ? 503 : 200).send(deepToWire(report));
    },
  });
}

function orProblem<S>(description: string, schema: S) {
  return {
    description,
    content: { 'application/json': { schema }, [PROBLEM_TYPE]: { schema: problemSchema } },
  };
}
