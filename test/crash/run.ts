import { rm } from 'node:fs/promises';
import { crash } from './crash.ts';
import { type CrashOptions, HELP, readCommandLine } from './options.ts';
import { isClean, reportText } from './report.ts';

/** Exit codes: 1 when something does not hold, 2 for a wrong command line, 130 when interrupted. */
const EXIT = { clean: 0, failed: 1, usage: 2, interrupted: 130 } as const;
/** Seeds that are made up have this many digits at most, so that they are easy to type. */
const MADE_UP_SEEDS = 1_000_000;
/** Problems shown; the logs have what led to all of them. */
const SHOWN = 30;

/** The program: arguments, streams, signals, exit code. */
async function main(): Promise<number> {
  const line = readCommandLine(process.argv.slice(2), Date.now() % MADE_UP_SEEDS);
  if (line.kind === 'help') {
    process.stdout.write(HELP);
    return EXIT.clean;
  }
  if (line.kind === 'refused') {
    for (const problem of line.problems) process.stderr.write(`crash: ${problem}\n`);
    return EXIT.usage;
  }
  return run(line.options);
}

async function run(options: CrashOptions): Promise<number> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      // A second one means now: the guard ends what is left.
      if (interrupted.signal.aborted) process.exit(EXIT.interrupted);
      process.stderr.write('ending after this round\n');
      interrupted.abort();
    });
  }
  const say = (text: string) => void process.stderr.write(`${text}\n`);
  const again = `npm run crash -- --rounds ${options.rounds} --seed ${options.seed}`;
  say(again);
  const { report, problems, folder } = await crash(options, { say, signal: interrupted.signal });
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(reportText(report));
  if (isClean(report)) {
    await rm(folder, { recursive: true, force: true });
    return interrupted.signal.aborted ? EXIT.interrupted : EXIT.clean;
  }
  for (const problem of problems.slice(0, SHOWN)) say(`  ${problem}`);
  if (problems.length > SHOWN) say(`  and ${problems.length - SHOWN} more`);
  say(`Logs and data: ${folder}`);
  say(`Repeat:        ${again}`);
  return EXIT.failed;
}

process.exitCode = await main();
process.exit();
