import { CounterfoilError } from '../../../kernel/errors.ts';

/**
 * The address of a server as a person gives it, without a slash at its end. Throws `connection.unusable` for one with
 * credentials, a query or a fragment: they would end in logs, or in the address of the server's own page.
 */
export function serverAddress(text: string, field: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  const isPlain = url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  if (isPlain && !url.search && !url.hash) return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  throw new CounterfoilError('connection.unusable', {
    field,
    detail: 'The address of a server looks like https://btcpay.example.com, and has no user name, query or fragment.',
  });
}
