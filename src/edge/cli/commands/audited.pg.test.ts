import { afterAll, beforeAll, expect, test } from 'vitest';
import { consent } from '../../../../test/support/authorise.ts';
import { CLIENT, PASSWORD } from '../../../hub/access/fixtures/access.ts';
import { acceptInvitation, claimFirstStart, firstStartCode, invite, openAccess } from '../../../hub/access/index.ts';
import { type AuditEntry, pgAuditLog } from '../../../hub/audit/index.ts';
import { seededRandom, systemRandom } from '../../../kernel/random.ts';
import { localKeyProvider } from '../../../platform/vault/index.ts';
import { toKey } from '../../../platform/vault/master-key.ts';
import type { FakeIoOptions } from '../fixtures/fake-io.ts';
import { type CliHub, cliHub, SMALL_MONTH } from '../fixtures/hub-doors.ts';
import { COMMANDS } from './index.ts';

/** Commands that leave no entry of their own, each with its reason. */
const NOT_AUDITED: Readonly<Record<string, string>> = {
  start: 'runs the product',
  init: 'writes files before there is anything to audit',
  demo: 'makes an installation of its own',
  doctor: 'reads',
  'migrate status': 'reads',
  'migrate up': 'of no tenant; the migrations are listed in the database',
  'connections list': 'reads',
  'connections test': 'reads',
  sync: 'does now what is done by itself',
  reconcile: 'compares, and stores what it found',
  'keys status': 'reads',
  verify: 'reads',
  'users list': 'reads',
  'api-keys list': 'reads',
  'audit verify': 'reads',
  health: 'reads',
  version: 'reads',
  completion: 'reads',
};

let books: CliHub;
const seen = new Map<Step, readonly AuditEntry[]>();
let ledgerId = '';
let apiKeyId = '';

/** A command line, what it is called, what it is to leave, and what it is given. */
interface Step {
  readonly command: string;
  readonly line: () => string;
  readonly actions: readonly string[];
  /** 6 when work is left that waits for a person. */
  readonly exit?: 6;
  readonly io?: () => FakeIoOptions;
}

const pastes = (): FakeIoOptions => ({
  typed: async (err) => (await consent(books.hub.sandbox, /^ {2}(http\S+)$/m.exec(err)![1]!)).href,
});
const SOURCE = '--environment sandbox --since 2026-09-20 --json';

const STORY: readonly Step[] = [
  {
    command: 'connect quickbooks',
    line: () => 'connect quickbooks --environment sandbox --paste-back --webhook-verifier-file verifier --json',
    actions: ['authorisation.begun', 'connection.connected', 'webhook_endpoint.made'],
    io: () => ({ ...pastes(), files: { verifier: 'made-up\n' } }),
  },
  {
    command: 'connect stripe',
    line: () => `connect stripe ${SOURCE} --secret-file key`,
    actions: ['connection.connected', 'pair.made'],
    io: () => ({ files: { key: `${books.hub.sandbox.stripe.settings.apiKey}\n` } }),
  },
  {
    command: 'connect stripe',
    line: () => `connect stripe ${SOURCE} --secret-file key --closed-period first_open_day`,
    actions: ['connection.connected', 'pair.changed'],
    io: () => ({ files: { key: `${books.hub.sandbox.stripe.settings.apiKey}\n` } }),
  },
  {
    command: 'connect btcpay',
    line: () => `connect btcpay ${SOURCE} --dust 7`,
    actions: ['connection.connected', 'pair.made'],
    io: () => ({ stdin: books.hub.sandbox.btcpay.settings.apiKey }),
  },
  {
    command: 'webhooks check',
    line: () => 'webhooks check btcpay',
    actions: ['webhook_endpoint.made'],
  },
  {
    command: 'webhooks rotate',
    line: () => 'webhooks rotate btcpay',
    actions: ['webhook_endpoint.secret_rotated'],
  },
  { command: 'connections pause', line: () => `connections pause ${ledgerId}`, actions: ['connection.paused'] },
  { command: 'connections resume', line: () => `connections resume ${ledgerId}`, actions: ['connection.resumed'] },
  {
    command: 'connections disconnect',
    line: () => `connections disconnect ${ledgerId}`,
    actions: ['connection.disconnected'],
  },
  {
    command: 'connections reconnect',
    line: () => `connections reconnect ${ledgerId} --paste-back`,
    actions: ['authorisation.begun', 'connection.connected'],
    io: pastes,
  },
  {
    command: 'rates add',
    line: () => 'rates add --currency USD --at 2026-10-31T08:00:00Z --rate 64392.23 --source bitstamp',
    actions: ['rate.recorded'],
  },
  { command: 'replay', line: () => 'replay --yes --reason a-test', actions: ['deliveries.replayed'], exit: 6 },
  { command: 'retry', line: () => 'retry --yes --reason a-test', actions: ['postings.retried'], exit: 6 },
  {
    command: 'users invite',
    line: () => 'users invite jane@example.com --as auditor',
    actions: ['member.invited'],
  },
  {
    command: 'users role',
    line: () => 'users role guest@example.com --as operator',
    actions: ['member.changed'],
  },
  { command: 'users reset', line: () => 'users reset guest@example.com', actions: ['password.reset_offered'] },
  { command: 'users disable', line: () => 'users disable guest@example.com', actions: ['member.changed'] },
  {
    command: 'api-keys create',
    line: () => 'api-keys create program --scope books.read',
    actions: ['api_key.created'],
  },
  { command: 'api-keys revoke', line: () => `api-keys revoke ${apiKeyId}`, actions: ['api_key.revoked'] },
  {
    command: 'keys rotate',
    line: () => 'keys rotate --dek',
    actions: ['data_key.replaced'],
  },
  { command: 'keys rotate', line: () => 'keys rotate', actions: ['data_key.wrapped'] },
  { command: 'keys rotate', line: () => 'keys rotate --retire', actions: ['keys.retirement_ordered'] },
  {
    command: 'keys shred',
    line: () => `keys shred --tenant ${books.hub.test.tenantId} --yes --reason a-test`,
    actions: ['data_keys.shredded'],
  },
];

