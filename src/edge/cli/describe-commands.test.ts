import { expect, test } from 'vitest';
import { describeCommands } from './describe-commands.ts';

test('every command and option is described in sentences, with an example', () => {
  const { commands, globals } = describeCommands();
  expect(commands.map(({ usage }) => usage)).toContain('sync [connection]');
  expect(commands.map(({ usage }) => usage)).toContain('completion <shell>');
  expect(commands.map(({ usage }) => usage)).toContain('retry [id...]');
  for (const { usage, summary, description, examples, options } of commands) {
    expect(summary, usage).toMatch(/^[A-Z].*[^.]$/);
    expect(description, usage).toMatch(/^[A-Z].*\.$/s);
    expect(examples.length, usage).toBeGreaterThan(0);
    for (const [line] of examples) expect(line, usage).toContain(`counterfoil ${usage.split(' [')[0]!.split(' <')[0]}`);
    for (const { flags, help } of [...options, ...globals]) {
      expect(flags).toMatch(/^--[a-z-]+( <[a-z-]+>)?$/);
      expect(help, flags).not.toBe('');
    }
  }
});
