import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Credential,
  LISTED_ADDRESSES,
  type PeopleApi,
  peopleApi,
} from '../../src/edge/http/fixtures/people-api.ts';
import { createApiKey, invite, type Permission, ROLES, SCOPES } from '../../src/hub/access/index.ts';
import { ROLE_PERMISSIONS } from '../../src/hub/access/roles.ts';
import { raiseAttention } from '../../src/hub/audit/index.ts';
import { createAuthorisations } from '../../src/hub/operate/index.ts';
import { type ConnectionId, idMaker, type TenantId } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { asOwner, sql } from '../../src/platform/store/index.ts';
import { begin } from '../support/authorise.ts';

interface Row {
  readonly access: 'open' | 'anyone' | 'person' | Permission;
  /** A body that its schema takes. */
  readonly body?: object;
  /** An id of the other tenant, for routes that name one. */
  readonly strange?: (other: OtherTenant) => string;
}

const CODE = '0000-0000-0000-0000';
const ACCOUNT = { email: 'made-up@example.com', password: 'umbrella-quartz-91-lantern' };

const PASSKEY = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', clientExtensionResults: {} };
const NEW_PASSKEY = { ...PASSKEY, response: { clientDataJSON: 'e30', attestationObject: 'oA' } };
const PASSKEY_ANSWER = { ...PASSKEY, response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' } };

/** Every operation of the API: what it needs, by hand. A route without a row fails. */
const ROWS: Readonly<Record<string, Row>> = {
  live: { access: 'open' },
  ready: { access: 'open' },
  openapi: { access: 'open' },
  docs: { access: 'open' },
  health: { access: 'health.read' },
  firstStart: { access: 'open', body: { code: CODE, name: 'A', ...ACCOUNT } },
  signIn: { access: 'open', body: ACCOUNT },
  acceptInvitation: { access: 'open', body: { token: CODE, name: 'A', password: ACCOUNT.password } },
  resetPassword: { access: 'open', body: { code: CODE, password: ACCOUNT.password } },
  me: { access: 'anyone' },
  signOut: { access: 'person' },
  changePassword: { access: 'person', body: { current: 'wrong', password: ACCOUNT.password } },
  beginSecondFactor: { access: 'person', body: { password: 'wrong' } },
  confirmSecondFactor: { access: 'person', body: { code: '000000' } },
  removeSecondFactor: { access: 'person', body: { password: 'wrong', code: '000000' } },
  listSessions: { access: 'person' },
  endSession: { access: 'person', strange: ({ session }) => session },
  endOtherSessions: { access: 'person' },
  beginPasskey: { access: 'person', body: { password: 'wrong' } },
  addPasskey: { access: 'person', body: { name: 'A', response: NEW_PASSKEY } },
  listPasskeys: { access: 'person' },
  removePasskey: { access: 'person', strange: () => 'pky_0' },
  beginOidcSignIn: { access: 'open' },
  finishOidcSignIn: { access: 'open' },
  beginPasskeySignIn: { access: 'open' },
  signInWithPasskey: { access: 'open', body: { response: PASSKEY_ANSWER } },
  listDeliveries: { access: 'books.read' },
  getDelivery: { access: 'books.read', strange: ({ delivery }) => delivery },
  listPostings: { access: 'books.read' },
  getPosting: { access: 'books.read', strange: () => 'pst_0' },
  listReconciliations: { access: 'books.read' },
  listAttention: { access: 'books.read' },
  listConnections: { access: 'connections.read' },
  pauseConnection: { access: 'connections.manage', strange: ({ connection }) => connection },
  resumeConnection: { access: 'connections.manage', strange: ({ connection }) => connection },
  disconnectConnection: { access: 'connections.manage', strange: ({ connection }) => connection },
  reconnectConnection: { access: 'connections.manage', body: {}, strange: ({ connection }) => connection },
  beginAuthorisation: { access: 'connections.manage', body: { provider: 'quickbooks', environment: 'sandbox' } },
  getAuthorisation: { access: 'connections.manage', strange: ({ authorisation }) => authorisation },
  answerAuthorisation: {
    access: 'connections.manage',
    body: { address: 'https://example.com/' },
    strange: ({ authorisation }) => authorisation,
  },
  chooseAccounts: {
    access: 'connections.manage',
    body: { accountIds: ['x'] },
    strange: ({ authorisation }) => authorisation,
  },
  rotateWebhook: { access: 'connections.manage', strange: ({ connection }) => connection },
  checkWebhook: { access: 'connections.manage', strange: ({ connection }) => connection },
  listUsers: { access: 'people.read' },
  changeUser: { access: 'people.manage', body: { disabled: true }, strange: ({ user }) => user },
  listInvitations: { access: 'people.read' },
  invite: { access: 'people.manage', body: { email: 'guest@example.com', role: 'auditor' } },
  revokeInvitation: { access: 'people.manage', strange: ({ invitation }) => invitation },
  listApiKeys: { access: 'people.read' },
  createApiKey: { access: 'api_keys.manage', body: { name: 'made by the matrix', scopes: ['books.read'] } },
  revokeApiKey: { access: 'api_keys.manage', strange: ({ apiKey }) => apiKey },
  listAudit: { access: 'audit.read' },
  verifyAudit: { access: 'audit.read' },
};

/** What another tenant has, each with a word that must never be seen from outside of it. */
interface OtherTenant {
  readonly tenantId: TenantId;
  readonly user: string;
  readonly session: string;
  readonly invitation: string;
  readonly apiKey: string;
  readonly connection: string;
  readonly authorisation: string;
  readonly delivery: string;
}
const CANARY = 'canary-of-the-other-tenant';

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly access: string | undefined;
}

