/**
 * `npm run check`: everything that can be known of the source in about a minute. With names of steps, only those:
 * `npm run check -- types lint`. Prints one line for each, then what the failed ones said; exits with 1 when any failed.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { chooseSteps } from './check/choose-steps.ts';
import { scriptRunner } from './check/run-script.ts';
import { runSteps } from './check/run-steps.ts';
import type { StepResult } from './check/step.ts';
import { STEPS } from './check/steps.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function lineOf({ name, ok, took_ms, output }: StepResult): string {
  const notices = output.match(/^notice /gm)?.length ?? 0;
  const aside = notices > 0 ? `  ${notices} notices` : '';
  return `${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(12)} ${(took_ms / 1_000).toFixed(1).padStart(6)} s${aside}`;
}

async function check(words: readonly string[]): Promise<boolean> {
  const startedAt = performance.now();
  const results = await runSteps(chooseSteps(STEPS, words), {
    run: scriptRunner(root),
    lanes: availableParallelism(),
    onResult: (result) => console.log(lineOf(result)),
  });
  const failed = results.filter(({ ok }) => !ok);
  for (const { name, output } of failed) console.log(`\n--- ${name} ---\n${output.trim()}`);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`\n${results.length - failed.length} of ${results.length} steps ok in ${seconds} s`);
  return failed.length === 0;
}

try {
  process.exitCode = (await check(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
