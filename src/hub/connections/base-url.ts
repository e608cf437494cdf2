import type { ConnectorBase } from '../../connectors/sdk/index.ts';
import { CounterfoilError } from '../../kernel/errors.ts';
import type { HubSettings } from '../doors.ts';
import type { Connection } from './connection.ts';

export interface Address {
  readonly url: string;
  readonly privateAllowed: boolean;
  /** A stand-in on this machine. */
  readonly isSandbox: boolean;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Where calls of a connection go. A base-URL override serves a sandbox on this machine only, and never a production
 * connection: real money must not be sent to a stand-in.
 */
export function baseUrlOf(
  connector: ConnectorBase,
  connection: Pick<Connection, 'environment' | 'baseUrl'>,
  settings: HubSettings,
): Address {
  const override = settings.baseUrls[connector.provider];
  if (override !== undefined)
    return { url: sandboxUrl(connector, connection, override), privateAllowed: true, isSandbox: true };
  if (connector.hosts.kind === 'fixed')
    return { url: connector.hosts[connection.environment], privateAllowed: false, isSandbox: false };
  if (connection.baseUrl === null)
    throw new CounterfoilError('connection.unusable', {
      field: 'baseUrl',
      detail: `${connector.displayName} needs the address of your server.`,
    });
  return {
    url: connection.baseUrl,
    privateAllowed: settings.privateHosts.includes(new URL(connection.baseUrl).hostname),
    isSandbox: false,
  };
}

function sandboxUrl(connector: ConnectorBase, connection: Pick<Connection, 'environment'>, override: string): string {
  if (connection.environment === 'production') {
    throw new CounterfoilError('connection.unusable', {
      field: 'baseUrl',
      detail: `A production connection to ${connector.displayName} cannot use another base URL.`,
    });
  }
  if (!LOOPBACK.has(new URL(override).hostname)) {
    throw new CounterfoilError('connection.unusable', {
      field: 'baseUrl',
      detail: `The base URL of ${connector.displayName} may only be on this machine.`,
    });
  }
  return override;
}
