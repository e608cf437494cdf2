import { sha256 } from '../../../kernel/digest.ts';
import type { ConnectionId } from '../../../kernel/ids.ts';

/** An access token that ends sooner is not sent: the call may wait for its turn on the way. */
export const LAST_MOMENT_MS = 30_000;

interface Aging {
  readonly connectionId: ConnectionId;
  readonly generation: bigint;
  readonly accessExpiresAt: number;
  readonly ahead_ms: number;
}

/**
 * When the access token is renewed (ms UTC): `ahead_ms` before its end and up to as long again earlier. The jitter
 * follows from the connection and its generation, so that all processes agree and connections do not come together.
 */
export function refreshDueAt({ connectionId, generation, accessExpiresAt, ahead_ms }: Aging): number {
  const [first = 0, second = 0] = sha256(`${connectionId} ${generation}`);
  const jitter = (first * 256 + second) / 65_536;
  return accessExpiresAt - ahead_ms - Math.floor(jitter * ahead_ms);
}
