import { CounterfoilError } from '../../../kernel/errors.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import { parseJson } from '../../../kernel/json.ts';
import type { WorkDoors } from '../doors.ts';
import type { PairingProvider } from './provider.ts';

export interface Probe {
  readonly tenantId: TenantId;
  readonly url: string;
  readonly privateAllowed: boolean;
  readonly timeout_ms: number;
}

/**
 * Whether a server of this kind answers at an address, asked without a key. Throws what the transport refuses, what the
 * server answers as an error, and `connection.unusable` when something else answers.
 */
export async function probeServer(
  { transport, makeId }: Pick<WorkDoors, 'transport' | 'makeId'>,
  { connector, pairing }: PairingProvider,
  { tenantId, url, privateAllowed, timeout_ms }: Probe,
  signal?: AbortSignal,
): Promise<void> {
  const request = pairing.alive.request();
  const answer = await transport.send(
    {
      tenantId,
      connectionId: makeId('con'),
      provider: connector.provider,
      baseUrl: url,
      privateHostAllowed: privateAllowed,
      allowedHosts: 'self_hosted',
      auth: null,
      headers: connector.headers,
      request,
      limits: [],
      timeout_ms,
      requestIdHeader: connector.requestIdHeader,
      lane: 'live',
    },
    signal,
  );
  const problem = connector.classify(request, answer);
  if (problem !== null && problem.kind === 'retryable') throw problem;
  if (problem === null && isAlive(pairing, answer.text)) return;
  throw new CounterfoilError('connection.unusable', {
    field: 'server',
    detail: `${new URL(url).host} answers, but not as a ${connector.displayName}.`,
  });
}

function isAlive({ alive }: PairingProvider['pairing'], text: string): boolean {
  try {
    return alive.read(parseJson(text));
  } catch {
    return false;
  }
}
