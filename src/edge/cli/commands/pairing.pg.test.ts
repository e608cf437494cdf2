import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allow, grantOf } from '../../../../test/support/pair.ts';
import { receiveGrant } from '../../../hub/connections/index.ts';
import type { FakeIoOptions } from '../fixtures/fake-io.ts';
import { type CliHub, cliHub } from '../fixtures/hub-doors.ts';

let books: CliHub;
beforeAll(async () => {
  books = await cliHub({ sandbox: { btcpay: { stores: [{ name: 'Coffee bar' }, { name: 'Tea house' }] } } });
  const { realmId } = books.hub.sandbox.quickbooks;
  await books.run(`connect quickbooks --environment sandbox --company ${realmId}`, {
    stdin: books.hub.sandbox.quickbooks.issueTokens().accessToken,
  });
});
afterAll(() => books.hub.close());

const SERVER = 'connect btcpay --environment sandbox --server http://127.0.0.1:9/btcpay --json';
const stores = () => books.hub.sandbox.btcpay.settings.stores.map(({ id }) => id);

const isLastKeyRevoked = () => {
  const { grantedKeys, revokedKeys } = books.hub.sandbox.btcpay.context.state;
  return revokedKeys.has(grantedKeys.at(-1)!.key);
};

/** A person who allows the access for these stores as soon as the address is shown; the key comes to a listener. */
async function runAllowing(line: string, chosen: readonly string[], options: FakeIoOptions = {}) {
  const shown = Promise.withResolvers<string>();
  const hears = (text: string) => {
    const address = /^ {2}(http\S+)$/m.exec(text)?.[1];
    if (address !== undefined) shown.resolve(address);
  };
  const running = books.run(line, { ...options, hears }, { clock: books.hub.doors.clock });
  void running.then(() => shown.reject(new Error('no address was shown')));
  const posted = await allow(books.hub.sandbox, await shown.promise, chosen);
  expect(await receiveGrant(books.hub.oauth, grantOf(posted))).toEqual({ kind: 'handed_over' });
  return running;
}

describe('connect btcpay --server', () => {
  test('connects the one store that was allowed, and joins it to the books', async () => {
    const ran = await runAllowing(SERVER, [stores()[0]!]);
    expect([ran.exit, ran.json()]).toMatchObject([
      0,
      { connections: [{ provider: 'btcpay', displayName: 'Coffee bar', pairId: expect.any(String) }], notes: [] },
    ]);
  });

  test('asks which of several, and takes --store for an answer', async () => {
    const asked = await runAllowing(SERVER, [], { typed: async () => '2' });
    expect(asked.err).toContain('2  Tea house');
    expect(asked.json().connections).toMatchObject([{ displayName: 'Tea house' }]);
    const all = await runAllowing(SERVER, [], { typed: async () => 'all' });
    expect(all.json().connections).toHaveLength(2);
    const named = await runAllowing(`${SERVER} --store ${stores()[1]}`, []);
    expect(named.json().connections).toMatchObject([{ displayName: 'Tea house' }]);
  });

  test('with an answer that names no store connects nothing', async () => {
    for (const typed of ['3', '', '1,x']) {
      const ran = await runAllowing(SERVER, [], { typed: async () => typed });
      expect([ran.exit, ran.json().error.message]).toEqual([2, expect.stringContaining('no store of the list')]);
      expect(isLastKeyRevoked()).toBe(true);
    }
  });

  test('with a store that the key does not reach says so and revokes the key', async () => {
    const ran = await runAllowing(`${SERVER} --store ${stores()[1]}`, [stores()[0]!]);
    expect(ran.exit).not.toBe(0);
    expect(isLastKeyRevoked()).toBe(true);
  });

  test('mixes with nothing that belongs to a key given by hand', async () => {
    for (const [line, said] of [
      ['connect btcpay --server https://a.example --base-url https://a.example', '--server lets'],
      ['connect btcpay --server https://a.example --secret-file key', '--server lets'],
      ['connect btcpay --browser-url https://a.example', '--browser-url needs --server'],
      ['connect btcpay --discover --server https://a.example', '--discover only looks'],
    ] as const) {
      const ran = await books.run(line, { files: { key: 'x' } });
      expect([ran.exit, ran.err]).toEqual([2, expect.stringContaining(said)]);
    }
  });
});

test('a key given by hand is told what it may do too much', async () => {
  const stdin = books.hub.sandbox.btcpay.settings.apiKey;
  const ran = await books.run('connect btcpay --environment sandbox --json', { stdin });
  expect(ran.json().notes).toEqual([expect.stringContaining('btcpay.store.canmodifyinvoices')]);
});

test('discovery says that nothing answers, and how to go on', async () => {
  books.trouble('api', 'unreachable');
  const ran = await books.run('connect btcpay --discover');
  expect([ran.exit, ran.out]).toEqual([
    0,
    expect.stringContaining('No BTCPay Server answers at http://btcpay-server_web_1:3003'),
  ]);
  books.trouble('api', 'none');
});

describe('a paired connection', () => {
  const connected = async () => {
    const ran = await runAllowing(SERVER, [stores()[0]!]);
    return ran.json().connections[0].id as string;
  };

  test('is disconnected and reconnected by its name', async () => {
    const id = await connected();
    expect((await books.run(`connections disconnect ${id} --json`)).json()).toMatchObject({
      state: 'disconnected',
      leftAtProvider: [],
    });
    const again = await runAllowing(`connections reconnect ${id} --json`, [stores()[0]!]);
    expect(again.json()).toMatchObject({ id, state: 'active', notes: [] });
    const replaced = await runAllowing(`connections reconnect ${id} --json`, [stores()[0]!]);
    expect(replaced.json()).toMatchObject({ notes: [expect.stringContaining('still good at the server')] });
    const pasted = await books.run(`connections reconnect ${id} --paste-back`);
    expect([pasted.exit, pasted.err]).toEqual([2, expect.stringContaining('connected with a key')]);
  });

  test('is not reconnected with another store', async () => {
    const id = await connected();
    const ran = await runAllowing(`connections reconnect ${id} --json`, [stores()[1]!]);
    expect(ran.json().error).toMatchObject({
      code: 'connection.other_account',
      message: expect.stringContaining('Tea house'),
    });
  });

  test('has its webhook looked at, and its secret replaced', async () => {
    const id = await connected();
    expect((await books.run(`webhooks check ${id} --json`)).json()).toEqual({ id, standing: 'made' });
    const rotated = await books.run(`webhooks rotate ${id} --json`);
    expect(rotated.json()).toMatchObject({ id, secret: null, oldEndsAt: expect.stringMatching(/Z$/) });
    expect((await books.run(`webhooks check ${id}`)).out).toContain('as it should be');
  });
});
