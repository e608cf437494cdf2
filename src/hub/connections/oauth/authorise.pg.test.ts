import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorise, begin, consent } from '../../../../test/support/authorise.ts';
import { type TestHub, testHub } from '../../../../test/support/hub.ts';
import { rows, sql } from '../../../platform/store/index.ts';
import { ManualClock } from '../../../platform/transport/manual-clock.ts';
import { callerOf, testConnection } from '../index.ts';
import { finishAuthorisation } from './finish.ts';

let hub: TestHub;
let clock: ManualClock;
beforeAll(async () => {
  clock = new ManualClock({ skipsSleep: true });
  hub = await testHub({ clock });
});
afterAll(() => hub.close());

const parts = () => ({ oauth: hub.oauth, sandbox: hub.sandbox, tenantId: hub.test.tenantId });
const query = <R>(statement: ReturnType<typeof sql<R>>) =>
  hub.test.database.tenant(hub.test.tenantId, (tx) => rows(tx, statement));

describe('an authorisation', () => {
  test('makes a connection of the company that was consented to, with tokens that call it', async () => {
    const connection = await authorise(parts());
    expect(connection).toMatchObject({
      provider: 'quickbooks',
      role: 'ledger',
      state: 'active',
      displayName: 'Acme LLC',
    });
    expect(connection.accountId).toBe(hub.sandbox.quickbooks.realmId);
    const stored = (await hub.doors.connections.find(connection.tenantId, connection.id))!;
    await testConnection(hub.doors, await callerOf(hub.doors, stored));
  });

  test('again with the same company keeps the id and replaces the tokens', async () => {
    const first = await authorise(parts());
    const before = await hub.oauth.grants.find(first);
    const again = await authorise(parts(), { reconnect: first });
    expect(again.id).toBe(first.id);
    const after = await hub.oauth.grants.find(first);
    expect(after!.access.reveal()).not.toBe(before!.access.reveal());
    expect(after!.generation).toBe(before!.generation + 1n);
  });

  test('keeps no token, code, state or binding in any row', async () => {
    const begun = await begin(parts());
    const back = await consent(hub.sandbox, begun.authorizeUrl);
    const { searchParams: parameters } = back;
    const given = { parameters, provider: 'quickbooks', pastedUri: null, tenantId: null, binding: begun.binding };
    const { connection } = await finishAuthorisation(hub.oauth, given);
    const grant = (await hub.oauth.grants.find(connection))!;
    const lease = (await hub.oauth.grants.lease(connection, 'test', clock.now(), 1))!;
    const secrets = [parameters.get('code')!, parameters.get('state')!, begun.binding, grant.access, lease.refresh].map(
      (one) => (typeof one === 'string' ? one : one.reveal()),
    );
    for (const table of ['oauth_flows', 'oauth_grants', 'credentials', 'connections', 'security_events', 'calls']) {
      const [dump] = await query(
        sql<{ text: string | null }>`select string_agg(t::text, ' ') as text from ${sql.table(table)} t`,
      );
      for (const secret of secrets) {
        expect(dump?.text ?? '').not.toContain(secret);
        expect(dump?.text ?? '').not.toContain(Buffer.from(secret).toString('hex'));
      }
    }
  });
});
