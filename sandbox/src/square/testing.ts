import { Answer, MONDAY, testDoors } from '../core/testing.ts';
import type { SquareOptions } from './settings.ts';
import { createSquare, type SandboxSquare } from './square.ts';

/** A seller for tests with a clock that stands at Monday noon-ish, and short ways to ask its API. */
export function testSquare(options: SquareOptions = {}) {
  const doors = testDoors(MONDAY * 1000);
  const square = createSquare(doors, { requestsPerSecond: null, oauthRequestsPerSecond: null, ...options });
  return { doors, square, ...askingSquare(square) };
}

export function askingSquare(square: SandboxSquare) {
  const ask = async (method: string, target: string, body?: unknown, headers: Record<string, string> = {}) => {
    const request = new Request(`http://sandbox.invalid${target}`, {
      method,
      headers: {
        authorization: `Bearer ${square.settings.personalAccessToken}`,
        'content-type': typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json',
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return Answer.of(await square.fetch(request));
  };
  const rowsOf = (answer: Answer, name: string) => (answer.at(name) ?? []) as Record<string, unknown>[];
  return {
    ask,
    get: (target: string, headers: Record<string, string> = {}) => ask('GET', target, undefined, headers),
    post: (target: string, body: unknown, headers: Record<string, string> = {}) => ask('POST', target, body, headers),
    /** Every row of a GET list, page by page. */
    async all(target: string, name: string): Promise<Record<string, unknown>[]> {
      const rows: Record<string, unknown>[] = [];
      let cursor = '';
      do {
        const page = await ask('GET', `${target}${target.includes('?') ? '&' : '?'}${cursor}`);
        rows.push(...rowsOf(page, name));
        const next = page.at('cursor');
        cursor = next === undefined ? '' : `cursor=${String(next)}`;
      } while (cursor !== '');
      return rows;
    },
  };
}

/** Minor units in the test seller's currency, as bodies carry them. */
export function usd(amount: number): { readonly amount: number; readonly currency: string } {
  return { amount, currency: 'USD' };
}
