import { resolve } from 'node:path';
import { claimFirstStart, createApiKey, firstStartCode, openAccess, signIn } from '../src/hub/access/index.ts';
import { atLeast, atMost, type Figure, figure, median, percentile } from './results.ts';
import { GUARDED, OPEN } from './support/auth-routes.ts';
import type { BenchContext, Measured } from './support/context.ts';
import { exchange, open } from './support/load.ts';
import { processorTime } from './support/process-tree.ts';
import { startProgram } from './support/programs.ts';
import { openStage, type Stage } from './support/stage.ts';

const SERVER = resolve(import.meta.dirname, 'support/auth-server.ts');
const CLIENTS = 32;
const WINDOW_MS = 5_000;
const QUICK_WINDOW_MS = 700;
/** The same code runs slowly at first: what comes before counts for nobody. */
const WARM_UP_MS = 2_000;
const GOAL_OF_OPEN = 0.7;
const CLIENT = { address: '127.0.0.1', agent: 'bench' };
const PERSON = { email: 'owner@example.com', name: 'Olive Owner', password: 'umbrella-quartz-91-lantern' };
const DAY_MS = 86_400_000;

const WAYS = ['open', 'session', 'key'] as const;
type Way = (typeof WAYS)[number];

interface Round {
  readonly way: Way;
  readonly perSecond: number;
  readonly answers_ms: readonly number[];
  readonly refused: number;
  /** Of the server, for one request. */
  readonly cpu_us: number;
}

/** What it costs to know who asks and whether they may, beside a route of the same server that asks nobody. */
export async function auth({ options, cleanup, progress }: BenchContext): Promise<Measured> {
  const stage = await openStage({ cleanup, accounts: 1, limits: false });
  const requests = await requestsOf(stage);
  const server = await startProgram<{ readonly port: number }>({
    file: SERVER,
    cleanup,
    environment: stage.environment,
  });
  const { port } = server.hello;
  const for_ms = options.quick ? QUICK_WINDOW_MS : WINDOW_MS;
  for (const way of WAYS) await load(requests[way], port, options.quick ? QUICK_WINDOW_MS : WARM_UP_MS);
  const rounds: Round[] = [];
  for (let round = 1; round <= (options.quick ? 1 : options.rounds); round += 1) {
    for (const way of WAYS) {
      progress(`auth: round ${round}, ${way}`);
      const before = await processorTime([server.pid]);
      const { took_ms, answers_ms, refused } = await load(requests[way], port, for_ms);
      const cpu_us = (((await processorTime([server.pid])) - before) * 1_000_000) / answers_ms.length;
      rounds.push({ way, perSecond: (answers_ms.length * 1_000) / took_ms, answers_ms, refused, cpu_us });
    }
  }
  return { postgres: stage.postgres, results: figures(rounds) };
}

/** What each client sends over and over: nothing that proves anything, a session of its own, or the key. */
async function requestsOf(stage: Stage): Promise<Readonly<Record<Way, readonly Buffer[]>>> {
  const { doors, tenant } = stage.installation;
  const access = openAccess(doors);
  const { id: tenantId } = await tenant();
  const code = (await firstStartCode(access))!.reveal();
  await claimFirstStart(access, tenantId, { ...PERSON, code, client: CLIENT });
  const cookies: string[] = [];
  for (let client = 0; client < CLIENTS; client += 1) {
    const { token } = await signIn(access, { ...PERSON, code: null, client: CLIENT, replaces: null });
    cookies.push(`cookie: counterfoil=${token.reveal()}`);
  }
  const key = await createApiKey(
    access,
    { kind: 'cli', tenantId },
    { tenantId, name: 'bench', scopes: ['books.read'], life_ms: DAY_MS },
  );
  const authorization = `authorization: Bearer ${key.secret.reveal()}`;
  return {
    open: cookies.map((cookie) => requestTo(OPEN, cookie)),
    session: cookies.map((cookie) => requestTo(GUARDED, cookie)),
    key: cookies.map(() => requestTo(GUARDED, authorization)),
  };
}

function requestTo(path: string, header: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${header}\r\n\r\n`);
}

interface Load {
  readonly took_ms: number;
  readonly answers_ms: readonly number[];
  readonly refused: number;
}

/** Each client sends its request again when the last one is answered. */
async function load(requests: readonly Buffer[], port: number, for_ms: number): Promise<Load> {
  const sockets = await Promise.all(requests.map(() => open(port)));
  const answers_ms: number[] = [];
  let refused = 0;
  const began = performance.now();
  const awake = keepAwake();
  try {
    await Promise.all(
      sockets.map(async (socket, client) => {
        while (performance.now() - began < for_ms) {
          const sent = performance.now();
          if ((await exchange(socket, requests[client]!)) !== 200) refused += 1;
          answers_ms.push(performance.now() - sent);
        }
      }),
    );
  } finally {
    awake.stop();
    for (const socket of sockets) socket.destroy();
  }
  return { took_ms: performance.now() - began, answers_ms, refused };
}

/**
 * The clients' process never sleeps while it waits: to wake a sleeping process costs the server more than to know who
 * asks, and only the route that outruns the clients would be spared it.
 */
function keepAwake(): { stop(): void } {
  let isOver = false;
  const again = () => {
    if (!isOver) setImmediate(again);
  };
  again();
  return {
    stop: () => {
      isOver = true;
    },
  };
}

function figures(rounds: readonly Round[]): Figure[] {
  const of = (way: Way) => rounds.filter((one) => one.way === way);
  const rate = (way: Way) => median(of(way).map(({ perSecond }) => perSecond));
  const p99 = (way: Way) => median(of(way).map(({ answers_ms }) => percentile(answers_ms, 0.99)));
  const cpu = (way: Way) => median(of(way).map(({ cpu_us }) => cpu_us));
  const openRoute = { name: 'the open route', value: rate('open') };
  const goal = atLeast(GOAL_OF_OPEN, 'ratio');
  return [
    figure('requests of sessions per second', rate('session'), 'requests/s', { peer: openRoute, goal }),
    figure('requests of API keys per second', rate('key'), 'requests/s', { peer: openRoute, goal }),
    figure('answer p99 to a session at 32 clients', p99('session'), 'ms', {
      peer: { name: 'the open route, ms', value: p99('open') },
    }),
    figure('processor time of the server for a request', cpu('session'), 'µs', {
      peer: { name: 'the open route, µs', value: cpu('open') },
    }),
    figure(
      'requests refused',
      rounds.reduce((sum, { refused }) => sum + refused, 0),
      'requests',
      { goal: atMost(0) },
    ),
  ];
}
