import { Buffer } from 'node:buffer';

/** A text in the form of a signed token; its last part is chance, as nobody checks signatures offline. */
export function jwtText(claims: Readonly<Record<string, unknown>>, signature: string): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', kid: 'sandbox', typ: 'JWT' })}.${part(claims)}.${signature}`;
}
