import { describe, expect, test } from 'vitest';
import { type FakeIoOptions, fakeIo } from './fixtures/fake-io.ts';
import { Output } from './output.ts';

function output(options: Partial<ConstructorParameters<typeof Output>[1]> = {}, io: FakeIoOptions = {}) {
  const terminal = fakeIo(io);
  return { terminal, to: new Output(terminal.io, { json: false, quiet: false, color: false, ...options }) };
}

describe('output', () => {
  test('puts data on standard output and everything else on standard error', () => {
    const { terminal, to } = output();
    to.note('reading');
    to.answer({ n: 1 }, 'one');
    to.error('broken');
    expect([terminal.out(), terminal.err()]).toEqual(['one\n', 'reading\nbroken\n']);
  });

  test('is one object on one line with --json', () => {
    const { terminal, to } = output({ json: true });
    to.answer({ n: 1 }, 'one');
    expect(terminal.out()).toBe('{"n":1}\n');
  });

  test('has no notes and no progress with --quiet, and still has errors', () => {
    const { terminal, to } = output({ quiet: true }, { isTTY: true });
    to.note('reading');
    to.progress('reading');
    to.error('broken');
    expect(terminal.err()).toBe('broken\n');
  });

  test('has progress on a terminal only', () => {
    const { terminal, to } = output();
    to.progress('reading');
    to.answer({}, 'done');
    expect(terminal.err()).toBe('');
  });

  test('clears the progress before anything else is written, and cuts it to one line', () => {
    const { terminal, to } = output({}, { isTTY: true });
    to.progress('x'.repeat(300));
    to.note('done');
    expect(terminal.err()).toBe(`\r\u001b[2K${'x'.repeat(99)}\r\u001b[2Kdone\n`);
  });

  test('has colours where they are wanted', () => {
    expect(output({ color: true }).to.paint('bad', 'fail')).toBe('\u001b[31mfail\u001b[0m');
    expect(output().to.paint('bad', 'fail')).toBe('fail');
  });
});
