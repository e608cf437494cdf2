import { inspect } from 'node:util';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CliHub, cliHub, LENIENT, SMALL_MONTH } from '../../src/edge/cli/fixtures/hub-doors.ts';
import { apiOver } from '../../src/edge/http/fixtures/api-over.ts';
import { type Answer, ask, type Credential, credentialOf } from '../../src/edge/http/fixtures/people-api.ts';
import { PASSWORD } from '../../src/hub/access/fixtures/access.ts';
import { firstStartCode, openAccess, resetCode } from '../../src/hub/access/index.ts';
import { codeAt } from '../../src/hub/access/totp.ts';
import { addAppEndpoint, listConnections } from '../../src/hub/connections/index.ts';
import { SEALED_TABLES } from '../../src/hub/operate/index.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { asOwner, rows, sql } from '../../src/platform/store/index.ts';
import { createLog } from '../../src/platform/telemetry/index.ts';
import { DataKeys } from '../../src/platform/vault/data-keys.ts';
import {
  keyringOf,
  loadCredential,
  localKeyProvider,
  SEALED_CREDENTIALS,
  type SealedTable,
  storeCredential,
} from '../../src/platform/vault/index.ts';
import { toKey } from '../../src/platform/vault/master-key.ts';
import { dataKeyReaderIn } from '../../src/platform/vault/vault-store.pg.ts';
import { authorise, begin, consent } from '../support/authorise.ts';
import { postKey } from '../support/pair.ts';
import { type Canary, findLeaks, type Searched } from './find-leaks.ts';

/** Random, and with characters that every encoding writes differently. */
const planted = (kind: string) => `${kind}-canary+/=${Buffer.from(systemRandom.bytes(24)).toString('base64')}`;
const PLAIN_KEY = `btcpay0canary0${Buffer.from(systemRandom.bytes(20)).toString('hex')}`;
const STRIPE_KEY = `sk_test_canary${Buffer.from(systemRandom.bytes(20)).toString('hex')}`;
const VERIFIER = planted('verifier');
const STORED = planted('any credential');
const COMMANDS = [
  'connections list --json',
  'keys status --json',
  'keys status',
  'doctor --json',
  'doctor --verbose',
  'verify --json',
  'sync --dry-run --json',
  'replay --json',
  'retry --json',
  'reconcile --json --period 2026-10',
  'keys rotate --dek --json --verbose',
];

let books: CliHub;
let api: FastifyInstance;
/** What people prove themselves with, by its name. */
const proofs = new Map<string, string>();
let session: Credential = {};
const searched: Searched[] = [];
const log: string[] = [];
let echoes = false;
const keep = (where: string, text: string) => void searched.push({ where, text });

beforeAll(async () => {
  books = await cliHub({
    log: createLog({ level: 'debug', format: 'json', destination: { write: (line) => void log.push(line) } }),
    through: (fetch) => async (request) => {
      keep('an address that was called', decodeURI(request.url));
      return echoes ? echo(request) : fetch(request);
    },
    sandbox: { stripe: { apiKey: STRIPE_KEY, requestsPerSecond: 1_000_000 }, btcpay: { apiKey: PLAIN_KEY } },
  });
  const { hub } = books;
  hub.sandbox.generate(SMALL_MONTH);
  await hub.connect(LENIENT);
  await addAppEndpoint(hub.doors, hub.test.tenantId, 'quickbooks', new Secret(VERIFIER));
  await storeEverywhere();
  await hub.settle();
  await books.deliverWebhooks();
  await wrongWebhooks();
  api = await apiOver(hub, openAccess(hub.doors));
  await people();
  await authorisations();
  for (const line of COMMANDS) await runAndKeep(line);
  await readEverything();
  for (const provider of ['stripe', 'btcpay', 'quickbooks']) books.trouble(provider, 'unauthorized');
  await runAndKeep('sync --verbose');
  await failOnPurpose();
  for (const provider of ['stripe', 'btcpay', 'quickbooks']) books.trouble(provider, 'none');
  echoes = true;
  for (const line of ['doctor --json', 'sync --verbose', 'verify --json']) await runAndKeep(line);
  keep('the log', log.join(''));
  await dump();
}, 240_000);
afterAll(async () => {
  await api.close();
  await books.hub.close();
});

