import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { lookUpProcess, parseProcStat, parsePsLine } from './process-start.ts';

describe('a process', () => {
  test('that runs has the same start each time it is looked up', async () => {
    const first = await lookUpProcess(process.pid);
    expect(first).toEqual({ running: true, start: expect.stringMatching(/.+/) });
    expect(await lookUpProcess(process.pid)).toEqual(first);
  });

  test('that has ended is gone', async () => {
    const child = spawn('/bin/sh', ['-c', 'exit 0']);
    await once(child, 'exit');
    expect(await lookUpProcess(child.pid!)).toEqual({ running: false });
  });

  test('of another user is seen to run', async () => {
    expect(await lookUpProcess(1)).toMatchObject({ running: true });
  });
});

describe('a line of /proc/<pid>/stat', () => {
  const rest = '1 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 200';

  test('gives state and start', () => {
    expect(parseProcStat(`42 (node) S ${rest}`)).toEqual({ state: 'S', startTicks: '987654' });
  });

  test('is read past a name with parentheses and spaces', () => {
    expect(parseProcStat(`42 (a) R 1 (b) Z ${rest}`)).toEqual({ state: 'Z', startTicks: '987654' });
  });
});

describe('a line of ps', () => {
  test('gives the start', () => {
    const line = 'Ss   Fri Nov 20 10:49:01 2026\n';
    expect(parsePsLine(line)).toEqual({ running: true, start: 'Fri Nov 20 10:49:01 2026' });
  });

  test('of a zombie says gone, and none says nothing', () => {
    expect(parsePsLine('Z+   Fri Nov 20 10:49:01 2026\n')).toEqual({ running: false });
    expect(parsePsLine('')).toBeUndefined();
  });
});