let api: PeopleApi;
let other: OtherTenant;
let operations: readonly Operation[];
beforeAll(async () => {
  api = await peopleApi();
  other = await makeOther();
  const { paths } = (await api.ask({}, 'GET', '/api/v1/openapi.json')).json<{
    paths: Record<string, Record<string, { operationId: string; 'x-access'?: string }>>;
  }>();
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({
      id: one.operationId,
      method: method.toUpperCase(),
      path,
      access: one['x-access'],
    })),
  );
});
afterAll(() => api.close());

async function makeOther(): Promise<OtherTenant> {
  const { hub } = api;
  const makeId = idMaker(hub.clock, systemRandom);
  const tenantId = await hub.otherTenant();
  const machine = { kind: 'cli', tenantId } as const;
  const now = new Date(hub.clock.now()).toISOString();
  const user = await api.person('owner', tenantId, `${CANARY}@example.com`);
  await api.sessionOf(user);
  const [session] = await hub.doors.stores.sessions.list(user, hub.clock.now());
  const { invitation } = await invite(hub.doors, machine, {
    tenantId,
    email: `guest-${CANARY}@example.com`,
    role: 'admin',
  });
  const { key } = await createApiKey(hub.doors, machine, {
    tenantId,
    name: CANARY,
    scopes: ['books.read'],
    life_ms: 86_400_000,
  });
  const connection = makeId('con');
  await hub.support.database.tenant(tenantId, async (tx) => {
    await sql`insert into connections (id, tenant_id, provider, role, account_id, display_name, environment, time_zone, state, since, created_at, updated_at)
      values (${connection}, ${tenantId}, 'stripe', 'source', ${CANARY}, ${CANARY}, 'sandbox', 'UTC', 'active', ${now}, ${now}, ${now})`.execute(
      tx,
    );
    const item = {
      tenantId,
      connectionId: connection,
      code: 'posting.approval',
      subject: CANARY,
      detail: CANARY,
    } as const;
    await raiseAttention(tx, item, makeId, hub.clock.now());
  });
  const { authorisationId: authorisation } = await begin(
    { oauth: api.books.oauth, tenantId },
    { place: 'browser', redirectUri: LISTED_ADDRESSES[0]! },
  );
  return {
    tenantId,
    user,
    session: session!.id,
    invitation: invitation.id,
    apiKey: key.id,
    connection,
    authorisation,
    delivery: makeId('dlv'),
  };
}

function mayUse(access: Row['access'], permits: (permission: Permission) => boolean, isPerson: boolean): boolean {
  if (access === 'open' || access === 'anyone') return true;
  return access === 'person' ? isPerson : permits(access);
}

/** Asks an operation and judges the answer. Guesses are forgotten between: this is about who may, not how often. */
async function expectAnswer(
  operation: Operation,
  credential: Credential,
  isAllowed: boolean,
  where: string,
): Promise<void> {
  const { body, access, strange } = ROWS[operation.id]!;
  await asOwner(api.hub.support.owner, (tx) => sql`delete from guesses`.execute(tx));
  const url = operation.path.replace('{id}', strange?.(other) ?? 'xxx_0');
  const answer = await api.ask(credential, operation.method, url, body);
  const told = `${operation.id} ${where}: ${answer.status} ${answer.code ?? ''}`;
  expect(answer.body, `${told} leaks`).not.toContain(CANARY);
  for (const secret of [
    other.tenantId,
    other.user,
    other.session,
    other.invitation,
    other.apiKey,
    other.connection,
    other.authorisation,
  ])
    expect(answer.body, `${told} leaks`).not.toContain(secret);
  if (!isAllowed) return expect([answer.status, answer.code], told).toEqual([403, 'access.forbidden']);
  expect(answer.code ?? '', told).not.toMatch(
    /^(access\.forbidden|request\.unauthorized|request\.cross_site|internal)/,
  );
  expect(answer.status, told).toBeLessThan(500);
  if (strange !== undefined)
    expect([answer.status, answer.code], told).toEqual([
      404,
      expect.stringMatching(/^(request|connection)\.not_found$/),
    ]);
  else if (access !== 'open' && operation.method === 'GET') expect(answer.status, told).toBe(200);
}

