import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chooseSteps } from './choose-steps.ts';
import { scriptRunner } from './run-script.ts';
import { runSteps } from './run-steps.ts';
import type { Step, StepResult } from './step.ts';
import { STEPS } from './steps.ts';

const step = (name: string, alone = false): Step => ({ name, script: `${name}.ts`, args: [], alone });

describe('running steps', () => {
  /** Steps that end when the test says so; keeps which ran at the same time. */
  async function record(steps: readonly Step[], lanes: number, failing: readonly string[] = []) {
    const together: string[] = [];
    const running = new Set<string>();
    const run = async ({ name }: Step): Promise<StepResult> => {
      running.add(name);
      together.push([...running].join('+'));
      await Promise.resolve();
      running.delete(name);
      return { name, ok: !failing.includes(name), took_ms: 1, output: '' };
    };
    const shown: string[] = [];
    const results = await runSteps(steps, { run, lanes, onResult: ({ name }) => shown.push(name) });
    return { together, shown, results };
  }

  test('as many at once as there are lanes, and those that want to be alone after all others', async () => {
    const { together } = await record([step('tests', true), step('a'), step('b'), step('c')], 2);
    expect(together[1]).toBe('a+b');
    expect(together.every((names) => names.split('+').length <= 2)).toBe(true);
    expect(together.at(-1)).toBe('tests');
  });

  test('goes on when one fails, and each is shown once', async () => {
    const { shown, results } = await record([step('a'), step('b'), step('c', true)], 1, ['a']);
    expect(shown).toEqual(['a', 'b', 'c']);
    expect(results.map(({ ok }) => ok)).toEqual([false, true, true]);
  });
});

describe('choosing steps', () => {
  const steps = [step('types'), step('unit tests')];

  test('all without a word, else those that begin with one', () => {
    expect(chooseSteps(steps, [])).toBe(steps);
    expect(chooseSteps(steps, ['unit'])).toEqual([steps[1]]);
  });

  test('a word that fits none is refused, with those that there are', () => {
    expect(() => chooseSteps(steps, ['lint'])).toThrow('no such step: lint. There are: types, unit tests');
  });

  test('no name begins with another, so that each can be chosen', () => {
    for (const { name } of STEPS) expect(chooseSteps(STEPS, [name])).toHaveLength(1);
  });
});

describe('a script', () => {
  const root = mkdtempSync(join(tmpdir(), 'cf-check-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const run = scriptRunner(root);

  async function outcomeOf(text: string, args: readonly string[] = []) {
    writeFileSync(join(root, 'script.ts'), text);
    return run({ name: 'made up', script: 'script.ts', args });
  }

  test('that ends with 0 is fine; what it prints is kept', async () => {
    const text = 'const word: string = process.argv[2]!;\nconsole.log(word);\nconsole.error("aside");';
    const { ok, output } = await outcomeOf(text, ['hello']);
    expect(ok).toBe(true);
    expect(output).toContain('hello\n');
    expect(output).toContain('aside\n');
  });

  test('that ends with anything else has failed', async () => {
    expect((await outcomeOf('process.exitCode = 3;')).ok).toBe(false);
  });

  test('that is ended from outside has failed, and says so', async () => {
    const { ok, output } = await outcomeOf("process.kill(process.pid, 'SIGTERM');\nsetInterval(() => {}, 1_000);");
    expect(ok).toBe(false);
    expect(output).toContain('ended by SIGTERM');
  });
});
