import { command } from '../spec.ts';

export const versionCommand = command({
  name: 'version',
  summary: 'Print the version',
  description: 'Prints the version of Counterfoil and of the Node.js that runs it.',
  examples: [['counterfoil version --json', 'for a bug report']],
  options: {},
  run: async ({ doors }) => {
    const { version, machine } = doors;
    return {
      exit: 'ok',
      data: { version, node: machine.runtimeVersion },
      text: `counterfoil ${version} (Node.js ${machine.runtimeVersion})`,
    };
  },
});
