import { squareRoutes } from '../../sandbox/src/square/api/routes.ts';
import type { Ask, Said, SandboxBench } from './sandbox-bench.ts';
import { consent, fieldOf, MAIN, REDIRECT, usd } from './sandbox-square-parts.ts';

/** Every endpoint asked without a key and for things that are not there, and with bodies that are wrong. */
export async function refusalsOfSquare(bench: SandboxBench): Promise<readonly Said[]> {
  const said: Said[] = [];
  const refused = async (ask: Ask) => said.push(await bench.refused(ask));
  for (const { method, path, key } of squareRoutes) {
    const ask = { method, path: path.replaceAll(/\{\w+\}/g, 'nobody') };
    await refused({ ...ask, headers: { authorization: 'Bearer wrong' } });
    await refused({ ...ask, headers: { 'square-version': 'today' } });
    const isBody = method === 'POST' || method === 'PUT';
    await refused(isBody ? { ...ask, body: '[]' } : { ...ask, path: `${ask.path}?colour=red` });
    if (key?.required === true) await refused({ ...ask, body: {} });
    if (path.includes('{') && !path.startsWith('/v2/inventory/'))
      await refused({ ...ask, ...(isBody ? { body: valid(path) } : {}) });
  }
  const card = { idempotency_key: 'd', source_id: 'cnon:card-nonce-declined', amount_money: usd(100) };
  await refused({ method: 'POST', path: '/v2/payments', body: card });
  await refused({ method: 'GET', path: '/v2/payments', headers: { authorization: await powerless(bench) } });
  bench.sandbox.faults.square.failNext({ fault: '429' });
  await refused({ method: 'GET', path: '/v2/payments' });
  return said;
}

/** A body that is good enough to reach the look-up of what the path names. */
function valid(path: string): unknown {
  const idempotency_key = 'k';
  if (path.endsWith('/accumulate')) {
    return { idempotency_key, location_id: MAIN, accumulate_points: { points: 1 } };
  }
  return path.endsWith('/adjust')
    ? { idempotency_key, adjust_points: { points: 1 } }
    : path.startsWith('/v2/invoices') && !path.endsWith('}')
      ? { version: 0 }
      : wrapped(path);
}

function wrapped(path: string): unknown {
  if (path.startsWith('/v2/orders')) return { order: { version: 1 } };
  if (path.startsWith('/v2/invoices')) return { invoice: { version: 0 } };
  return path.startsWith('/v2/webhooks') && path.endsWith('}') ? { subscription: { name: 'x' } } : {};
}

/** A token of a seller who agreed to nothing but his profile. */
async function powerless(bench: SandboxBench): Promise<string> {
  const { applicationId: client_id, applicationSecret: client_secret } = bench.sandbox.square.settings;
  const code = await consent(bench, new URLSearchParams({ client_id, redirect_uri: REDIRECT }));
  const body = { client_id, client_secret, grant_type: 'authorization_code', code };
  return `Bearer ${fieldOf(await bench.good({ method: 'POST', path: '/oauth2/token', body }), 'access_token')}`;
}
