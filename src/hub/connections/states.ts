import type { StateTable } from '../../kernel/state-table.ts';
import type { ConnectionState } from './connection.ts';

/** Everything that can happen to a connection. `docs/spec/connection.md` writes the table out for people. */
export type ConnectionEvent =
  /** A person begins to connect and is sent to the provider. */
  | 'begin'
  /** The person did not come back from the provider in time. */
  | 'abandon'
  /** A credential was tried and is good: the account is connected, or connected again. */
  | 'connect'
  /** The provider refused the credential. */
  | 'credential_refused'
  /** The provider keeps failing. */
  | 'trouble'
  /** It answers again. */
  | 'recover'
  | 'pause'
  | 'resume'
  | 'disconnect';

/**
 * States × events. A call that was under way may end after a person paused or disconnected: what it met does not undo
 * what the person said.
 */
export const CONNECTION_TABLE: StateTable<ConnectionState | 'absent', ConnectionEvent> = {
  absent: {
    begin: 'pending',
    abandon: 'refuse',
    connect: 'active',
    credential_refused: 'refuse',
    trouble: 'refuse',
    recover: 'refuse',
    pause: 'refuse',
    resume: 'refuse',
    disconnect: 'refuse',
  },
  pending: {
    begin: 'pending',
    abandon: 'disconnected',
    connect: 'active',
    credential_refused: 'stays',
    trouble: 'stays',
    recover: 'stays',
    pause: 'refuse',
    resume: 'refuse',
    disconnect: 'disconnected',
  },
  active: {
    begin: 'stays',
    abandon: 'stays',
    connect: 'active',
    credential_refused: 'needs_reconnect',
    trouble: 'degraded',
    recover: 'stays',
    pause: 'paused',
    resume: 'stays',
    disconnect: 'disconnected',
  },
  degraded: {
    begin: 'stays',
    abandon: 'stays',
    connect: 'active',
    credential_refused: 'needs_reconnect',
    trouble: 'degraded',
    recover: 'active',
    pause: 'paused',
    resume: 'stays',
    disconnect: 'disconnected',
  },
  needs_reconnect: {
    begin: 'stays',
    abandon: 'stays',
    connect: 'active',
    credential_refused: 'needs_reconnect',
    trouble: 'stays',
    recover: 'stays',
    pause: 'paused',
    resume: 'refuse',
    disconnect: 'disconnected',
  },
  paused: {
    begin: 'stays',
    abandon: 'stays',
    connect: 'active',
    credential_refused: 'stays',
    trouble: 'stays',
    recover: 'stays',
    pause: 'stays',
    resume: 'active',
    disconnect: 'disconnected',
  },
  disconnected: {
    begin: 'pending',
    abandon: 'stays',
    connect: 'active',
    credential_refused: 'stays',
    trouble: 'stays',
    recover: 'stays',
    pause: 'refuse',
    resume: 'refuse',
    disconnect: 'stays',
  },
};
