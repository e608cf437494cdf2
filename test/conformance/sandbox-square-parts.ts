import type { Said, SandboxBench } from './sandbox-bench.ts';

/** The sandbox seller's main location. */
export const MAIN = 'LSANDBOXMAIN1';
/** Where its app lets people be sent back to. */
export const REDIRECT = 'https://hub.example.com/oauth/square';

/** Minor units as bodies carry them. */
export const usd = (amount: number) => ({ amount, currency: 'USD' });

/** The value at a dotted path of an answer, as text. */
export function fieldOf(said: Said, path: string): string {
  const value = path.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown>)?.[name], said.json);
  return String(value);
}

/** Presses the button of the consent page and takes the code from where it leads. */
export async function consent({ sandbox }: SandboxBench, query: URLSearchParams): Promise<string> {
  const target = `http://127.0.0.1:9/square/oauth2/authorize?${query}`;
  const answer = await sandbox.handle(
    new Request(target, { method: 'POST', body: new URLSearchParams({ decision: 'allow' }) }),
  );
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
}
