import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { leftRunning } from '../test/support/programs.ts';
import type { BenchReport } from './results.ts';

const RUN = resolve(import.meta.dirname, 'run.ts');
const SUPPORT = resolve(import.meta.dirname, 'support');

interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...args: readonly string[]): Promise<Finished> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [RUN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}

const SHAPE = {
  metric: expect.any(String),
  value: expect.any(Number),
  unit: expect.any(String),
};

/** Runs one benchmark to its end; figures are not judged here. */
async function figuresOf(name: string): Promise<BenchReport> {
  const { code, stdout, stderr } = await bench(name, '--quick', '--json');
  expect(code, stderr).toBe(0);
  expect(stdout.trim().split('\n'), stderr).toHaveLength(1);
  const report = JSON.parse(stdout) as BenchReport;
  expect(report.bench).toBe(name);
  expect(report.machine).toEqual({
    cpu: expect.any(String),
    cores: expect.any(Number),
    memory: expect.any(Number),
    os: expect.any(String),
    node: process.versions.node,
    postgres: expect.stringMatching(/^18/),
    commit: expect.any(String),
    date: expect.stringMatching(/^\d{4}-/),
  });
  for (const one of report.results) {
    expect(one).toMatchObject(SHAPE);
    expect(Object.keys(one)).toEqual(['metric', 'value', 'unit', 'against', 'ratio', 'goal', 'met']);
    expect(one.met === null).toBe(one.goal === null);
  }
  expect(await leftRunning(SUPPORT)).toEqual([]);
  return report;
}

describe('the benchmarks', () => {
  test('measure from a webhook to its document', async () => {
    const { results } = await figuresOf('latency');
    expect(results.map(({ metric }) => metric)).toEqual([
      'webhook to document p50',
      'webhook to document p99',
      'payments measured',
    ]);
    expect(results[2]!.value).toBe(5);
  });

  test('measure what a session costs', async () => {
    const { results } = await figuresOf('auth');
    expect(results.map(({ metric }) => metric)).toEqual([
      'requests of sessions per second',
      'requests of API keys per second',
      'answer p99 to a session at 32 clients',
      'processor time of the server for a request',
      'requests refused',
    ]);
    expect(results[4]!.value).toBe(0);
  });

  test('say what is wrong with the command line', async () => {
    const { code, stdout, stderr } = await bench('speed', '--rounds', 'many');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('there is no benchmark speed: webhooks, posting');
    expect(stderr).toContain('--rounds must be a whole number');
  });
});
