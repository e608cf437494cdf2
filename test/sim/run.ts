import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepSeed } from './kept-seeds.ts';
import { openBackend, type StoreChoice } from './open-backend.ts';
import { HELP, readOptions, type SimOptions } from './options.ts';
import { canaryNames, runCanaries } from './run-canaries.ts';
import { replayLine, runSeeds, type SeedsReport } from './run-seeds.ts';
import { runSeed } from './seed.ts';

const EXIT_FOUND = 1;
const EXIT_USAGE = 2;
/** Steps shown of a seed that fails alone. */
const SHOWN_STEPS = 60;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs `work` with the chosen store; a real PostgreSQL lives for that time in a folder of its own. */
async function withStore<T>(kind: SimOptions['store'], work: (store: StoreChoice) => Promise<T>): Promise<T> {
  if (kind === 'memory') return work({ kind });
  const { startServer } = await import('./postgres-server.ts');
  const folder = await mkdtemp(join(tmpdir(), 'cf-sim-'));
  const server = await startServer(folder);
  try {
    return await work({ kind, server: server.owner });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runAlone(options: SimOptions, seed: number): Promise<number> {
  return withStore(options.store, async (store) => {
    const backend = await openBackend(store, 'sim_alone');
    try {
      const result = await runSeed({ seed, backend, keepTrace: SHOWN_STEPS });
      if (result.violation !== null) for (const line of result.trace) say(line);
      const { violation, simulatedHours, steps, hash } = result;
      if (options.json) process.stdout.write(`${JSON.stringify({ seed, violation, simulatedHours, steps, hash })}\n`);
      say(
        violation === null ? `seed ${seed}: every promise was kept (${steps} steps, trace ${hash})` : violation.detail,
      );
      return violation === null ? 0 : EXIT_FOUND;
    } finally {
      await backend.close();
    }
  });
}

async function runMany(options: SimOptions): Promise<number> {
  const { seeds, from, threads, minutes, json } = options;
  const report = await withStore(options.store, (store) =>
    runSeeds({
      seeds,
      from,
      threads,
      store,
      now: () => performance.now(),
      ...(minutes === null ? {} : { until_ms: minutes * 60_000 }),
      onSeed: (done, answer) => {
        if (answer.kind === 'error') say(`seed ${answer.seed}: ${answer.stack}`);
        else if (answer.result.violation !== null) {
          say(`${answer.result.violation.detail}\n  ${replayLine(answer.result.seed, store)}`);
          keepSeed({ seed: answer.result.seed, why: answer.result.violation.detail });
        }
        if (done % 100 === 0) say(`${done} seeds`);
      },
    }),
  );
  if (json) process.stdout.write(`${JSON.stringify(asJson(report))}\n`);
  tell(report);
  return report.failing.length > 0 || report.unrepeatable.length > 0 ? EXIT_FOUND : 0;
}

function asJson({
  seeds,
  from,
  failing,
  simulatedHours,
  seconds,
  sometimes,
  steps,
  repeated,
  unrepeatable,
}: SeedsReport) {
  const failed = failing.map(({ seed, invariant, replay }) => ({ seed, invariant, replay }));
  return { seeds, from, failing: failed, simulatedHours, seconds, sometimes, steps, repeated, unrepeatable };
}

function tell({
  seeds,
  failing,
  simulatedHours,
  steps,
  seconds,
  sometimes,
  repeated,
  unrepeatable,
}: SeedsReport): void {
  say(`${seeds} seeds, ${simulatedHours} simulated hours, ${steps} steps in ${seconds} s: ${failing.length} failing`);
  say(`${repeated} seeds were run twice, ${unrepeatable.length} of them with another trace ${unrepeatable.join(', ')}`);
  const never = Object.entries(sometimes).flatMap(([goal, count]) => (count === 0 ? [goal] : []));
  say(never.length === 0 ? 'every situation was met' : `never met: ${never.join('; ')}`);
  for (const { replay, detail } of failing) say(`${replay}\n  ${detail}`);
}

async function huntCanaries({ canary, seeds, from, threads, json }: SimOptions): Promise<number> {
  const canaries = await runCanaries({
    names: canaryNames(canary),
    seeds,
    from,
    threads,
    onCanary: ({ name, found, seed, seeds: ran, detail }) =>
      say(
        found ? `found   ${name}: seed ${seed}, of ${ran}: ${detail.slice(0, 160)}` : `MISSED  ${name} in ${ran} seeds`,
      ),
  });
  if (json) {
    const found = canaries.map(({ name, found: isFound, seed }) => ({ name, found: isFound, seed }));
    process.stdout.write(`${JSON.stringify({ canaries: found })}\n`);
  }
  const missed = canaries.filter((one) => !one.found);
  say(`${canaries.length - missed.length} of ${canaries.length} canaries were found`);
  return missed.length > 0 ? EXIT_FOUND : 0;
}

async function main(words: readonly string[]): Promise<number> {
  const request = readOptions(words);
  if (request.kind === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if (request.kind === 'refused') {
    say(`${request.problem}. npm run sim -- --help tells what there is.`);
    return EXIT_USAGE;
  }
  const { options } = request;
  if (options.canaries) return huntCanaries(options);
  return options.seed === null ? runMany(options) : runAlone(options, options.seed);
}

process.exitCode = await main(process.argv.slice(2));
