// `npm run bench -- <name>`: figures beside their ceiling or peer, measured in one run.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { auth } from './auth.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { machineFacts } from './machine.ts';
import { neighbour } from './neighbour.ts';
import { type BenchName, type BenchOptions, HELP, readOptions } from './options.ts';
import { posting } from './posting.ts';
import type { BenchReport } from './results.ts';
import { scale } from './scale.ts';
import { Cleanup } from './support/cleanup.ts';
import type { Bench } from './support/context.ts';
import { table } from './table.ts';
import { webhooks } from './webhooks/webhooks.ts';

const BENCHES: Readonly<Record<BenchName, Bench>> = { webhooks, posting, latency, idle, scale, neighbour, auth };

/** Where the documentation takes its figures from. */
const FIGURES = resolve(import.meta.dirname, '../docs/reference/figures/bench.json');
/** As the command line of the product: 2 for a mistake of the caller, 130 when interrupted. */
const EXIT = { ok: 0, failed: 1, refused: 2, interrupted: 130 } as const;

async function measure(options: BenchOptions, cleanup: Cleanup): Promise<readonly BenchReport[]> {
  const reports: BenchReport[] = [];
  for (const bench of options.benches) {
    const progress = (text: string) => void process.stderr.write(`${text}\n`);
    try {
      const { results, postgres } = await BENCHES[bench]({ options, cleanup, progress });
      const report = { bench, machine: await machineFacts(postgres), results };
      process.stderr.write(`${table(report)}\n`);
      reports.push(report);
    } finally {
      await cleanup.run();
    }
  }
  return reports;
}

async function main(): Promise<number> {
  const request = readOptions(process.argv.slice(2));
  if (request.kind === 'help') {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  if (request.kind === 'refused') {
    process.stderr.write(`${request.problems.join('\n')}\n\n${HELP}`);
    return EXIT.refused;
  }
  const { options } = request;
  const cleanup = new Cleanup();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void cleanup.run().finally(() => process.exit(EXIT.interrupted)));
  const reports = await measure(options, cleanup);
  const text = options.all ? JSON.stringify(reports) : JSON.stringify(reports[0]);
  if (options.json) process.stdout.write(`${text}\n`);
  if (options.save) {
    await mkdir(dirname(FIGURES), { recursive: true });
    await writeFile(FIGURES, `${JSON.stringify(reports, null, 2)}\n`);
    process.stderr.write(`kept in ${FIGURES}\n`);
  }
  return EXIT.ok;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(
    `the benchmark failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = EXIT.failed;
}
