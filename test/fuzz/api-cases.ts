import { oddText } from '../support/odd-json.ts';
import { Chance } from './chance.ts';
import type { ApiOperation } from './description.ts';
import type { FuzzCase } from './fuzz-case.ts';

/** What the cases may use of the installation. */
export interface ApiSubject {
  readonly token: string;
  /** Ids that exist, by the operation that reads one of them. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Cursors of pages, by the operation that gave them. */
  readonly cursors: Readonly<Record<string, readonly string[]>>;
}

interface Draft {
  readonly query?: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly allowed: readonly number[];
}
interface Place {
  readonly operation: ApiOperation;
  readonly subject: ApiSubject;
  readonly chance: Chance;
}
type MakeDraft = (place: Place) => Draft;

const VALUES = [
  '',
  '0',
  '1',
  '-1',
  '200',
  '1e9',
  '9'.repeat(40),
  'NaN',
  'true',
  'false',
  'newest',
  'oldest',
  'done',
  'dead',
  'posted',
  '2026-10-15',
  '0000-01-01',
  '2026-02-30',
  '9999-12-31',
  'stripe',
  "' or '1'='1",
  '%',
  '__proto__',
];
const READ = [200, 400, 404];
/** What a change may be refused with; and what only a person may do, to a program. */
const REFUSED = [400, 401, 403, 404, 409, 413, 415, 422, 429];
/** Kinds whose answer is the same whatever the operation does. */
const DECIDED_BEFORE = ['another_method', 'no_token'];

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed());

function oddPair({ operation, subject, chance }: Place): string {
  const known = operation.parameters.filter((one) => one.in === 'query');
  const chosen = known.length > 0 && chance.chance(0.85) ? chance.pick(known) : null;
  const name = chosen?.name ?? chance.pick(['__proto__', 'constructor', 'x', '', chance.from(oddText)]);
  const listed = chosen?.schema?.enum?.map(String) ?? [];
  const cursors = chosen?.name === 'cursor' ? Object.values(subject.cursors).flat() : [];
  const usual = [...listed, ...cursors];
  const value =
    usual.length > 0 && chance.chance(0.6)
      ? chance.pick(usual)
      : chance.chance(0.6)
        ? chance.pick(VALUES)
        : chance.from(oddText);
  // A request line must stay shorter than the header limit: longer ones are a kind of their own.
  return `${encoded(name).slice(0, 200)}=${encoded(value).slice(0, 3_000)}`.replace(/%[0-9A-F]?$/, '');
}

const oddQuery: MakeDraft = (place) => ({
  query: Array.from({ length: place.chance.int(1, 4) }, () => oddPair(place)).join('&'),
  allowed: READ,
});

const KINDS: Readonly<Record<string, MakeDraft>> = {
  plain: () => ({ allowed: [200, 404] }),
  odd_query: oddQuery,
  more_odd_query: oddQuery,
  raw_query: ({ chance }) => ({
    query: chance.pick([
      '%',
      '%zz',
      '%00',
      '%ff',
      '%ed%a0%80',
      '&&&',
      '=',
      'limit',
      'limit[]=1',
      'limit=1&limit=2',
      'a'.repeat(8_000),
      '?',
      '#x',
      '+',
    ]),
    allowed: READ,
  }),
  odd_path: ({ operation, chance }) => {
    const odd = chance.pick([
      '..',
      '%2e%2e',
      '%00',
      '%ff',
      'dlv_x',
      'pst_%2f',
      'x'.repeat(101),
      'dlv_'.padEnd(64, '0'),
      encoded(chance.from(oddText))
        .slice(0, 300)
        .replace(/%[0-9A-F]?$/, ''),
    ]);
    const path = operation.path.includes('{') ? operation.path.replace(/\{\w+\}/, odd) : `${operation.path}/${odd}`;
    return { path, allowed: [200, 404] };
  },
  another_method: ({ operation, chance }) => ({
    method: chance.pick(
      ['POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'].filter((one) => !operation.methods.includes(one)),
    ),
    // A fixed word may stand where another method has an id, and what is for people is refused before it is read.
    allowed: operation.isForPeople ? [403, 404] : [404],
  }),
  with_body: ({ chance }) => ({
    body: Buffer.from(chance.pick(['{}', '{"__proto__":{}}', '[', '\0', 'x'.repeat(100_000)])),
    headers: { 'content-type': chance.pick(['application/json', 'text/plain', ';', 'multipart/form-data']) },
    allowed: READ,
  }),
  odd_json: ({ operation, chance }) => {
    const value = (field: string) => [
      field,
      chance.chance(0.8) ? chance.from(oddText) : chance.pick([null, 0, true, [], {}]),
    ];
    const body = Object.fromEntries([...operation.fields, ...(chance.chance(0.3) ? ['extra'] : [])].map(value));
    const key = chance.pick(['', 'x', 'a-key-of-the-fuzz', 'x'.repeat(200)]);
    return {
      body: Buffer.from(JSON.stringify(body)),
      headers: { 'content-type': 'application/json', ...(key === '' ? {} : { 'idempotency-key': key }) },
      allowed: READ,
    };
  },
  no_token: ({ operation, chance }) => {
    const authorization = chance.pick([
      '',
      'Bearer',
      'Bearer ',
      'Bearer x',
      'Basic Og==',
      `Bearer ${'x'.repeat(5_000)}`,
      'bearer \u00ff',
      'Bearer null',
    ]);
    return { headers: { authorization }, allowed: operation.needsToken ? [401] : [...READ, ...REFUSED] };
  },
  odd_headers: ({ chance }) => ({
    headers: {
      accept: chance.pick(['', '*/*', 'text/html', 'application/xml;q=0.9', ';;;']),
      'x-request-id': chance.pick(['', 'x'.repeat(5_000), '../..', '{"a":1}', '\u00ff\u00fe', 'ok-1']),
      'x-forwarded-for': '127.0.0.1',
      cookie: chance.pick(['a=b', ';', 'x'.repeat(3_000)]),
      'if-none-match': '*',
      range: 'bytes=0-1',
    },
    allowed: READ,
  }),
};
const NAMES = Object.keys(KINDS);

/** The case of that number: the same whenever it is asked for, as long as the same ids exist. */
export function apiCase(operation: ApiOperation, subject: ApiSubject, seed: number, index: number): FuzzCase {
  const chance = new Chance(seed, operation.id, index);
  const kind = NAMES[index % NAMES.length]!;
  const draft = KINDS[kind]!({ operation, subject, chance });
  const ids = subject.ids[operation.id] ?? [];
  const known = ids.length > 0 ? chance.pick(ids) : 'dlv_0';
  const path = draft.path ?? operation.path.replace(/\{\w+\}/, known);
  const withBody = operation.id === 'getDelivery' && draft.query === undefined ? 'body=true' : undefined;
  const query = draft.query ?? withBody;
  return {
    operation: operation.id,
    index,
    kind,
    method: draft.method ?? operation.method,
    url: query === undefined ? path : `${path}?${query}`,
    headers: { authorization: `Bearer ${subject.token}`, ...draft.headers },
    body: draft.body ?? null,
    allowed: allowedOf(operation, kind, draft),
  };
}

function allowedOf({ method, isForPeople }: ApiOperation, kind: string, { allowed }: Draft): readonly number[] {
  const isPlain = method === 'GET' && !isForPeople;
  return isPlain || DECIDED_BEFORE.includes(kind) ? allowed : [...allowed, ...REFUSED];
}
