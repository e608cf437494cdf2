import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const CLI = fileURLToPath(new URL('./cli.ts', import.meta.url));
let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'sandbox-cli-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

function run(...args: string[]): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error('ended without a word');
}

function ended(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
}

async function listening(): Promise<{ child: ChildProcess; url: string }> {
  const child = run(
    '--port',
    '0',
    '--json',
    '--state',
    state,
    '--month',
    '2026-10',
    '--charges',
    '50',
    '--btcpay-invoices',
    '16',
  );
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  return { child, url };
}

test('what was answered is there again after kill -9, and SIGTERM ends cleanly', async () => {
  const headers = { authorization: 'Bearer sk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' };
  const first = await listening();
  const made = await (
    await fetch(`${first.url}/stripe/v1/customers`, { method: 'POST', headers, body: 'name=A' })
  ).text();
  const truth = await (await fetch(`${first.url}/control/truth`)).text();
  first.child.kill('SIGKILL');
  expect(await ended(first.child)).toBe('SIGKILL');

  const second = await listening();
  const { id } = JSON.parse(made) as { id: string };
  expect(await (await fetch(`${second.url}/stripe/v1/customers/${id}`, { headers })).text()).toBe(made);
  expect(await (await fetch(`${second.url}/control/truth`)).text()).toBe(truth);
  second.child.kill('SIGTERM');
  expect(await ended(second.child)).toBe(0);
});

test('a wrong command line is refused with code 2', async () => {
  const child = run('--port', 'x');
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  expect(await ended(child)).toBe(2);
  expect(complaint).toContain('--port must be a whole number');
});
