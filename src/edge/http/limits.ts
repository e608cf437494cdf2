/** Size and patience of a listener. */
export interface HttpLimits {
  readonly body_bytes: number;
  /** For reading the request, and again for answering it. */
  readonly request_ms: number;
}

/** Largest body of any provider's webhook that we take: requirements G9. */
export const EDGE_BODY_BYTES = 5 * 1024 ** 2;
/** Requests of people and programs to the API: requirements G9. */
export const API_BODY_BYTES = 1024 ** 2;
/** Requirements G9. Providers give up earlier; nothing that we serve takes longer when all is well. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for requests that trickle in too slowly. */
export const CONNECTION_CHECK_MS = 5_000;
/** What a sender should wait when we cannot store or answer: long enough for a restart of the database. */
export const RETRY_AFTER_S = 5;
/** Our tokens have 52 characters; nothing in our paths is longer than 64. */
export const MAX_PATH_PART = 100;
/** Longest request id taken over from a caller. */
export const MAX_REQUEST_ID = 64;
/** Longest cursor that we give out has about 110 characters. */
export const MAX_CURSOR = 300;
export const DEFAULT_PAGE_ITEMS = 50;