async function entries(): Promise<readonly AuditEntry[]> {
  const { database, tenantId } = books.hub.test;
  const query = { order: 'oldest', after: null, limit: 200, action: null, subject: null, actor: null } as const;
  return (await pgAuditLog(database).list(tenantId, query)).items;
}

async function members(): Promise<void> {
  const access = openAccess(books.hub.doors);
  const { tenantId } = books.hub.test;
  const code = (await firstStartCode(access))!.reveal();
  const olive = { code, email: 'owner@example.com', name: 'Olive', password: PASSWORD, client: CLIENT };
  await claimFirstStart(access, tenantId, olive);
  const guest = { tenantId, email: 'guest@example.com', role: 'auditor' } as const;
  const { token } = await invite(access, { kind: 'cli', tenantId }, guest);
  await acceptInvitation(access, {
    token: token.reveal(),
    name: 'Guest',
    password: PASSWORD,
    code: null,
    client: CLIENT,
  });
}

/** A company, a key: what later lines name. */
async function learn(): Promise<void> {
  const { test: made, doors } = books.hub;
  const connections = (await books.run('connections list --json')).json().connections;
  ledgerId = connections.find(({ provider }: { provider: string }) => provider === 'quickbooks')?.id ?? '';
  const [key] = await openAccess(doors).stores.apiKeys.list(made.tenantId);
  apiKeyId = key?.id ?? '';
}

beforeAll(async () => {
  const nextKey = localKeyProvider(toKey(seededRandom(2).bytes(32)), systemRandom);
  books = await cliHub({ nextKey });
  books.hub.sandbox.generate(SMALL_MONTH);
  await members();
  for (const step of STORY) {
    const { line, exit = 0, io = () => ({}) } = step;
    const before = await entries();
    const ran = await books.run(line(), io());
    expect([line(), ran.exit, ran.err]).toEqual([line(), exit, expect.any(String)]);
    seen.set(step, (await entries()).slice(before.length));
    await learn();
  }
}, 120_000);
afterAll(() => books.hub.close());

test('every command that changes something is here, or a reason why it leaves no entry', () => {
  const told = new Set([...STORY.map(({ command }) => command), ...Object.keys(NOT_AUDITED)]);
  expect([...told].sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
});

test.each(STORY.map((step) => [step.command, step] as const))('%s leaves its entries', (_command, step) => {
  const left = seen.get(step)!;
  expect(left.map(({ action }) => action)).toEqual(expect.arrayContaining([...step.actions]));
  const ordered = left.filter(({ action }) => step.actions.includes(action));
  expect(ordered.every(({ actor }) => actor.kind === 'cli')).toBe(true);
});

test('settings of a pair stand in the audit one by one, and only those that changed', () => {
  const [, changed] = seen.get(STORY.find(({ actions }) => actions.includes('pair.changed'))!)!;
  expect(JSON.parse(changed!.diff)).toEqual({ 'settings.closedPeriod': [expect.any(String), 'first_open_day'] });
});

test('the chain is unbroken, and nothing in it is a secret', async () => {
  const { test: made, sandbox } = books.hub;
  expect(await pgAuditLog(made.database).verify(made.tenantId)).toMatchObject({ breaks: [] });
  const text = (await entries()).map(({ diff }) => diff).join('\n');
  for (const secret of [sandbox.stripe.settings.apiKey, sandbox.btcpay.settings.apiKey, PASSWORD])
    expect(text).not.toContain(secret);
});
