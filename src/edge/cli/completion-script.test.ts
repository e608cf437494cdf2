import { describe, expect, test } from 'vitest';
import { COMMANDS } from './commands/index.ts';
import { completionScript, SHELLS } from './completion-script.ts';
import { GLOBAL_OPTIONS } from './global-options.ts';
import { longOf, type OptionSpec } from './spec.ts';

const globals = Object.values(GLOBAL_OPTIONS);

describe.each(SHELLS)('the completion of %s', (shell) => {
  const script = completionScript(shell, COMMANDS, globals);

  test('knows every command and every option', () => {
    const names = COMMANDS.flatMap(({ name }) => name.split(' '));
    const options = [...COMMANDS.flatMap(({ options: own }) => Object.values(own)), ...globals].map(({ flags }) =>
      longOf(flags),
    );
    for (const name of names) expect(script).toContain(name);
    for (const option of options) expect(script).toContain(shell === 'fish' ? `-l ${option.slice(2)}` : option);
  });

  test('offers the values of an option with a choice, and of an argument', () => {
    expect(script).toContain('all api worker');
    expect(script).toMatch(/\bbash'? '?zsh'? '?fish\b/);
  });

  test('is the same each time', () => {
    expect(completionScript(shell, COMMANDS, globals)).toBe(script);
  });
});

test('an option has the same choice in every command, as the scripts of bash and zsh assume', () => {
  const seen = new Map<string, string>();
  for (const { flags, choices } of COMMANDS.flatMap(({ options }): OptionSpec<unknown>[] => Object.values(options))) {
    const name = longOf(flags);
    expect(seen.get(name) ?? choices.join(' '), name).toBe(choices.join(' '));
    seen.set(name, choices.join(' '));
  }
});