/** A provider that repeats what it was sent, in the ways in which providers do. */
function echo(request: Request): Response {
  const authorization = request.headers.get('authorization') ?? '';
  const message = `Not accepted: Authorization: ${authorization}`;
  const error = { type: 'invalid_request_error', message, access_token: authorization.replace(/^\w+ /, '') };
  const fault = {
    Error: [{ Message: message, Detail: `"token":"${error.access_token}"`, code: '2020' }],
    type: 'ValidationFault',
  };
  return Response.json({ error, message, Fault: fault }, { status: 400 });
}

/** A credential of a kind that nobody uses yet is kept like the others. */
async function storeEverywhere(): Promise<void> {
  const { test: made, doors } = books.hub;
  const place = { tenantId: made.tenantId, connectionId: made.connectionId, field: 'refresh_token' };
  await made.database.tenant(made.tenantId, (tx) =>
    storeCredential(tx, doors.vault, place, new Secret(STORED), doors.clock),
  );
}

/** An answer of the API; one that shows a new secret, once, is not searched. */
async function asked(method: string, url: string, body?: object, more: Credential = {}): Promise<Answer> {
  const answer = await ask(api, { ...session, ...more }, method, url, body);
  keep(`the answer to ${method} ${url}`, `${inspect(answer.headers)} ${answer.body}`);
  return answer;
}

async function shown(method: string, url: string, body: object, more: Credential = {}): Promise<Answer> {
  const answer = await ask(api, { ...session, ...more }, method, url, body);
  expect([answer.status, url]).toEqual([200, url]);
  const token = /counterfoil=([0-9a-z]{52})/.exec(String(answer.headers['set-cookie']))?.[1];
  if (token === undefined) return answer;
  proofs.set(`session token of ${url}`, token);
  session = credentialOf(token);
  return answer;
}

/** The first owner, a second factor, an API key, an invitation and a code for a new password. */
async function people(): Promise<void> {
  const access = openAccess(books.hub.doors);
  const { tenantId } = books.hub.test;
  const machine = { kind: 'cli', tenantId } as const;
  const code = (await firstStartCode(access))!.reveal();
  proofs.set('first-start code', code).set('password', PASSWORD);
  await shown('POST', '/api/v1/first-start', {
    code,
    email: 'olive@example.com',
    name: 'Olive Owner',
    password: PASSWORD,
  });
  const begun = await shown('POST', '/api/v1/second-factor', { password: PASSWORD });
  const { seed } = begun.json<{ seed: string }>();
  proofs.set('seed of a second factor', seed);
  const now = books.hub.doors.clock.now();
  const confirmed = await shown('POST', '/api/v1/second-factor/confirm', { code: codeAt(new Secret(seed), now) });
  for (const [i, one] of confirmed.json<{ recoveryCodes: string[] }>().recoveryCodes.entries())
    proofs.set(`recovery code ${i}`, one);
  const key = { name: 'a program', scopes: ['books.read'] };
  const repeated = { 'idempotency-key': 'a-key-of-the-canaries' };
  const made = await shown('POST', '/api/v1/api-keys', key, repeated);
  const { secret } = made.json<{ secret: string }>();
  expect((await shown('POST', '/api/v1/api-keys', key, repeated)).json()).toMatchObject({ secret });
  proofs.set('API key', secret);
  const guest = { email: 'guest@example.com', role: 'auditor' };
  proofs.set('invitation', (await shown('POST', '/api/v1/invitations', guest)).json<{ token: string }>().token);
  const [member] = await access.stores.members.list(tenantId);
  const reset = await resetCode(access, machine, { member: member!, dropsSecondFactor: false });
  proofs.set('reset code', reset.code.reveal());
}

/**
 * Two at QuickBooks: one that is finished and brings a refresh token, one that stays open with an answer. One at BTCPay,
 * whose key was posted and waits.
 */
