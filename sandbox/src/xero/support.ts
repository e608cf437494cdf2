import { testDoors } from '../core/testing.ts';
import { createXero, type SandboxXero, type XeroOptions } from './index.ts';

/** The organisations under test. */
export const ACME = '0acc0001-0000-4000-8000-000000000001';
export const TRADING = '0acc0002-0000-4000-8000-000000000002';
/** A Friday noon, UTC. */
export const START = Date.parse('2026-11-20T12:00:00Z');
export const TOKEN = 'sandbox-xero-access-token';

/** An object of an answer, for looking into. */
export interface Row {
  readonly [member: string]: unknown;
}

/** An answer read completely. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of an answer without JSON: an empty object. */
  readonly json: Row;
  /** The objects under the name of the resource. */
  rows(name: string): readonly Row[];
}

/** Offline Xero under test with its clock and short ways to call it. */
export function bench(options: XeroOptions = {}) {
  const doors = testDoors(START);
  const xero = createXero(doors, { limits: null, ...options });
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    read(await xero.fetch(new Request(`http://xero.test${path}`, init(method, body, headers))));
  const api = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    ask(method, `/api.xro/2.0/${path}`, body, headers);
  return {
    xero,
    doors,
    ask,
    api,
    /** Creates one object by PUT and gives it; throws when it was refused. */
    async make(resource: string, object: unknown): Promise<Row> {
      const reply = await api('PUT', resource, object);
      if (reply.status !== 200) throw new Error(reply.text);
      return reply.rows(resource)[0]!;
    },
    /** Signed balance of an account in minor units. */
    balance: (code: string) => balanceOf(xero, code),
  };
}

export type Bench = ReturnType<typeof bench>;

function init(method: string, body: unknown, headers: Record<string, string>): RequestInit {
  const isText = typeof body === 'string';
  return {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'xero-tenant-id': ACME,
      accept: 'application/json',
      'content-type': isText ? 'application/x-www-form-urlencoded' : 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  };
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const json = (isJson && text !== '' ? JSON.parse(text) : {}) as Row;
  const rows = (name: string) => json[name] as readonly Row[];
  return { status: response.status, headers: response.headers, text, json, rows };
}

function balanceOf(xero: SandboxXero, code: string): number {
  const row = xero.ledger(ACME).trialBalance.find((each) => each.code === code);
  return row === undefined ? 0 : row.debit - row.credit;
}

/** The messages of a refusal's objects. */
export function messagesOf(reply: Reply): string {
  const elements = (reply.json.Elements ?? []) as readonly {
    readonly ValidationErrors: readonly { Message: string }[];
  }[];
  return elements.flatMap(({ ValidationErrors }) => ValidationErrors.map(({ Message }) => Message)).join('; ');
}

/** An approved sales invoice of 100.00 on account 200 without tax. */
export function salesInvoice(more: Row = {}): Row {
  return {
    Type: 'ACCREC',
    Contact: { Name: 'Customer One' },
    Date: '2026-11-20',
    DueDate: '2026-12-20',
    LineAmountTypes: 'NoTax',
    Status: 'AUTHORISED',
    LineItems: [{ Description: 'Goods', Quantity: 1, UnitAmount: 100, AccountCode: '200' }],
    ...more,
  };
}
