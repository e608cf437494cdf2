import { hex, sha256 } from '../../kernel/digest.ts';
import { Secret } from '../../kernel/secret.ts';
import { at, change, firstRow, sql, type Tx } from '../../platform/store/index.ts';
import {
  dataKeyReaderIn,
  dataKeysIn,
  type SealedPlace,
  type SealedTable,
  whileRotating,
} from '../../platform/vault/index.ts';
import type { IdempotencyStore, KeyedAnswer, KeyedRequest, KeyStanding } from './idempotency.ts';
import { IDEMPOTENCY_LIFE_MS } from './limits.ts';
import type { StoreDoors } from './store-doors.ts';

/** What is sealed: answers may hold a secret that is shown once, and the hash of a body may be guessed at. */
interface Sealed {
  readonly fingerprint: string;
  readonly answer: KeyedAnswer | null;
}

/** Kept answers, for the rotation of data keys. */
export const SEALED_IDEMPOTENCY_KEYS: SealedTable = {
  table: 'idempotency_keys',
  role: 'app',
  key: ['principal', 'key_hash'],
  place: ([principal, keyHash]) => placeOf(principal!, keyHash!),
};

export function pgIdempotencyStore(doors: StoreDoors): IdempotencyStore {
  const { database, clock } = doors;
  return {
    begin: (request) => database.tenant(request.tenantId, (tx) => begin(tx, doors, request)),
    finish: (request, answer) =>
      database.tenant(request.tenantId, async (tx) => {
        const sealed = await seal(tx, doors, request, { fingerprint: request.fingerprint, answer });
        await sql`
          update idempotency_keys set state = 'done', ciphertext = ${sealed.ciphertext}, key_version = ${sealed.keyVersion}
          where ${isOf(request)} and state = 'running'`.execute(tx);
      }),
    release: (request) =>
      database.tenant(request.tenantId, async (tx) => {
        await sql`delete from idempotency_keys where ${isOf(request)} and state = 'running'`.execute(tx);
      }),
    sweep: (tenantId) =>
      database.tenant(tenantId, (tx) =>
        change(tx, sql`delete from idempotency_keys where started_at <= ${at(clock.now() - IDEMPOTENCY_LIFE_MS)}`),
      ),
  };
}

async function begin(tx: Tx, doors: StoreDoors, request: KeyedRequest): Promise<KeyStanding> {
  const { tenantId, principal, key, fingerprint } = request;
  const now = doors.clock.now();
  await sql`delete from idempotency_keys where ${isOf(request)} and started_at <= ${at(now - IDEMPOTENCY_LIFE_MS)}`.execute(
    tx,
  );
  const sealed = await seal(tx, doors, request, { fingerprint, answer: null });
  const inserted = await change(
    tx,
    sql`
    insert into idempotency_keys (tenant_id, principal, key_hash, state, ciphertext, key_version, started_at)
    values (${tenantId}, ${principal}, ${hex(sha256(key))}, 'running', ${sealed.ciphertext}, ${sealed.keyVersion}, ${at(now)})
    on conflict (tenant_id, principal, key_hash) do nothing`,
  );
  if (inserted > 0) return { kind: 'fresh' };
  const known = await open(tx, doors, request);
  if (known === null) return { kind: 'running' };
  if (known.fingerprint !== fingerprint) return { kind: 'other' };
  return known.answer === null ? { kind: 'running' } : { kind: 'done', answer: known.answer };
}

function isOf({ tenantId, principal, key }: KeyedRequest) {
  return sql`tenant_id = ${tenantId} and principal = ${principal} and key_hash = ${hex(sha256(key))}`;
}

function placeOf(principal: string, keyHash: string): SealedPlace {
  return { table: 'idempotency_keys', rowId: `${principal}:${keyHash}`, field: 'answer' };
}

function placeOfRequest({ principal, key }: KeyedRequest): SealedPlace {
  return placeOf(principal, hex(sha256(key)));
}

function seal(tx: Tx, { vault, clock }: StoreDoors, request: KeyedRequest, content: Sealed) {
  return vault.seal(
    request.tenantId,
    placeOfRequest(request),
    new Secret(JSON.stringify(content)),
    dataKeysIn(tx, clock),
  );
}

function open(tx: Tx, { vault }: StoreDoors, request: KeyedRequest): Promise<Sealed | null> {
  return whileRotating(async () => {
    const row = await firstRow<{ readonly ciphertext: Uint8Array; readonly keyVersion: number }>(
      tx,
      sql`select ciphertext, key_version as "keyVersion" from idempotency_keys where ${isOf(request)}`,
    );
    if (row === null) return null;
    const opened = await vault.open(request.tenantId, placeOfRequest(request), row, dataKeyReaderIn(tx));
    return JSON.parse(opened.reveal()) as Sealed;
  });
}
