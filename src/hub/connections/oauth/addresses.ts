import type { Address } from '../base-url.ts';
import type { OAuthProvider } from './provider.ts';

/** Where the steps of an authorisation go. */
export interface OAuthAddresses {
  readonly authorize: string;
  readonly token: string;
  readonly revoke: string;
}

/** The provider's own addresses; those of a sandbox have the same paths below its base. */
export function oauthAddresses({ dialect }: OAuthProvider, address: Address): OAuthAddresses {
  const { authorizeUrl, tokenUrl, revoke } = dialect;
  const at = (url: string) => (address.isSandbox ? `${address.url}${new URL(url).pathname}` : url);
  return { authorize: at(authorizeUrl), token: at(tokenUrl), revoke: at(revoke.url) };
}
