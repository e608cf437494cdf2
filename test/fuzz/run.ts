import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FuzzOptions, HELP, readCommandLine } from './options.ts';
import { type FuzzReport, reportText } from './report.ts';
import { CASE_VARIABLE, CASES_VARIABLE, OPERATION_VARIABLE, REPORT_VARIABLE, SEED_VARIABLE } from './settings.ts';

/** Exit codes: 1 when something is wrong, 2 for a wrong command line. */
const EXIT = { clean: 0, failed: 1, usage: 2 } as const;
const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** The program: the same cases as in the test command, as many as are asked for. */
async function main(): Promise<number> {
  const line = readCommandLine(process.argv.slice(2));
  if (line.kind === 'help') {
    process.stdout.write(HELP);
    return EXIT.clean;
  }
  if (line.kind === 'refused') {
    for (const problem of line.problems) process.stderr.write(`fuzz: ${problem}\n`);
    return EXIT.usage;
  }
  const folder = await mkdtemp(join(tmpdir(), 'cf-fuzz-'));
  try {
    return await run(line.options, join(folder, 'report.json'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(options: FuzzOptions, path: string): Promise<number> {
  const ok = await passes(options, path);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) {
    process.stderr.write('fuzz: the run ended without a report\n');
    return EXIT.failed;
  }
  const report = { ...(JSON.parse(text) as Omit<FuzzReport, 'ok'>), ok };
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
  return ok ? EXIT.clean : EXIT.failed;
}

/** Runs the test of the fuzz, which brings the PostgreSQL; what it says goes to standard error. */
function passes({ cases, seed, operation, only }: FuzzOptions, report: string): Promise<boolean> {
  const variables = {
    [CASES_VARIABLE]: String(cases),
    [SEED_VARIABLE]: String(seed),
    [OPERATION_VARIABLE]: operation ?? '',
    [CASE_VARIABLE]: only === null ? '' : String(only),
    [REPORT_VARIABLE]: report,
  };
  const test = spawn(process.execPath, [VITEST, 'run', '--project', 'postgres', 'test/fuzz/fuzz.pg.test.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 2, 2],
  });
  return new Promise((resolve, reject) => {
    test.once('error', reject);
    test.once('close', (code) => resolve(code === 0));
  });
}

process.exitCode = await main();
