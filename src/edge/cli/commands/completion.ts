import { completionScript, SHELLS } from '../completion-script.ts';
import { GLOBAL_OPTIONS } from '../global-options.ts';
import { type BoundCommand, command } from '../spec.ts';

/** `commands` answers all commands, this one included. */
export function completionCommand(commands: () => readonly BoundCommand[]): BoundCommand {
  return command({
    name: 'completion',
    summary: 'Print a completion script for a shell',
    description:
      'Prints a script that completes commands, options and choices. It asks nothing of Counterfoil when it runs.',
    examples: [
      ['source <(counterfoil completion bash)', 'in ~/.bashrc'],
      ['counterfoil completion zsh > ~/.zsh/_counterfoil', 'for zsh, with ~/.zsh in fpath'],
      ['counterfoil completion fish > ~/.config/fish/completions/counterfoil.fish', 'for fish'],
    ],
    argument: { name: 'shell', help: SHELLS.join(', '), isRequired: true, isList: false, choices: SHELLS },
    options: {},
    run: async (_call, _values, [shell]) => {
      const name = SHELLS.find((one) => one === shell)!;
      const script = completionScript(name, commands(), Object.values(GLOBAL_OPTIONS));
      return { exit: 'ok', data: { shell: name, script }, text: script };
    },
  });
}
