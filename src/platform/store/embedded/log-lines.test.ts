import { expect, test } from 'vitest';
import { recordingLog } from './fixtures/doors.ts';
import { passOnLog } from './log-lines.ts';

test('lines arrive whole, with severity and SQLSTATE, however the pipe cuts them', () => {
  const log = recordingLog();
  const lines = passOnLog(log);
  lines.write('00000 LOG:  database system is re');
  lines.write('ady\n23505 ERROR:  duplicate key\n53100 PANIC:  could not write\n');
  expect(log.lines).toEqual([
    'info database system is ready {"source":"postgres"}',
    'warn duplicate key {"source":"postgres","sqlState":"23505"}',
    'error could not write {"source":"postgres","sqlState":"53100"}',
  ]);
});

test('refusals during start and stop are no news and stay out of the last words', () => {
  const log = recordingLog();
  const lines = passOnLog(log);
  lines.write('57P03 FATAL:  the database system is starting up\n57P01 FATAL:  terminating connection\n');
  expect(log.lines.map((line) => line.split(' ')[0])).toEqual(['debug', 'debug']);
  expect(lines.tail()).toBe('');
});

test('words in another form, such as those of the loader, are kept', () => {
  const log = recordingLog();
  const lines = passOnLog(log);
  lines.write('postgres: error while loading shared libraries\nunfinished');
  expect(lines.tail()).toBe('postgres: error while loading shared libraries\nunfinished');
});

test('only the end is kept, and no line grows without bound', () => {
  const lines = passOnLog(recordingLog());
  for (let i = 0; i < 100; i++) lines.write(`00000 LOG:  line ${i}\n`);
  for (let i = 0; i < 100; i++) lines.write('x'.repeat(1_000));
  const tail = lines.tail().split('\n');
  expect(tail[0]).toBe('LOG: line 60');
  expect(tail.at(-1)!.length).toBeLessThanOrEqual(4_096);
});
