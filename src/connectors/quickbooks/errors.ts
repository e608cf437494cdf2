import type { ErrorCode } from '../../kernel/error-codes.ts';
import { CounterfoilError, type ErrorDetails } from '../../kernel/errors.ts';
import { jsonOrNull, type ProviderRequest, type ProviderResponse } from '../sdk/index.ts';
import {
  BY_CODE,
  BY_CODE_IN_CREATE,
  byFaultType,
  byStatus,
  SERVER_FAULT_TYPES,
  type Situation,
} from './error-table.ts';
import { type Fault, type FaultEntry, findFault, findFaultInXml } from './fault.ts';
import { DEFAULT_THROTTLE_WAIT_MS } from './limits.ts';
import { retryAfter } from './retry-after.ts';
import { objectOf } from './shape.ts';
import { cut } from './text.ts';

/** Header with the provider's id of the call. */
export const REQUEST_ID_HEADER = 'intuit_tid';

/** Most characters of the provider's own words that are kept. */
const MAX_DETAIL = 500;

interface FaultContext {
  readonly situation: Situation;
  /** Absent for a fault inside an answer that is a success as a whole. */
  readonly response?: ProviderResponse;
}

/**
 * Null when the answer is a success. Status and codes decide, words never. A fault inside a 200 is an error; faults of
 * single items of a batch are not looked at here.
 */
export function classify(request: ProviderRequest, response: ProviderResponse): CounterfoilError | null {
  const context = { situation: situationOf(request), response };
  if (response.status >= 200 && response.status < 300) return classifySuccess(response, context);
  const fault = findFault(jsonOrNull(response.text)) ?? findFaultInXml(response.text);
  return fault === null ? errorOf(byStatus(response.status), null, context) : errorOfFault(fault, context);
}

/** The error that a fault stands for. */
export function errorOfFault(fault: Fault, context: FaultContext): CounterfoilError {
  const entry =
    fault.entries.find(({ code }) => code !== null && Object.hasOwn(BY_CODE, code)) ?? fault.entries[0] ?? null;
  return errorOf(codeOfFault(fault, entry, context), entry, context);
}

/** An object in which the word does not occur holds no fault: nearly every answer, and parsing one twice is dear. */
function cannotHoldFault(text: string): boolean {
  return /^\s*\{/.test(text) && /\}\s*$/.test(text) && !/"fault"/i.test(text);
}

function classifySuccess(response: ProviderResponse, context: FaultContext): CounterfoilError | null {
  if (cannotHoldFault(response.text)) return null;
  const body = jsonOrNull(response.text);
  if (objectOf(body) === null) return errorOf('provider.unreadable', null, context);
  const fault = findFault(body);
  return fault === null ? null : errorOfFault(fault, context);
}

function codeOfFault(fault: Fault, entry: FaultEntry | null, { situation, response }: FaultContext): ErrorCode {
  const status = response?.status ?? 200;
  if (status === 429 || entry?.code === '3001') return 'provider.throttled';
  // A broken server may name any code; what it did is unknown.
  if (status >= 500 || SERVER_FAULT_TYPES.includes(fault.type ?? '')) return 'provider.unavailable';
  return byCode(entry?.code ?? null, situation) ?? byFaultType(fault.type, situation) ?? byStatus(status);
}

function byCode(code: string | null, situation: Situation): ErrorCode | null {
  if (code === null) return null;
  const special = situation === 'create' ? BY_CODE_IN_CREATE[code] : undefined;
  return special ?? (Object.hasOwn(BY_CODE, code) ? BY_CODE[code]! : null);
}

function errorOf(code: ErrorCode, entry: FaultEntry | null, { response }: FaultContext): CounterfoilError {
  const detail = detailOf(entry);
  const wait_ms = waitOf(code, response);
  const details: ErrorDetails = {
    ...(detail === null ? {} : { detail }),
    ...(entry?.element ? { field: entry.element } : {}),
    ...(wait_ms === null ? {} : { retryAfter_ms: wait_ms }),
    provider: providerOf(entry, response),
  };
  return new CounterfoilError(code, details);
}

function providerOf(entry: FaultEntry | null, response?: ProviderResponse): NonNullable<ErrorDetails['provider']> {
  const requestId = response?.headers[REQUEST_ID_HEADER];
  return {
    ...(response === undefined ? {} : { status: response.status }),
    ...(entry?.code ? { code: entry.code } : {}),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

function detailOf(entry: FaultEntry | null): string | null {
  const { message = null, detail = null } = entry ?? {};
  if (message === null || detail?.startsWith(message)) return detail === null ? null : cut(detail, MAX_DETAIL);
  return cut(detail === null ? message : `${message}: ${detail}`, MAX_DETAIL);
}

function waitOf(code: ErrorCode, response?: ProviderResponse): number | null {
  const asked = response === undefined ? null : retryAfter(response.headers);
  return asked ?? (code === 'provider.throttled' ? DEFAULT_THROTTLE_WAIT_MS : null);
}

function situationOf(request: ProviderRequest): Situation {
  if (request.method === 'GET' || request.operation.endsWith('/query')) return 'read';
  return request.query?.some(([name]) => name === 'operation') ? 'change' : 'create';
}
