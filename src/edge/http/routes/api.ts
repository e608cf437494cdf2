import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AccessDoors } from '../../../hub/access/index.ts';
import type { AttentionList, AuditLog } from '../../../hub/audit/index.ts';
import type { ConnectionList, Health } from '../../../hub/health/index.ts';
import type { DeliveryList } from '../../../hub/inbox/index.ts';
import type { PostingList } from '../../../hub/posting/index.ts';
import type { ReconciliationList } from '../../../hub/reconcile/index.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import { PROBLEM_TYPE } from '../problem.ts';
import { problemSchema } from '../wire/common.ts';

/** A server whose routes take their types from their schemas. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** The verbs that the API serves. */
export interface ApiVerbs {
  readonly deliveries: DeliveryList;
  readonly postings: PostingList;
  readonly reconciliations: ReconciliationList;
  readonly attention: AttentionList;
  readonly connections: ConnectionList;
  readonly health: Health;
  readonly access: AccessDoors;
  readonly audit: AuditLog;
  /** Whose data a request is about. */
  readonly tenantOf: (request: ApiRequest) => TenantId | Promise<TenantId>;
}

/** What a tenant can be told from. */
export type ApiRequest = Pick<FastifyRequest, 'id' | 'headers' | 'principal'>;

const problems = { [PROBLEM_TYPE]: { schema: problemSchema } };

/** Answers that every route may give beside its own. */
export const PROBLEM_RESPONSES = {
  '4xx': { description: 'The request is at fault.', content: problems },
  '5xx': { description: 'The request is not at fault; with 503, the same works later.', content: problems },
};
