import { statusData, statusText } from '../keys-report.ts';
import { command } from '../spec.ts';

export const keysStatusCommand = command({
  name: 'keys status',
  summary: 'List the keys, what hangs on them, and how far a rotation is',
  description:
    'Lists every key-encryption key that this installation has known, how many data keys each opens, and the latest rotations. Shows no key.',
  examples: [
    ['counterfoil keys status', 'all of them'],
    ["counterfoil keys status --json | jq '.rotations[]'", 'for a script that waits for a rotation'],
  ],
  options: {},
  run: (call) =>
    call.withHub(async ({ keys }) => {
      const status = await keys.status();
      return { exit: 'ok', data: statusData(status), text: statusText(status) };
    }),
});
