import { type Checkup, type ConnectionStanding, countStopped } from '../../../hub/operate/index.ts';
import { counted } from '../table.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** What a tenant has connected, and what waits for a person. */
export function judgeConnections({ connections, stopped, attention }: Checkup): readonly Check[] {
  const items = countStopped(stopped);
  return [
    ...(connections.length === 0
      ? [warn('connections', 'nothing is connected', 'See `counterfoil connect --help`.')]
      : connections.map(judgeConnection)),
    items === 0
      ? ok('stopped', 'nothing is stopped')
      : warn(
          'stopped',
          `${counted(items, 'item')} stopped: ${stopped.map(({ code, count }) => `${count} × ${code}`).join(', ')}`,
          'See `counterfoil retry`.',
        ),
    attention === 0
      ? ok('attention', 'nothing needs attention')
      : warn(
          'attention',
          `${counted(attention, 'item needs', 'items need')} attention`,
          'See GET /api/v1/attention of the running server.',
        ),
  ];
}

function judgeConnection({ connection, work, error }: ConnectionStanding): Check {
  const { provider, role, displayName, state, stateReason } = connection;
  const name = `${provider} ${displayName}`;
  const again = `Run \`counterfoil connect ${provider}\` with a good credential; its work waits and is not lost.`;
  if (state === 'disconnected') return ok(name, 'disconnected');
  if (error !== null)
    return fail(name, `${error.message} (${error.code})`, error.kind === 'auth' ? again : error.remedy);
  if (state === 'needs_reconnect')
    return fail(name, `answers again, but is parked: ${stateReason ?? 'its credential was refused'}`, again);
  if (state === 'paused') return warn(name, 'answers, and is paused', 'Resume it when it is to be booked again.');
  if (work !== null && work.failures > 0) {
    return warn(
      name,
      `answers, but its last ${counted(work.failures, 'turn')} failed`,
      'Read the log of the server; run `counterfoil sync --verbose` to see the error.',
    );
  }
  if (work !== null && !work.isPaired && role === 'source')
    return warn(name, 'answers, and is booked in no ledger', again);
  return ok(name, `answers (${state})`);
}
