import { expect, test } from 'vitest';
import { recordingLog } from './fixtures/doors.ts';
import type { ServerExit, ServerProcess } from './server-process.ts';
import { stopServer } from './stop.ts';

/** A server that ends at one of the signals, and time that passes only when nothing else happens. */
function scene(deadlySignal: NodeJS.Signals) {
  const signals: string[] = [];
  let exit: ServerExit | undefined;
  let end: (exit: ServerExit) => void = () => {};
  const exited = new Promise<ServerExit>((resolve) => {
    end = resolve;
  });
  const server: ServerProcess = {
    pid: 1,
    exited,
    isRunning: () => exit === undefined,
    logTail: () => '',
    keepAlive: () => {},
    signal: (signal) => {
      signals.push(signal);
      if (signal !== deadlySignal) return;
      exit = { code: 0, signal: null };
      end(exit);
    },
  };
  let now = 0;
  const sleep = async (ms: number, stop?: AbortSignal) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (!stop?.aborted) now += ms;
  };
  return { server, signals, doors: { clock: { now: () => now, sleep }, log: recordingLog() }, waited_ms: () => now };
}

test('a server that stops when asked is asked once', async () => {
  const { server, signals, doors, waited_ms } = scene('SIGINT');
  await stopServer(server, 'fast', doors);
  expect(signals).toEqual(['SIGINT']);
  expect(waited_ms()).toBe(0);
});

test('a server that does not stop is asked more and more sternly, and the log says so', async () => {
  const { server, signals, doors, waited_ms } = scene('SIGKILL');
  await stopServer(server, 'smart', doors);
  expect(signals).toEqual(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGKILL']);
  expect(waited_ms()).toBe(135_000);
  expect(doors.log.lines).toHaveLength(3);
});

test('immediate does not ask politely first', async () => {
  const { server, signals, doors } = scene('SIGQUIT');
  await stopServer(server, 'immediate', doors);
  expect(signals).toEqual(['SIGQUIT']);
});

test('a server that has ended is not signalled', async () => {
  const { server, signals, doors } = scene('SIGINT');
  server.signal('SIGINT');
  await stopServer(server, 'fast', doors);
  expect(signals).toEqual(['SIGINT']);
});