async function authorisations(): Promise<void> {
  const { oauth, sandbox, test: made, doors } = books.hub;
  const { tenantId } = made;
  await authorise({ oauth, sandbox, tenantId });
  const open = await begin({ oauth, tenantId });
  proofs.set('binding', open.binding.reveal());
  const back = await consent(sandbox, open.authorizeUrl);
  proofs.set('state', back.searchParams.get('state')!).set('code', back.searchParams.get('code')!);
  const found = await oauth.authorisations.find(tenantId, open.authorisationId);
  const answer = new Secret(back.searchParams.toString());
  expect(await oauth.authorisations.handOver(found!, answer, doors.clock.now())).toBe(true);
  const posted = await postKey({ oauth, sandbox, tenantId });
  proofs.set('posted key', posted.key).set('ticket', posted.location!.searchParams.get('ticket')!);
}

/** Every answer that only reads, and refusals of requests that carry secrets where none belong. */
async function readEverything(): Promise<void> {
  const { paths } = (await asked('GET', '/api/v1/openapi.json')).json<{
    paths: Record<string, Record<string, object>>;
  }>();
  const read = Object.keys(paths).filter((path) => 'get' in paths[path]! && !path.includes('{'));
  expect(read.length).toBeGreaterThan(12);
  const refused: string[] = [];
  for (const path of read) if ((await asked('GET', path)).status !== 200) refused.push(path);
  // Nobody came back from a provider there.
  expect(refused).toEqual(['/api/v1/sign-in/oidc/callback']);
  const secrets = [...proofs.values()];
  for (const secret of secrets) {
    const bearer = { authorization: `Bearer ${secret}x` };
    keep('the answer to a wrong key', (await ask(api, bearer, 'GET', '/api/v1/me')).body);
    const body = { code: secret, email: 'x@example.com', name: 'X', password: `${secret} ${secret}` };
    keep('the answer to a wrong code', (await ask(api, {}, 'POST', '/api/v1/first-start', body)).body);
    keep(
      'the answer to a wrong body',
      (await ask(api, session, 'POST', '/api/v1/invitations', { email: secret, role: secret })).body,
    );
  }
  for (const path of ['/api/v1/connections/con_x/pause', '/api/v1/authorisations/oaf_x/answer'])
    await asked(
      'POST',
      path,
      path.endsWith('answer') ? { address: `https://example.com/?code=${secrets.at(-1)!}` } : undefined,
    );
}

async function wrongWebhooks(): Promise<void> {
  for (const provider of ['stripe', 'btcpay', 'quickbooks']) {
    const answer = await books.hub.inbox
      .receive({
        provider,
        token: 'no-such-endpoint-of-this-sandbox',
        headers: { 'stripe-signature': 't=1,v1=00', 'btcpay-sig': 'sha256=00', 'intuit-signature': 'AA==' },
        body: Buffer.from('{"id":"evt_1"}'),
      })
      .catch((error: unknown) => error);
    keep(`the answer to a wrong webhook of ${provider}`, inspect(answer, { depth: 9 }));
  }
}

async function runAndKeep(line: string): Promise<void> {
  const { out, err } = await books.run(line);
  keep(`standard output of ${line}`, out);
  keep(`standard error of ${line}`, err);
}

/** Errors of the vault about each stored credential, whole. */
async function failOnPurpose(): Promise<void> {
  const { test: made, doors } = books.hub;
  await made.database.tenant(made.tenantId, async (tx) => {
    for (const { id, tenantId } of await listConnections(tx)) {
      const elsewhere = { tenantId, connectionId: id, field: 'token' };
      const secret = await loadCredential(tx, doors.vault, elsewhere);
      if (secret) keep('a secret that is printed', `${secret} ${JSON.stringify({ secret })} ${inspect(secret)}`);
      const stored = await sealedRows(SEALED_CREDENTIALS);
      for (const { ciphertext, version } of stored) {
        const place = { table: 'elsewhere', rowId: id, field: 'token' };
        const error = await doors.vault
          .open(tenantId, place, { ciphertext, keyVersion: version }, dataKeyReaderIn(tx))
          .catch((thrown: Error) => thrown);
        keep('an error', `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`);
      }
    }
  });
}

interface SealedRow {
  readonly key: readonly string[];
  readonly ciphertext: Uint8Array;
  readonly version: number;
}

