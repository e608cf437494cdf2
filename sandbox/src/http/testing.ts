import { Answer, testDoors } from '../core/testing.ts';
import { answerDoor } from './door.ts';
import type { SandboxOptions } from './options.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

/** A whole sandbox in the process, its webhooks caught in a list. */
export function testSandbox(options: Partial<SandboxOptions> = {}) {
  const doors = testDoors(Date.UTC(2026, 10, 20));
  const received: Request[] = [];
  const sandbox = createSandbox({
    seed: 1,
    now: () => doors.now(),
    wait: (ms) => doors.wait(ms),
    async send(request) {
      received.push(request);
      return new Response(null, { status: 200 });
    },
    baseUrl: () => 'http://127.0.0.1:4180',
    stripe: { requestsPerSecond: 1_000_000 },
    quickbooks: { limits: null },
    xero: { limits: null },
    square: { requestsPerSecond: null, oauthRequestsPerSecond: null },
    ...options,
  });
  return { doors, received, sandbox, ask: askingSandbox(sandbox) };
}

/** Asks the whole door with the right key for each provider; a text is sent as a form, anything else as JSON. */
function askingSandbox(sandbox: Sandbox) {
  const keys: Record<string, string> = {
    stripe: 'Bearer sk_test_sandbox',
    btcpay: 'token btcpay_sandbox_key',
    quickbooks: 'Bearer sandbox-quickbooks-access-token',
    xero: 'Bearer sandbox-xero-access-token',
    square: 'Bearer sandbox-square-access-token',
  };
  return async (
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const isForm = typeof body === 'string';
    const authorization = keys[target.split('/')[1] ?? ''];
    const request = new Request(`http://127.0.0.1:4180${target}`, {
      method,
      headers: {
        ...(authorization ? { authorization } : {}),
        accept: 'application/json',
        'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    return Answer.of(await answerDoor(sandbox, request));
  };
}
