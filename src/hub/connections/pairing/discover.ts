import { isCounterfoilError } from '../../../kernel/errors.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import type { WorkDoors } from '../doors.ts';
import { probeServer } from './probe.ts';
import { requirePairing } from './provider.ts';

/** A server on the same machine answers at once, or is not there. */
const PROBE_MS = 2_000;

export interface FoundServer {
  readonly platform: string;
  readonly server: string;
  /** It may be connected as it is; otherwise its host has to be listed in COUNTERFOIL_PRIVATE_HOSTS first. */
  readonly isAllowed: boolean;
}

export interface Discovery {
  readonly asked: readonly string[];
  readonly found: readonly FoundServer[];
}

/**
 * Asks the addresses that home platforms give such a server, and no others, whether one answers. Only when a person
 * wants it; chooses nothing. No key is sent, and the answer is not shown.
 */
export async function discoverServers(
  doors: WorkDoors,
  { tenantId, provider, signal }: { tenantId: TenantId; provider: string; signal?: AbortSignal },
): Promise<Discovery> {
  const known = requirePairing(doors.registry, provider);
  const { knownServers } = known.pairing;
  const answers = await Promise.all(
    knownServers.map(async ({ platform, server }) => {
      const probe = { tenantId, url: server, privateAllowed: true, timeout_ms: PROBE_MS };
      try {
        await probeServer(doors, known, probe, signal);
        return [{ platform, server, isAllowed: doors.settings.privateHosts.includes(new URL(server).hostname) }];
      } catch (error) {
        if (!isCounterfoilError(error)) throw error;
        return [];
      }
    }),
  );
  return { asked: knownServers.map(({ server }) => server), found: answers.flat() };
}
