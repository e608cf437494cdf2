import { command, option } from '../spec.ts';
import { oneOf } from '../values.ts';

const ROLES = ['all', 'api', 'worker'] as const;

export const startCommand = command({
  name: 'start',
  summary: 'Run the server',
  description:
    'Runs until it is told to end: answers the API, receives webhooks, reads, posts and compares. Brings the database up to this release first. SIGTERM lets work under way finish.',
  examples: [
    ['counterfoil start', 'everything in one process'],
    ['counterfoil start --role worker', 'only the work; the API runs in another process'],
  ],
  options: {
    role: option('--role <role>', 'What this process does: all, api or worker', oneOf(...ROLES), { choices: ROLES }),
  },
  run: (call, { role }) => {
    const config = call.config(role === undefined ? {} : { COUNTERFOIL_ROLE: role });
    return call.doors.serve(config, call.doors.io);
  },
});
