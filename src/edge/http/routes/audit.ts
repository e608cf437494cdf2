import { z } from 'zod';
import { tenantIn } from '../access/asking.ts';
import { bySeq, writeCursor } from '../cursor.ts';
import { exactText, pageParameters, pageRequest } from '../page-query.ts';
import { pageOf } from '../wire/common.ts';
import { auditEntrySchema, auditEntryToWire, chainReportSchema, chainReportToWire } from '../wire/people.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';

const TAGS = ['Audit'];

export function auditRoutes(app: Api, { audit }: Pick<ApiVerbs, 'audit'>): void {
  app.route({
    method: 'GET',
    url: '/api/v1/audit',
    config: { access: 'audit.read' },
    schema: {
      operationId: 'listAudit',
      tags: TAGS,
      summary: 'Who changed what',
      description: '`action`, `subject` and `actor` (an id) are compared exactly.',
      querystring: z.strictObject({ ...pageParameters, action: exactText, subject: exactText, actor: exactText }),
      response: { 200: pageOf(auditEntrySchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const { query } = request;
      const { items, next } = await audit.list(tenantIn(request), {
        ...pageRequest('audit', bySeq, query),
        action: query.action ?? null,
        subject: query.subject ?? null,
        actor: query.actor ?? null,
      });
      return { items: items.map(auditEntryToWire), next: writeCursor('audit', next) };
    },
  });
  app.route({
    method: 'GET',
    url: '/api/v1/audit/verify',
    config: { access: 'audit.read' },
    schema: {
      operationId: 'verifyAudit',
      tags: TAGS,
      summary: 'Whether the audit is as it was written',
      querystring: z.strictObject({}),
      response: { 200: chainReportSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => chainReportToWire(await audit.verify(tenantIn(request))),
  });
}
