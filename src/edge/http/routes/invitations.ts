import { z } from 'zod';
import { acceptInvitation, invite, revokeInvitation } from '../../../hub/access/index.ts';
import type { InvitationId } from '../../../kernel/ids.ts';
import { principalIn, tenantIn } from '../access/asking.ts';
import { clientOf } from '../access/client-of.ts';
import { byId, writeCursor } from '../cursor.ts';
import { pageParameters, pageRequest } from '../page-query.ts';
import { pageOf } from '../wire/common.ts';
import {
  DONE,
  doneSchema,
  email,
  invitationSchema,
  invitationToWire,
  newInvitationSchema,
  password,
  personName,
  roleSchema,
  sessionSchema,
  typedCode,
} from '../wire/people.ts';
import { type Api, type ApiVerbs, PROBLEM_RESPONSES } from './api.ts';
import { beginSession } from './begin-session.ts';
import { idParameters } from './id-parameters.ts';

type Verbs = Pick<ApiVerbs, 'access'>;
const TAGS = ['People'];

export function invitationRoutes(app: Api, verbs: Verbs): void {
  offerRoutes(app, verbs);
  revokeRoute(app, verbs);
  acceptRoute(app, verbs);
}

function offerRoutes(app: Api, { access }: Verbs): void {
  app.route({
    method: 'GET',
    url: '/api/v1/invitations',
    config: { access: 'people.read' },
    schema: {
      operationId: 'listInvitations',
      tags: TAGS,
      summary: 'Invitations',
      querystring: z.strictObject(pageParameters),
      response: { 200: pageOf(invitationSchema), ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const query = pageRequest('invitations', byId, request.query);
      const { items, next } = await access.stores.members.invitationPage(tenantIn(request), query);
      return { items: items.map(invitationToWire), next: writeCursor('invitations', next) };
    },
  });
  app.route({
    method: 'POST',
    url: '/api/v1/invitations',
    config: { access: 'people.manage' },
    schema: {
      operationId: 'invite',
      tags: TAGS,
      summary: 'Invite a person; the token is shown this once',
      description: 'Good for seven days, once. A new invitation of the same address takes the place of the old one.',
      body: z.strictObject({ email, role: roleSchema }),
      response: { 200: newInvitationSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const wanted = { ...request.body, tenantId: tenantIn(request) };
      const { invitation, token } = await invite(access, principalIn(request), wanted);
      return { ...invitationToWire(invitation), token: token.reveal() };
    },
  });
}

function revokeRoute(app: Api, { access }: Verbs): void {
  app.route({
    method: 'DELETE',
    url: '/api/v1/invitations/:id',
    config: { access: 'people.manage' },
    schema: {
      operationId: 'revokeInvitation',
      tags: TAGS,
      summary: 'Take an invitation back that nobody has accepted',
      params: idParameters,
      response: { 200: doneSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request) => {
      const id = request.params.id as InvitationId;
      await revokeInvitation(access, principalIn(request), { tenantId: tenantIn(request), id });
      return DONE;
    },
  });
}

function acceptRoute(app: Api, { access }: Verbs): void {
  app.route({
    method: 'POST',
    url: '/api/v1/invitations/accept',
    config: { access: 'open' },
    schema: {
      operationId: 'acceptInvitation',
      tags: TAGS,
      summary: 'Accept an invitation, and begin a session',
      description: 'Whoever has an account sends its password, and the code of its second factor when it has one.',
      body: z.strictObject({ token: typedCode, name: personName, password, code: typedCode.optional() }),
      response: { 200: sessionSchema, ...PROBLEM_RESPONSES },
    },
    handler: async (request, reply) => {
      const { code = null, ...body } = request.body;
      return beginSession(request, reply, await acceptInvitation(access, { ...body, code, client: clientOf(request) }));
    },
  });
}
