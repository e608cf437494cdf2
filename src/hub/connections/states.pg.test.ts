import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestHub, testHub } from '../../../test/support/hub.ts';
import { Secret } from '../../kernel/secret.ts';
import { stateAfter } from '../../kernel/state-table.ts';
import { asOwner, rows, sql } from '../../platform/store/index.ts';
import type { Connection, ConnectionState, Trouble } from './index.ts';
import { CONNECTION_TABLE } from './states.ts';

const STATES = Object.keys(CONNECTION_TABLE).filter((state) => state !== 'absent') as ConnectionState[];

let hub: TestHub;
let connection: Connection;
beforeAll(async () => {
  hub = await testHub();
  connection = (await hub.doors.connections.find(hub.test.tenantId, hub.test.connectionId))!;
});
afterAll(() => hub.close());

const query = <R>(statement: ReturnType<typeof sql<R>>) => asOwner(hub.test.owner, (tx) => rows<R>(tx, statement));
const row = async () =>
  (
    await query(sql<{ state: ConnectionState; reason: string | null }>`
      select state, state_reason as reason from connections where id = ${connection.id}`)
  )[0]!;
const openItems = () => query(sql`select 1 from attention_items where resolved_at is null`);
const trouble = (): Trouble => ({
  code: 'provider.unauthorized',
  token: null,
  reason: 'after',
  detail: 'Acme LLC: refused.',
  event: { tenantId: connection.tenantId, kind: 'connection.credential_refused', detail: {} },
});

describe.each(STATES)('a connection that is %s', (state) => {
  beforeEach(async () => {
    await query(sql`delete from attention_items`);
    await query(sql`delete from credentials where connection_id = ${connection.id}`);
    await query(sql`update connections set state = ${state}, state_reason = 'before' where id = ${connection.id}`);
  });

  test('and has its credential refused goes where the table says, or is left as it is and nobody is asked', async () => {
    const changed = await hub.doors.connections.needsOwner(connection, trouble(), hub.doors.clock.now());
    const next = stateAfter(CONNECTION_TABLE, state, 'credential_refused');
    expect(changed).toBe(next !== null);
    expect(await row()).toEqual(next === null ? { state, reason: 'before' } : { state: next, reason: 'after' });
    expect(await openItems()).toHaveLength(next === null ? 0 : 1);
  });

  test('and is connected again goes where the table says', async () => {
    const kept = await hub.doors.connections.keep(connection, new Secret('a new one'), hub.doors.clock.now());
    expect(kept.id).toBe(connection.id);
    expect(await row()).toEqual({ state: stateAfter(CONNECTION_TABLE, state, 'connect'), reason: null });
  });

  test('and has a credential refused that was replaced meanwhile is left as it is', async () => {
    const now = hub.doors.clock.now();
    await hub.doors.connections.keep(connection, new Secret('a newer one'), now);
    const before = await row();
    expect(await hub.doors.connections.needsOwner(connection, { ...trouble(), token: new Secret('old') }, now)).toBe(
      false,
    );
    expect(await row()).toEqual(before);
    expect(await openItems()).toHaveLength(0);
  });
});
