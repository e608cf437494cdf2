import { assert } from '../../kernel/assert.ts';
import { type Json, parseJson, writeJson } from '../../kernel/json.ts';
import type { Fact } from '../../model/facts.ts';
import type { ProviderRequest } from './http.ts';
import type { RecordRef, SourceRecord } from './records.ts';
import type { NormaliseContext, NormaliseProblem, SourceConnector } from './source.ts';
import type { Page, Stream, StreamContext } from './stream.ts';

/** More pages or calls than any fixture has: a pass that gets here does not end. */
const MOST_CALLS = 1_000;

/** A whole provider by hand: the body it answers to a request. */
export type Answer = (request: ProviderRequest) => Json;

export interface Everything {
  readonly pages: readonly { readonly records: readonly SourceRecord[] }[];
  readonly requests: readonly ProviderRequest[];
  /** By stream name; streams that had nothing to do are absent. */
  readonly checkpoints: ReadonlyMap<string, Json>;
}

/** Reads every stream to its end and then, one by one, what the pages made worth reading. */
export function readEverything(
  connector: SourceConnector,
  context: StreamContext,
  answer: Answer,
  { from = new Map(), reads = [] }: { from?: ReadonlyMap<string, Json>; reads?: readonly RecordRef[] } = {},
): Everything {
  const requests: ProviderRequest[] = [];
  const asking: Answer = (request) => {
    assert(requests.push(request) <= MOST_CALLS, `a pass does not end: ${request.operation}`);
    return answer(request);
  };
  const passes = connector.streams.map((stream) => ({
    stream,
    pages: readPass(stream, context, asking, from.get(stream.name) ?? null),
  }));
  const listed = passes.flatMap(({ pages }) => pages);
  const single = followAll(connector, context, asking, [...reads, ...listed.flatMap(({ follow }) => follow)]);
  const checkpoints = passes.flatMap(({ stream, pages }) => {
    const last = pages.at(-1);
    return last ? [[stream.name, throughStore(last.checkpoint)] as const] : [];
  });
  return { pages: [...listed, ...single], requests, checkpoints: new Map(checkpoints) };
}

function readPass(stream: Stream, context: StreamContext, answer: Answer, checkpoint: Json | null): Page[] {
  const pages: Page[] = [];
  let cursor = stream.open(context, checkpoint);
  while (cursor !== null) {
    const at = throughStore(cursor);
    const page = stream.read(context, at, answer(stream.request(context, at)));
    pages.push(page);
    cursor = page.cursor;
  }
  return pages;
}

function followAll(connector: SourceConnector, context: StreamContext, answer: Answer, refs: readonly RecordRef[]) {
  const pages: { readonly records: readonly SourceRecord[] }[] = [];
  const seen = new Set<string>();
  const waiting = [...refs];
  for (let ref = waiting.shift(); ref !== undefined; ref = waiting.shift()) {
    if (seen.has(keyOf(ref))) continue;
    seen.add(keyOf(ref));
    const read = readOne(connector, context, answer, ref);
    pages.push(read);
    waiting.push(...read.follow);
  }
  return pages;
}

function readOne(connector: SourceConnector, context: StreamContext, answer: Answer, ref: RecordRef) {
  const one = connector.streams.find(({ name }) => name === ref.stream)?.one;
  assert(one, `${ref.stream} is followed but has no single read`);
  const bodies: Json[] = [];
  for (let next = one.next(context, ref.externalId, bodies); next; next = one.next(context, ref.externalId, bodies)) {
    bodies.push(answer(next));
  }
  return one.read(context, ref.externalId, bodies);
}

/** Records by stream and id or alias, as the hub stores them: the newest version wins. */
export interface RecordStore {
  readonly records: readonly SourceRecord[];
  find(ref: RecordRef): SourceRecord | null;
}

export function storeOf(records: readonly SourceRecord[]): RecordStore {
  const byId = new Map<string, SourceRecord>();
  for (const record of records) {
    const known = byId.get(keyOf(record));
    if (known === undefined || (record.version ?? 0) >= (known.version ?? 0)) byId.set(keyOf(record), record);
  }
  const byAlias = new Map<string, SourceRecord>();
  for (const record of byId.values()) {
    for (const alias of record.aliases) byAlias.set(keyOf({ stream: record.stream, externalId: alias }), record);
  }
  return {
    records: [...byId.values()],
    find: (ref) => byId.get(keyOf(ref)) ?? byAlias.get(keyOf(ref)) ?? null,
  };
}

/** Everything that the stored records mean, in an order of its own so that two stores can be compared. */
export function factsOf(
  connector: SourceConnector,
  accountId: string,
  store: RecordStore,
): { readonly facts: readonly Fact[]; readonly problems: readonly NormaliseProblem[] } {
  const context: NormaliseContext = { accountId, related: (ref) => store.find(ref) };
  const results = store.records.map((record) => connector.normalise(record, context));
  return {
    facts: results.flatMap(({ facts }) => facts).toSorted(byText),
    problems: results.flatMap(({ problems }) => problems).toSorted(byText),
  };
}

/** A body as it comes back from the database. */
export function throughStore(body: Json): Json {
  return parseJson(writeJson(body));
}

function byText(a: unknown, b: unknown): number {
  const [left, right] = [textOf(a), textOf(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? `${part}n` : part));
}

function keyOf({ stream, externalId }: RecordRef): string {
  return `${stream} ${externalId}`;
}
