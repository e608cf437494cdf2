import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consent } from '../../../../test/support/authorise.ts';
import { arriveAtCallback } from '../../../hub/connections/index.ts';
import { type CliHub, cliHub } from '../fixtures/hub-doors.ts';

let books: CliHub;
beforeAll(async () => {
  books = await cliHub();
});
afterAll(() => books.hub.close());

const CONNECT = 'connect quickbooks --environment sandbox --json';
const addressIn = (err: string) => /^ {2}(http\S+)$/m.exec(err)![1]!;
/** A person who consents and pastes what the browser then shows. */
const pastes =
  (change: (back: URL) => string = (back) => back.href) =>
  async (err: string) =>
    change(await consent(books.hub.sandbox, addressIn(err)));

describe('connecting the books by an authorisation', () => {
  test('takes the pasted address, and answers the company', async () => {
    const ran = await books.run(`${CONNECT} --paste-back`, { typed: pastes() });
    expect([ran.exit, ran.json()]).toMatchObject([
      0,
      { provider: 'quickbooks', accountId: books.hub.sandbox.quickbooks.realmId, homeCurrency: 'USD' },
    ]);
    expect((await books.run('connections test quickbooks --json')).json()).toMatchObject({ good: true });
  });

  test('waits for the browser that comes back to a listener', async () => {
    const shown = Promise.withResolvers<string>();
    const hears = (text: string) => void (/^ {2}http/m.test(text) && shown.resolve(addressIn(text)));
    const line = `${CONNECT} --webhook-verifier-file verifier`;
    const waiting = books.run(line, { files: { verifier: 'made-up' }, hears }, { clock: books.hub.doors.clock });
    const begun = await shown.promise;
    const back = await consent(books.hub.sandbox, begun);
    const arrival = { provider: 'quickbooks', parameters: back.searchParams, binding: null };
    expect(await arriveAtCallback(books.hub.oauth, arrival)).toEqual({ kind: 'handed_over' });
    const ran = await waiting;
    expect(ran.exit).toBe(0);
    expect(ran.json().webhookUrl).toMatch(/\/webhooks\/quickbooks\//);
  });

  test('with anything but the whole address says what is missing', async () => {
    for (const [change, code] of [
      [() => 'four', 'oauth.callback_incomplete'],
      [(back: URL) => back.href.replace(/realmId=\d+/, ''), 'oauth.callback_incomplete'],
      [(back: URL) => back.href.replace('127.0.0.1', 'evil.example'), 'oauth.mixed_up'],
    ] as const) {
      const ran = await books.run(`${CONNECT} --paste-back`, { typed: pastes(change) });
      expect([ran.exit, ran.json().error]).toMatchObject([
        1,
        { code, books: 'The books were not changed by this.', remedy: expect.stringContaining('Begin again') },
      ]);
    }
    const nothing = await books.run(`${CONNECT} --paste-back`, { typed: async () => ' ' });
    expect(nothing.exit).toBe(2);
  });

  test('without keys of an app names the variables', async () => {
    const ran = await books.run('connect quickbooks --environment production --paste-back --json');
    expect(ran.exit).toBe(2);
    expect(ran.json().error).toMatchObject({
      code: 'oauth.not_configured',
      message: expect.stringContaining('COUNTERFOIL_QUICKBOOKS_CLIENT_ID'),
    });
  });
});

test('pasting back needs no address of ours: any that is listed will do', async () => {
  const listed = await cliHub({ oauth: { redirectUris: ['https://books.example.com/back'] } });
  const typed = async (err: string) => (await consent(listed.hub.sandbox, addressIn(err))).href;
  const ran = await listed.run(`${CONNECT} --paste-back`, { typed });
  expect(ran.err).toContain('begins with https://books.example.com/back');
  expect(ran.exit).toBe(0);
  await listed.hub.close();
});

describe('a connection', () => {
  test('is paused, resumed, disconnected and reconnected by its name', async () => {
    const { id } = (await books.run(`${CONNECT} --paste-back`, { typed: pastes() })).json();
    const states = [];
    for (const verb of ['pause', 'resume', 'disconnect'])
      states.push((await books.run(`connections ${verb} ${id} --json`)).json().state);
    expect(states).toEqual(['paused', 'active', 'disconnected']);
    expect((await books.run(`connections test ${id}`)).exit).toBe(4);
    const again = await books.run(`connections reconnect ${id} --paste-back --json`, { typed: pastes() });
    expect(again.json()).toMatchObject({ id, state: 'active' });
  });

  test('is not reconnected with another company', async () => {
    const { id } = (await books.run(`${CONNECT} --paste-back`, { typed: pastes() })).json();
    const other = (back: URL) => back.href.replace(/realmId=\d+/, 'realmId=9130350000000099');
    const ran = await books.run(`connections reconnect ${id} --paste-back --json`, { typed: pastes(other) });
    expect(ran.json().error).toMatchObject({ code: 'connection.other_account' });
    for (const name of ['Acme LLC', books.hub.sandbox.quickbooks.realmId, '9130350000000099'])
      expect(ran.json().error.message).toContain(name);
    expect((await books.run(`connections test ${id}`)).exit).toBe(0);
  });
});
