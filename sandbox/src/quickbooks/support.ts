import { createQuickBooks, type EntityName, type QuickBooksOptions, type SandboxQuickBooks } from './index.ts';

/** A moment of a day in the company's zone: 2026-11-20 02:00 in Los Angeles. */
export const START = Date.parse('2026-11-20T10:00:00Z');
/** The company under test. */
export const REALM = '9130350000000001';
/** Its fixed access token. */
export const TOKEN = 'sandbox-quickbooks-access-token';

/** An object of an answer, with the members tests follow. */
export interface Row {
  readonly Id: string;
  readonly SyncToken: string;
  readonly Line: readonly Row[];
  readonly [member: string]: unknown;
}

/** The JSON of an answer, as far as tests follow it. */
interface Payload extends Readonly<Record<EntityName, Row>> {
  readonly QueryResponse: Readonly<Record<EntityName, readonly Row[]>>;
  readonly CDCResponse: readonly { readonly QueryResponse: readonly Readonly<Record<EntityName, readonly Row[]>>[] }[];
  readonly BatchItemResponse: readonly (Readonly<Record<EntityName, Row>> & Pick<Payload, 'QueryResponse' | 'Fault'>)[];
  readonly Fault: { readonly type: string; readonly Error: readonly FaultError[] };
  readonly fault: {
    readonly type: string;
    readonly error: readonly { readonly message: string; readonly code: string }[];
  };
  readonly access_token: string;
  readonly refresh_token: string;
  readonly error: string;
  readonly [member: string]: unknown;
}

/** One error of a fault. */
interface FaultError {
  readonly code: string;
  readonly Message: string;
  readonly Detail: string;
}

/** An answer read completely. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of an answer without JSON: an empty object. */
  readonly json: Payload;
}

/** A company under test with its clock and short ways to call it. */
export interface Bench {
  readonly qbo: SandboxQuickBooks;
  now: number;
  get(path: string): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  query(statement: string): Promise<Reply>;
  /** Creates an object and gives it; throws when it was refused. */
  make(entity: EntityName, body: unknown): Promise<Row>;
  /** Id of a seeded or made account by its name. */
  account(name: string): string;
  /** Signed balance of an account in minor units. */
  balance(name: string): number;
}

/** A small seeded generator (mulberry32), so that no test draws real chance. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A fresh company. Limits are off unless the test asks for them. */
export function bench(options: QuickBooksOptions = {}): Bench {
  const clock = { now: START };
  const qbo = createQuickBooks({ now: () => clock.now, random: seededRandom(7) }, { limits: null, ...options });
  const send = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const url = path.startsWith('/')
      ? `http://quickbooks.test${path}`
      : `http://quickbooks.test/v3/company/${REALM}/${path}`;
    const init = { method, headers: { authorization: `Bearer ${TOKEN}`, accept: 'application/json', ...headers } };
    return await read(await qbo.fetch(new Request(url, body === undefined ? init : { ...init, body })));
  };
  const accounts = (): Map<string, string> => {
    const found = new Map<string, string>();
    for (let id = 1; ; id += 1) {
      const account = qbo.read('Account', String(id)) as { Name: string } | undefined;
      if (account === undefined) return found;
      found.set(account.Name, String(id));
    }
  };
  const account = (name: string): string => {
    const id = accounts().get(name);
    if (id === undefined) throw new Error(`no account ${name}`);
    return id;
  };
  const post: Bench['post'] = (path, body, headers) =>
    send('POST', path, typeof body === 'string' ? body : JSON.stringify(body), {
      'content-type': 'application/json',
      ...headers,
    });
  return {
    qbo,
    get now() {
      return clock.now;
    },
    set now(value: number) {
      clock.now = value;
    },
    get: (path) => send('GET', path),
    post,
    query: (statement) => send('GET', `query?query=${encodeURIComponent(statement)}`),
    make: async (entity, body) => {
      const reply = await post(entity.toLowerCase(), body);
      if (reply.status !== 200) throw new Error(reply.text);
      return reply.json[entity];
    },
    account,
    balance: (name) => {
      const row = qbo.ledger().trialBalance.find((each) => each.account === account(name));
      return row === undefined ? 0 : row.debit - row.credit;
    },
  };
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true && text !== '';
  const json = (isJson ? JSON.parse(text) : {}) as Payload;
  return { status: response.status, headers: response.headers, text, json };
}

/** The first error of a fault answer. */
export function faultOf(reply: Reply): FaultError & { readonly type: string } {
  const { Error: errors, type } = reply.json.Fault;
  return { ...errors[0]!, type };
}
