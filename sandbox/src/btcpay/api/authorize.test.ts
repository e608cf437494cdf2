import { describe, expect, test } from 'vitest';
import { Answer } from '../../core/testing.ts';
import { testBtcpay } from '../testing.ts';

const VIEW = 'btcpay.store.canviewstoresettings';
const HOOKS = 'btcpay.store.webhooks.canmodifywebhooks';
const BACK = 'https://books.example.com/back?state=1&x=%22';

const twoStores = { stores: [{ name: 'Coffee' }, { name: 'Tea' }] };

function asking(options: Parameters<typeof testBtcpay>[0] = twoStores) {
  const server = testBtcpay(options);
  const page = async (changes: Record<string, string> = {}, form?: Record<string, string | string[]>) => {
    const query = new URLSearchParams({ applicationName: 'Acme <App>', selectiveStores: 'true', redirect: BACK });
    for (const permission of [VIEW, HOOKS, 'btcpay.made.up']) query.append('permissions', permission);
    for (const [name, value] of Object.entries(changes)) query.set(name, value);
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(form ?? {})) for (const one of [value].flat()) body.append(name, one);
    const init = form === undefined ? {} : { method: 'POST', body };
    const answer = await server.btcpay.fetch(new Request(`http://sandbox.invalid/api-keys/authorize?${query}`, init));
    const html = await answer.text();
    const fields = [...html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    return { status: answer.status, html, fields, key: fields.find(([name]) => name === 'apiKey')?.[1] ?? '' };
  };
  const as = async (key: string, target: string) =>
    Answer.of(
      await server.btcpay.fetch(
        new Request(`http://sandbox.invalid/api/v1${target}`, { headers: { authorization: `token ${key}` } }),
      ),
    );
  return { ...server, page, as, ids: server.btcpay.settings.stores.map(({ id }) => id) };
}

describe('the authorize page', () => {
  test('shows who asks for what, drops unknown policies, and needs no session of the app', async () => {
    const { page } = asking();
    const { status, html } = await page();
    expect(status).toBe(200);
    expect(html).toContain('Acme &#60;App&#62;');
    expect(html).toContain(VIEW);
    expect(html).not.toContain('btcpay.made.up');
    expect(html).toContain('Tea');
  });

  test('posts a key of the chosen store to the app, which reaches no other store', async () => {
    const { page, as, ids } = asking();
    const { html, fields, key } = await page({}, { decision: 'authorize', store: ids[1]! });
    expect(html).toContain('action="https://books.example.com/back?state=1&#38;x=%22"');
    expect(fields.filter(([name]) => name === 'permissions[]').map(([, value]) => value)).toEqual([
      `${VIEW}:${ids[1]}`,
      `${HOOKS}:${ids[1]}`,
    ]);
    expect((await as(key, '/stores')).rows.map(({ id }) => id)).toEqual([ids[1]]);
    expect((await as(key, `/stores/${ids[0]}`)).status).toBe(403);
    expect((await as(key, `/stores/${ids[1]}/webhooks`)).status).toBe(200);
    expect((await as(key, '/api-keys/current')).at('label')).toBe('Acme <App>');
  });

  test('grants every store when none is named, and lets permissions be refused only when not strict', async () => {
    const { page, as, ids } = asking();
    const all = await page({}, { decision: 'authorize', permission: VIEW });
    expect((await as(all.key, '/stores')).rows).toHaveLength(2);
    expect((await as(all.key, '/api-keys/current')).at('permissions')).toEqual([VIEW, HOOKS]);
    const less = await page({ strict: 'false' }, { decision: 'authorize', permission: VIEW });
    expect((await as(less.key, `/stores/${ids[0]}/webhooks`)).at('missingPermission')).toBe(HOOKS);
  });

  test('goes nowhere when the person cancels, or when the redirect is relative', async () => {
    const { page } = asking();
    const cancelled = await page({}, { decision: 'cancel' });
    expect([cancelled.status, cancelled.fields]).toEqual([200, []]);
    const shown = await page({ redirect: '/relative' }, { decision: 'authorize' });
    expect(shown.html).toMatch(/<code>[0-9a-f]{40}<\/code>/);
    expect(shown.fields).toEqual([]);
  });

  test('gives the same key again only for the same app and the whole redirect', async () => {
    const { page } = asking();
    const app = { applicationIdentifier: 'acme' };
    const keys = [];
    for (const more of [app, app, { ...app, redirect: `${BACK}&other=1` }, { applicationIdentifier: 'other' }])
      keys.push((await page(more, { decision: 'authorize' })).key);
    expect(keys[1]).toBe(keys[0]);
    expect(new Set(keys).size).toBe(3);
  });

  test('refuses real coins over plain http in public, and takes names of a home', async () => {
    const status = async (publicUrl: string, isMainnet: boolean) =>
      (await asking({ publicUrl, isMainnet }).page()).status;
    expect(await status('http://shop.example.com', true)).toBe(403);
    expect(await status('http://shop.example.com', false)).toBe(200);
    for (const url of ['https://shop.example.com', 'http://x.onion', 'http://umbrel.local:3003', 'http://10.0.0.4'])
      expect(await status(url, true)).toBe(200);
  });

  test('keys survive a restart, and a revoked one is unknown', async () => {
    const { page, as, btcpay } = asking();
    const { key } = await page({}, { decision: 'authorize' });
    btcpay.restore(btcpay.snapshot());
    expect((await as(key, '/stores')).status).toBe(200);
    const request = { method: 'DELETE', headers: { authorization: `token ${key}` } };
    await btcpay.fetch(new Request('http://sandbox.invalid/api/v1/api-keys/current', request));
    expect((await as(key, '/stores')).status).toBe(401);
  });
});