function sealedRows({ table, key }: SealedTable): Promise<SealedRow[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)));
  return asOwner(books.hub.test.owner, (tx) =>
    rows(
      tx,
      sql<SealedRow>`select array[${columns}] as key, ciphertext, key_version as version from ${sql.table(table)} order by 1`,
    ),
  );
}

/** Every table of the database, row by row; bytes are written as hex. */
async function dump(): Promise<void> {
  await asOwner(books.hub.test.owner, async (tx) => {
    const tables = await rows(
      tx,
      sql<{ schema: string; name: string }>`select schemaname as schema, tablename as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`,
    );
    expect(tables.length).toBeGreaterThan(25);
    for (const { schema, name } of tables) {
      const found = await rows(
        tx,
        sql<{ row: string }>`select to_jsonb(t)::text as row from ${sql.table(`${schema}.${name}`)} t order by 1`,
      );
      keep(`table ${schema}.${name}`, found.map(({ row }) => row).join('\n'));
    }
  });
}

/** Everything that is sealed in the database, the keys that seal it, and what was planted. */
async function canaries(): Promise<readonly Canary[]> {
  const { test: made, doors } = books.hub;
  const found: Canary[] = [STRIPE_KEY, PLAIN_KEY, VERIFIER, STORED].map((text) => canary('planted', text));
  for (const [name, text] of proofs) found.push(canary(name, text));
  for (const table of SEALED_TABLES) {
    for (const { key, ciphertext, version } of await sealedRows(table)) {
      const place = table.place(key);
      const secret = await doors.vault.open(made.tenantId, place, { ciphertext, keyVersion: version });
      found.push(canary(`${place.table} ${place.field}`, secret.reveal()));
    }
  }
  const rootKey = Buffer.alloc(32, 7);
  const keyring = keyringOf(localKeyProvider(toKey(Uint8Array.from(rootKey)), systemRandom));
  const dataKeys = new DataKeys(keyring, systemRandom, doors.clock);
  const record = await made.database.tenant(made.tenantId, (tx) => dataKeyReaderIn(tx).find(made.tenantId, 2));
  found.push({ name: 'data key', bytes: new Uint8Array((await dataKeys.unwrap(record!)).export()) });
  return [...found, { name: 'master key', bytes: rootKey }];
}

/** `verifier`, the short word of the other tests, stands in column names. */
const canary = (name: string, text: string): Canary => ({ name, bytes: Buffer.from(text, 'utf8') });
const TOO_SHORT = 12;

test('no credential, secret of a webhook or key is in a log, an error, an audit row, a dump, an export or a URL', async () => {
  const wanted = (await canaries()).filter(({ bytes }) => bytes.length >= TOO_SHORT);
  expect(wanted.length).toBeGreaterThanOrEqual(30);
  expect(wanted.map(({ bytes }) => Buffer.from(bytes).toString('utf8'))).toEqual(
    expect.arrayContaining([STRIPE_KEY, PLAIN_KEY, VERIFIER, STORED, ...proofs.values()]),
  );
  expect(searched.map(({ where }) => where)).toEqual(
    expect.arrayContaining([
      'the log',
      'an error',
      'table public.calls',
      'table public.security_events',
      'table public.idempotency_keys',
      'the answer to GET /api/v1/audit',
      'an address that was called',
    ]),
  );
  expect(searched.reduce((sum, { text }) => sum + text.length, 0)).toBeGreaterThan(500_000);
  expect(findLeaks(wanted, searched)).toEqual([]);
});

test('a credential that stands in a table in the clear is found by the same search', async () => {
  const { test: made } = books.hub;
  const hidden = Buffer.from(`{"note":"${STORED}"}`).toString('base64url');
  await asOwner(made.owner, (tx) =>
    sql`update connections set display_name = ${hidden} where id = ${made.connectionId}`.execute(tx),
  );
  searched.length = 0;
  await dump();
  const [leak, ...others] = findLeaks([canary('planted', STORED)], searched);
  expect(leak).toMatchObject({ where: 'table public.connections', spelling: expect.stringMatching(/^base64/) });
  expect(others.every(({ where }) => where === 'table public.connections')).toBe(true);
});
