import { describe, expect, test } from 'vitest';
import type { Json } from '../../kernel/json.ts';
import { type Money, toWire, type WireMoney } from '../../kernel/money.ts';
import { seededRandom } from '../../kernel/random.ts';
import { describeErrors, type ErrorAnswer } from './contract-kit-errors.ts';
import {
  type Answer,
  factsOf,
  type RecordStore,
  readEverything,
  storeOf,
  throughStore,
} from './contract-kit-passes.ts';
import { expectWellFormed, PLANTED_SECRET } from './contract-kit-requests.ts';
import { describeSignatures } from './contract-kit-vectors.ts';
import type { ProviderRequest } from './http.ts';
import type { RecordRef, SourceRecord } from './records.ts';
import type { SourceConnector } from './source.ts';
import type { StreamContext } from './stream.ts';

const SHUFFLES = [1, 2, 3, 4, 5];
const HOOK_URL = 'https://hub.example.com/webhooks/endpoint';

/** A record with what it is related to. */
export interface RecordSample {
  readonly title: string;
  readonly record: SourceRecord;
  readonly related?: readonly SourceRecord[];
}

/** What the contract needs to know of one source connector. */
export interface SourceContract {
  readonly connector: SourceConnector;
  readonly context: StreamContext;
  /** A small provider by hand. Its streams together must make the connector use every operation it declares. */
  readonly answer: Answer;
  /** Records to be read one by one beside those that the pages make worth reading. */
  readonly reads?: readonly RecordRef[];
  /** Records with enum values that nobody knows yet. */
  readonly unknownValues: readonly RecordSample[];
  /** Records at the edges of their currencies, with every amount that must come out. */
  readonly amounts: readonly (RecordSample & { readonly expect: readonly WireMoney[] })[];
  readonly errors: readonly ErrorAnswer[];
}

/** Defines the tests that every source connector must pass. */
export function runSourceContract(contract: SourceContract): void {
  const { connector } = contract;
  describe(`the contract of a source, kept by ${connector.provider}`, () => {
    describeSignatures(connector.provider, connector.webhook);
    describeErrors(connector, contract.errors);
    describeReading(contract);
    describeMeaning(contract);
  });
}

function describeReading(contract: SourceContract): void {
  const { connector, context } = contract;
  test('every request is a declared operation and carries no secret in its address', () => {
    const requests = [...readAll(contract).requests, ...administrative(connector, context)];
    expectWellFormed(connector, requests);
    expect(new Set(requests.map(({ operation }) => operation))).toEqual(new Set(connector.operations));
  });

  test('every stream named by a record or a relative exists', () => {
    const names = connector.streams.map(({ name }) => name);
    for (const record of recordsOf(contract)) {
      expect(names).toContain(record.stream);
      for (const ref of connector.relatives(record)) expect(names).toContain(ref.stream);
    }
  });

  test('reading again from the checkpoints adds nothing and loses nothing', () => {
    const first = readAll(contract);
    const again = readAll(contract, first.checkpoints);
    const records = first.pages.flatMap((page) => page.records);
    const both = storeOf([...records, ...again.pages.flatMap((page) => page.records)]);
    expect(meaning(contract, both)).toEqual(meaning(contract, storeOf(records)));
  });

  test('shuffled pages give the same facts', () => {
    const { pages } = readAll(contract);
    const wanted = meaning(contract, storeOf(pages.flatMap((page) => page.records)));
    expect(wanted.facts.length).toBeGreaterThan(0);
    for (const seed of SHUFFLES) {
      const records = shuffled(pages, seed).flatMap((page) => shuffled(page.records, seed));
      expect(meaning(contract, storeOf(records)), `seed ${seed}`).toEqual(wanted);
    }
  });
}

function describeMeaning(contract: SourceContract): void {
  const { connector, context, unknownValues, amounts } = contract;
  test('the same record twice gives equal facts, and reading leaves it as it was', () => {
    const records = recordsOf(contract).map(frozen);
    expect(meaning(contract, storeOf(records))).toEqual(meaning(contract, storeOf(records)));
  });

  test('a record that was stored and read again means the same', () => {
    const records = recordsOf(contract);
    const stored = records.map((record) => ({ ...record, body: throughStore(record.body) }));
    expect(meaning(contract, storeOf(stored))).toEqual(meaning(contract, storeOf(records)));
  });

  test('every fact names this provider, this account and an object', () => {
    for (const { source } of meaning(contract, storeOf(recordsOf(contract))).facts) {
      expect(source).toMatchObject({ provider: connector.provider, accountId: context.accountId });
      expect(source.objectId).not.toBe('');
    }
  });

  test('a record of nonsense is a problem, not a crash', () => {
    for (const record of recordsOf(contract)) {
      for (const body of [null, 7, 'text', [], {}] satisfies Json[]) {
        const { facts, problems } = factsOf(connector, context.accountId, storeOf([{ ...record, body }]));
        expect(facts).toEqual([]);
        for (const { field, detail } of problems) expect([field, detail]).not.toContain('');
      }
    }
  });

  for (const sample of unknownValues) {
    test(`${sample.title} is a problem or an adjustment, not a crash`, () => {
      const { facts, problems } = meaning(contract, storeFor(sample));
      expect(problems.length + facts.filter(({ kind }) => kind === 'adjustment').length).toBeGreaterThan(0);
    });
  }

  for (const sample of amounts) {
    test(`${sample.title} survives to the minor unit`, () => {
      const found = moneyIn(meaning(contract, storeFor(sample)).facts).map(toWire);
      for (const amount of sample.expect) expect(found).toContainEqual(amount);
    });
  }
}

function administrative(
  { identify, registration, pairing }: SourceConnector,
  { accountId }: StreamContext,
): ProviderRequest[] {
  const change = registration?.upkeep?.change;
  return [
    identify.request(),
    ...(registration === undefined
      ? []
      : [
          registration.list(accountId),
          registration.create(accountId, HOOK_URL, PLANTED_SECRET),
          registration.remove(accountId, 'registration-1'),
        ]),
    ...(change === undefined ? [] : [change(accountId, 'registration-1', HOOK_URL, PLANTED_SECRET)]),
    ...(pairing === undefined ? [] : [pairing.alive.request(), pairing.key.request(), pairing.key.revoke()]),
  ];
}

function readAll({ connector, context, answer, reads }: SourceContract, from?: ReadonlyMap<string, Json>) {
  return readEverything(connector, context, answer, { reads: reads ?? [], ...(from ? { from } : {}) });
}

function recordsOf(contract: SourceContract): SourceRecord[] {
  return readAll(contract).pages.flatMap((page) => page.records);
}

function meaning({ connector, context }: SourceContract, store: RecordStore) {
  return factsOf(connector, context.accountId, store);
}

function storeFor({ record, related = [] }: RecordSample): RecordStore {
  return storeOf([record, ...related]);
}

/** Every amount anywhere inside a value. */
function moneyIn(value: unknown): Money[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('minor' in value && typeof value.minor === 'bigint') return [value as Money];
  return Object.values(value).flatMap(moneyIn);
}

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const part of Object.values(Object.freeze(value))) frozen(part);
  return value;
}

function shuffled<T>(values: readonly T[], seed: number): T[] {
  const random = seededRandom(seed);
  return values
    .map((value) => ({ value, rank: random.fraction() }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}
