import { assert } from '../../kernel/assert.ts';
import { writeJson } from '../../kernel/json.ts';
import { type ProviderRequest, queryOf } from '../sdk/index.ts';
import { ENTITY_OF, LISTED_KINDS, resourceOf } from './entities.ts';

/** The only minor version served since 2025-08-01; saying so costs nothing. */
const MINOR_VERSION = 75;

/** Longest `requestid` (Intuit, "Request ID update"). */
const MAX_REQUEST_ID = 50;

/** Statements beyond this many characters go in a body: proxies on the way refuse long addresses. */
const MAX_STATEMENT_IN_ADDRESS = 1_500;

const ROOT = '/v3/company/{realmId}';

export interface Write {
  /** Entity in lower case, such as `salesreceipt`. */
  readonly resource: string;
  /** Idempotency key; repeated, QuickBooks answers what it answered first. */
  readonly key: string;
  readonly body: unknown;
  /** What is done to an existing object; absent for a create. */
  readonly operation?: 'void' | 'delete';
  readonly budgets?: readonly string[];
}

/** Every operation that this connector calls, as in {@link ProviderRequest.operation}. */
export const OPERATIONS: readonly string[] = [
  `GET ${ROOT}/companyinfo/{id}`,
  `GET ${ROOT}/query`,
  `POST ${ROOT}/query`,
  `POST ${ROOT}/batch`,
  ...['account', 'customer', 'vendor', 'item'].map((resource) => `POST ${ROOT}/${resource}`),
  ...LISTED_KINDS.map((kind) => resourceOf(ENTITY_OF[kind])).flatMap((resource) => [
    `POST ${ROOT}/${resource}`,
    `GET ${ROOT}/${resource}/{id}`,
  ]),
];

/** Reads one object by id. */
export function readOne(companyId: string, resource: string, id: string): ProviderRequest {
  return {
    method: 'GET',
    path: `${companyPath(companyId)}/${resource}/${encodeURIComponent(id)}`,
    query: queryOf({ minorversion: MINOR_VERSION }),
    operation: `GET ${ROOT}/${resource}/{id}`,
  };
}

/** Creates something, or voids or deletes it. */
export function write(companyId: string, { resource, key, body, operation, budgets }: Write): ProviderRequest {
  assert(key.length > 0 && key.length <= MAX_REQUEST_ID, `requestid must have 1 to ${MAX_REQUEST_ID} characters`);
  return {
    method: 'POST',
    path: `${companyPath(companyId)}/${resource}`,
    query: queryOf({ minorversion: MINOR_VERSION, requestid: key, operation }),
    body: { contentType: 'application/json', text: writeJson(body) },
    operation: `POST ${ROOT}/${resource}`,
    ...(budgets === undefined ? {} : { budgets }),
  };
}

/** Runs a query statement; a long one travels as the body. */
export function runQuery(companyId: string, statement: string): ProviderRequest {
  const path = `${companyPath(companyId)}/query`;
  if (statement.length <= MAX_STATEMENT_IN_ADDRESS) {
    const query = queryOf({ minorversion: MINOR_VERSION, query: statement });
    return { method: 'GET', path, query, operation: `GET ${ROOT}/query` };
  }
  return {
    method: 'POST',
    path,
    query: queryOf({ minorversion: MINOR_VERSION }),
    body: { contentType: 'application/text', text: statement },
    operation: `POST ${ROOT}/query`,
  };
}

function companyPath(companyId: string): string {
  return `/v3/company/${encodeURIComponent(companyId)}`;
}
