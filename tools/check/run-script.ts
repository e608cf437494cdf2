import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { RunStep } from './step.ts';

/** A step that takes longer hangs; the whole check is meant to take about a minute. */
const STEP_TIMEOUT_MS = 5 * 60_000;
/** Characters kept of what a step prints: its end says what failed. */
const MAX_OUTPUT = 40_000;

/** Runs a step as a process of the Node that runs this one, below `root`. */
export function scriptRunner(root: string): RunStep {
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  const env = { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: undefined };
  return ({ name, script, args }) => {
    const startedAt = performance.now();
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [script, ...args], { cwd: root, env, timeout: STEP_TIMEOUT_MS });
      let output = '';
      const collect = (chunk: string) => {
        output = (output + chunk).slice(-MAX_OUTPUT);
      };
      const end = (ok: boolean) => resolve({ name, ok, took_ms: performance.now() - startedAt, output });
      child.stdout.setEncoding('utf8').on('data', collect);
      child.stderr.setEncoding('utf8').on('data', collect);
      child.on('error', (error) => {
        collect(error.message);
        end(false);
      });
      child.on('close', (code, signal) => {
        if (signal !== null) collect(`\nended by ${signal} after ${Math.round(performance.now() - startedAt)} ms`);
        end(code === 0);
      });
    });
  };
}
