import type { ConnectionId, TenantId } from '../../kernel/ids.ts';
import type { Secret } from '../../kernel/secret.ts';

/** One request below the base URL of a connection, as a connector built it. */
export interface CallRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Starts with `/`, ids encoded, no query. */
  readonly path: string;
  /** Parameters in order; a name may repeat. */
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly contentType: string; readonly text: string };
  /** The operation's template, such as `GET /v1/charges`. Free of personal data: it is logged and shown in errors. */
  readonly operation: string;
  /** Overrides {@link Call.timeout_ms}. */
  readonly timeout_ms?: number;
  /** Names of the `named` limits that this request counts against. */
  readonly budgets?: readonly string[];
}

/** One documented limit of a provider. */
export interface Limit {
  readonly name: string;
  /** Whether one connection or all of them together share it. */
  readonly scope: 'connection' | 'app';
  readonly calls: number;
  readonly per_ms: number;
  /** `all` calls count against it, or only requests that name it. */
  readonly appliesTo: 'all' | 'named';
}

/** Everything about one call to a provider. A call without a tenant and a connection cannot be expressed. */
export interface Call {
  readonly tenantId: TenantId;
  readonly connectionId: ConnectionId;
  readonly provider: string;
  /** Scheme, host and optional path prefix. */
  readonly baseUrl: string;
  /** The operator listed this host: loopback and private addresses are accepted, and plain http to them. */
  readonly privateHostAllowed: boolean;
  /** Hosts as `host` or `host:port` (the port only when it is not the scheme's own), or any host the owner entered. */
  readonly allowedHosts: readonly string[] | 'self_hosted';
  readonly auth: { readonly header: string; readonly value: Secret } | null;
  /** Headers on every call of the connector; those of the request win over them, and {@link Call.auth} over both. */
  readonly headers: Readonly<Record<string, string>>;
  readonly request: CallRequest;
  readonly limits: readonly Limit[];
  /** Connecting, headers and the whole body; the wait for a rate budget comes on top. */
  readonly timeout_ms: number;
  /** The answer's header that carries the provider's own id of the call. */
  readonly requestIdHeader: string;
  /** Backfill leaves a part of every budget to live work. */
  readonly lane: 'live' | 'backfill';
}

/** Whatever the provider answered, errors included: judging it is the connector's part. */
export interface Answer {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly requestId: string | null;
  readonly took_ms: number;
  /** Time spent waiting for a rate budget before the call. */
  readonly waited_ms: number;
}

/** The one outbound path. */
export interface Transport {
  /**
   * Sends once and never again by itself. Rejects with a `CounterfoilError` whose outcome tells whether the request
   * may have reached the provider; an HTTP error status is an answer, not a rejection.
   */
  send(call: Call, signal?: AbortSignal): Promise<Answer>;
  /** Ends waits for budgets, lets running calls finish, writes the rest of the call log. */
  close(): Promise<void>;
}

/** How a call is named in errors and logs. */
export function callName(call: Call, url: URL): string {
  return `${call.request.operation} at ${url.host}`;
}
