/** One call to a provider, as a value. The transport adds host and credential; connector code never sees a token. */
export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path below the connection's API base, with ids filled in and encoded; starts with `/`. */
  readonly path: string;
  /** Query parameters in order; a name may repeat. Never a secret. */
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly contentType: string; readonly text: string };
  /** The operation's template, such as `GET /v1/charges`: for the call log, budgets and conformance. */
  readonly operation: string;
  /** Names of the limits in the connector's `limits` that the call counts against, beside those that all calls do. */
  readonly budgets?: readonly string[];
  /** Whole call, headers and body included; a slow drip does not extend it. */
  readonly timeout_ms?: number;
}

export interface ProviderResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Query parameters without the ones that are undefined. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): (readonly [string, string])[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
}