test('every operation of the API has a row here, and every row an operation', () => {
  expect(operations.map(({ id }) => id).sort()).toEqual(Object.keys(ROWS).sort());
});

test('every route asks for what its row says', () => {
  expect(Object.fromEntries(operations.map(({ id, access }) => [id, access]))).toEqual(
    Object.fromEntries(Object.entries(ROWS).map(([id, { access }]) => [id, access])),
  );
});

describe('every operation', () => {
  for (const role of ROLES) {
    const permits = (permission: Permission) => ROLE_PERMISSIONS[permission][role];

    test(`answers ${role} in the own tenant by the table, and knows nothing of another's`, async () => {
      const user = await api.person(role);
      for (const operation of operations) {
        const credential = { ...(await api.sessionOf(user)), 'counterfoil-tenant': api.hub.tenantId };
        await expectAnswer(operation, credential, mayUse(ROWS[operation.id]!.access, permits, true), `as ${role}`);
      }
    });

    test(`refuses ${role} in another tenant`, async () => {
      const user = await api.person(role);
      for (const operation of operations) {
        const credential = { ...(await api.sessionOf(user)), 'counterfoil-tenant': other.tenantId };
        const allowed = mayUse(ROWS[operation.id]!.access, () => false, true);
        await expectAnswer(operation, credential, allowed, `as ${role} elsewhere`);
      }
    });

    test(`refuses who was ${role} and is disabled`, async () => {
      const user = await api.person(role);
      await asOwner(api.hub.support.owner, (tx) =>
        sql`update memberships set disabled_at = now() where user_id = ${user}`.execute(tx),
      );
      for (const operation of operations) {
        const allowed = mayUse(ROWS[operation.id]!.access, () => false, true);
        await expectAnswer(operation, await api.sessionOf(user), allowed, `as disabled ${role}`);
      }
    });
  }

  test('refuses a person of no tenant', async () => {
    const user = await api.person(null);
    for (const operation of operations) {
      const allowed = mayUse(ROWS[operation.id]!.access, () => false, true);
      await expectAnswer(operation, await api.sessionOf(user), allowed, 'of no tenant');
    }
  });

  test.each(SCOPES)('answers an API key with %s alone by its scope', async (scope) => {
    const { tenantId, doors, machine } = api.hub;
    const { secret } = await createApiKey(doors, machine, {
      tenantId,
      name: scope,
      scopes: [scope],
      life_ms: 86_400_000,
    });
    const credential = { authorization: `Bearer ${secret.reveal()}` };
    for (const operation of operations) {
      const { access } = ROWS[operation.id]!;
      await expectAnswer(
        operation,
        credential,
        mayUse(access, (one) => one === scope, false),
        `with ${scope}`,
      );
      const elsewhere = { ...credential, 'counterfoil-tenant': other.tenantId };
      await expectAnswer(
        operation,
        elsewhere,
        mayUse(access, () => false, false),
        `with ${scope} elsewhere`,
      );
    }
  });

  test('answers the local token as an owner who is no person, in its tenant only', async () => {
    for (const operation of operations) {
      const { access } = ROWS[operation.id]!;
      await expectAnswer(
        operation,
        api.local,
        mayUse(access, () => true, false),
        'with the local token',
      );
      const elsewhere = { ...api.local, 'counterfoil-tenant': other.tenantId };
      await expectAnswer(
        operation,
        elsewhere,
        mayUse(access, () => false, false),
        'with the local token elsewhere',
      );
    }
  });

  test('refuses whoever shows nothing, and says no more than that', async () => {
    const answers = new Set<string>();
    for (const operation of operations.filter(({ id }) => ROWS[id]!.access !== 'open')) {
      const answer = await api.ask(
        {},
        operation.method,
        operation.path.replace('{id}', 'xxx_0'),
        ROWS[operation.id]!.body,
      );
      expect(answer.status, operation.id).toBe(401);
      answers.add(JSON.stringify({ ...answer.json<object>(), requestId: '' }));
    }
    expect(answers.size).toBe(1);
  });
});

test('nothing of the other tenant was changed by all that', async () => {
  const { members, apiKeys, invitations } = {
    members: await api.hub.doors.stores.members.list(other.tenantId),
    apiKeys: await api.hub.doors.stores.apiKeys.list(other.tenantId),
    invitations: await api.hub.doors.stores.members.invitations(other.tenantId),
  };
  expect(members).toMatchObject([{ id: other.user, role: 'owner', disabledAt: null }]);
  expect(apiKeys).toMatchObject([{ id: other.apiKey, revokedAt: null }]);
  expect(invitations).toMatchObject([{ id: other.invitation, revokedAt: null, acceptedAt: null }]);
  const { books } = api;
  const connection = await books.doors.connections.find(other.tenantId, other.connection as ConnectionId);
  expect(connection).toMatchObject({ displayName: CANARY, state: 'active' });
  const standing = await createAuthorisations(books.oauth).find(other.tenantId, other.authorisation);
  expect(standing).toMatchObject({ state: 'open', connectionId: null });
});
