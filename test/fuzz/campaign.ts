import { sql } from '../../src/platform/store/index.ts';
import { HOUR_MS, MINUTE_MS } from '../pipeline/books.ts';
import { type ApiSubject, apiCase } from './api-cases.ts';
import type { FuzzClient } from './client.ts';
import { type ApiOperation, type Description, operationsOf } from './description.ts';
import { type Failing, type FuzzAnswer, type FuzzCase, replayLine } from './fuzz-case.ts';
import type { FuzzInstallation } from './installation.ts';
import { type Judge, judgeBy } from './judge.ts';
import type { OperationReport } from './report.ts';
import type { FuzzSettings } from './settings.ts';
import { type FuzzEndpoint, webhookCase, webhookOperation } from './webhook-cases.ts';

/** Requests under way at once. */
const CLIENTS = 4;
/** Nothing that the listeners answer may take longer. */
const SLOWEST_MS = 2_000;
/** A late answer is asked for again so often, with nothing else under way. */
const ASKED_AGAIN = 5;

export interface Campaign {
  readonly settings: FuzzSettings;
  readonly installation: FuzzInstallation;
  readonly client: FuzzClient;
  readonly judge: Judge;
  readonly operations: readonly ApiOperation[];
}

export async function openCampaign(
  settings: FuzzSettings,
  installation: FuzzInstallation,
  client: FuzzClient,
): Promise<Campaign> {
  const answer = await fetch(`${installation.apiUrl}/api/v1/openapi.json`);
  const description = (await answer.json()) as Description;
  return { settings, installation, client, judge: judgeBy(description), operations: operationsOf(description) };
}

/** Sends every case to a webhook. */
export function fuzzWebhook(
  { settings, installation, client, judge }: Campaign,
  endpoint: FuzzEndpoint,
): Promise<OperationReport> {
  return run(settings, webhookOperation(endpoint.provider), {
    make: (index) => webhookCase(endpoint, settings.seed, index),
    send: (one) => client.send(installation.edgeUrl, one),
    judge: (one, answer) => judge.webhook(one, answer),
  });
}

/** Sends every case to an operation of the API. */
export function fuzzApi(
  { settings, installation, client, judge }: Campaign,
  operation: ApiOperation,
  subject: ApiSubject,
): Promise<OperationReport> {
  return run(settings, operation.id, {
    make: (index) => apiCase(operation, subject, settings.seed, index),
    send: (one) => client.send(installation.apiUrl, one),
    judge: (one, answer) => judge.api(operation, one, answer),
  });
}

interface Steps {
  readonly make: (index: number) => FuzzCase;
  readonly send: (one: FuzzCase) => Promise<FuzzAnswer>;
  readonly judge: (one: FuzzCase, answer: FuzzAnswer) => readonly string[];
}

async function run(settings: FuzzSettings, operation: string, steps: Steps): Promise<OperationReport> {
  const { cases, seed, only } = settings;
  const indexes = only === null ? Array.from({ length: cases }, (_, index) => index) : [only];
  const statuses: Record<string, number> = {};
  const failing: Failing[] = [];
  const slow: FuzzCase[] = [];
  let slowest_ms = 0;
  const ask = async (one: FuzzCase): Promise<FuzzAnswer> => {
    const answer = await steps.send(one);
    const status = String(answer.status);
    statuses[status] = (statuses[status] ?? 0) + 1;
    return answer;
  };
  const fail = (one: FuzzCase, problem: string) =>
    failing.push({ operation, case: one.index, kind: one.kind, problem, replay: replayLine(seed, one) });
  const worker = async () => {
    for (let index = indexes.shift(); index !== undefined; index = indexes.shift()) {
      const one = steps.make(index);
      const answer = await ask(one);
      for (const problem of steps.judge(one, answer)) fail(one, problem);
      if (answer.took_ms > SLOWEST_MS) slow.push(one);
      else slowest_ms = Math.max(slowest_ms, Math.round(answer.took_ms));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, worker));
  for (const one of slow) {
    const took_ms = await fastest(() => ask(one));
    slowest_ms = Math.max(slowest_ms, Math.round(took_ms));
    if (took_ms > SLOWEST_MS) fail(one, `took ${Math.round(took_ms)} ms, also when asked alone`);
  }
  return { operation, cases: only === null ? cases : 1, statuses, slowest_ms, failing };
}

/** The best of a few: a machine that is busy with something else makes an answer late, and only now and then. */
async function fastest(ask: () => Promise<FuzzAnswer>): Promise<number> {
  let best_ms = Number.POSITIVE_INFINITY;
  for (let time = 0; time < ASKED_AGAIN && best_ms > SLOWEST_MS; time += 1)
    best_ms = Math.min(best_ms, (await ask()).took_ms);
  return best_ms;
}

/** Works through what was stored, with time going on until even the longest wait is over. */
export async function workThrough({ installation: { books } }: Campaign): Promise<void> {
  await books.work(3, MINUTE_MS);
  await books.work(12, HOUR_MS);
}

interface Unsettled {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
}

/** Deliveries and events that did not end, or ended without saying why (I13). */
export async function unsettled({ installation: { books } }: Campaign): Promise<readonly Unsettled[]> {
  const deliveries = await books.query(
    sql<Unsettled>`
    select id, state, reason from deliveries
    where state not in ('done', 'ignored', 'dead') or (state <> 'done' and coalesce(reason, '') = '') order by id`,
  );
  const events = await books.query(
    sql<Unsettled>`
    select id, state, reason from events
    where state not in ('done', 'ignored', 'dead') or (state <> 'done' and coalesce(reason, '') = '') order by id`,
  );
  return [...deliveries, ...events];
}

/** How many deliveries arrived at an endpoint's provider, repeats counted. */
export async function arrivals({ installation: { books } }: Campaign, provider: string): Promise<number> {
  const [row] = await books.query(
    sql<{
      n: bigint | number;
    }>`select coalesce(sum(1 + duplicates), 0)::integer as n from deliveries where provider = ${provider}`,
  );
  return Number(row?.n ?? 0);
}

/** Ids and cursors that exist, of which the cases of the API make use. */
export async function subjectOf({ installation: { books, token, apiUrl } }: Campaign): Promise<ApiSubject> {
  const idsOf = async (statement: ReturnType<typeof sql<{ id: string }>>) =>
    (await books.query(statement)).map(({ id }) => id);
  const lists = ['deliveries', 'postings', 'attention'];
  const cursors = await Promise.all(
    lists.map(async (list): Promise<[string, string[]]> => {
      const answer = await fetch(`${apiUrl}/api/v1/${list}?limit=1`, { headers: { authorization: `Bearer ${token}` } });
      const { next } = (await answer.json()) as { readonly next: string | null };
      return [list, next === null ? [] : [next]];
    }),
  );
  return {
    token,
    ids: {
      getDelivery: await idsOf(sql`select id from deliveries where tenant_id is not null order by id`),
      getPosting: await idsOf(sql`select id from postings order by id`),
    },
    cursors: Object.fromEntries(cursors),
  };
}
