import type { RunStep, Step, StepResult } from './step.ts';

export interface RunOptions {
  readonly run: RunStep;
  /** Steps at once. */
  readonly lanes: number;
  readonly onResult: (result: StepResult) => void;
}

/** Runs all steps, whatever fails: first those that share the cores, then one by one those that do not. */
export async function runSteps(steps: readonly Step[], options: RunOptions): Promise<readonly StepResult[]> {
  const together = steps.filter(({ alone }) => !alone);
  const alone = steps.filter((step) => step.alone);
  return [...(await inLanes(together, options)), ...(await inLanes(alone, { ...options, lanes: 1 }))];
}

async function inLanes(steps: readonly Step[], { run, lanes, onResult }: RunOptions): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const waiting = [...steps];
  const lane = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = await run(step);
      results.push(result);
      onResult(result);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
