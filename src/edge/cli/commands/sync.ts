import { listConnections } from '../../../hub/connections/index.ts';
import { type Forecast, forecastSync, syncNow } from '../../../hub/operate/index.ts';
import { isoInstant } from '../../../kernel/clock.ts';
import type { TenantId } from '../../../kernel/ids.ts';
import type { Call } from '../call.ts';
import type { OpenHub } from '../doors.ts';
import { CliFailure } from '../failure.ts';
import { finishWork } from '../finish-work.ts';
import { pickConnection } from '../pick-connection.ts';
import { type Answer, command, flag } from '../spec.ts';
import { counted } from '../table.ts';
import { patienceOption } from '../work-options.ts';
import { exitOfWork, workData, workText } from '../work-report.ts';

export const syncCommand = command({
  name: 'sync',
  summary: 'Read the sources and post to the ledger now',
  description:
    'Makes the connections due at once. Where a server runs it does the work, and --wait waits for it; without one the work is done here until nothing is due.',
  examples: [
    ['counterfoil sync --wait', 'everything, with what came of it'],
    ['counterfoil sync stripe', 'one source and its ledger'],
    ['counterfoil sync --dry-run', 'what is known to be due, without asking anybody'],
  ],
  argument: {
    name: 'connection',
    help: 'Id, provider, account or name; all when left out',
    isRequired: false,
    isList: false,
    choices: [],
  },
  options: {
    wait: flag('--wait', 'Wait for the running server to finish'),
    dryRun: flag('--dry-run', 'Only say what would be read and posted, as far as it is known here'),
    timeout: patienceOption,
  },
  run: (call, { wait, dryRun, timeout }, [word]) =>
    call.withHub(async (hub, { id: tenantId }) => {
      const connectionId = await connectionOf(hub, tenantId, word);
      if (dryRun) return dryRunAnswer(await forecastSync(hub.doors, tenantId, connectionId));
      const started = await syncNow(hub.doors, { tenantId, connectionId });
      for (const one of started.resting.filter(({ state }) => word !== undefined || state !== 'disconnected'))
        call.output.note(`${one.displayName} is ${one.state}: nothing is done for it.`);
      const concerned = [...started.woken, ...started.resting].map(({ id }) => id);
      return answer(call, hub, {
        tenantId,
        connectionIds: connectionId === null ? null : concerned,
        since: started.at,
        wait,
        patience_ms: timeout * 1_000,
      });
    }),
});

async function connectionOf({ doors }: OpenHub, tenantId: TenantId, word: string | undefined) {
  const connections = await doors.database.tenant(tenantId, listConnections);
  if (connections.length === 0) {
    throw new CliFailure(
      'notSetUp',
      'Nothing is connected yet.',
      'Connect your books and a source: `counterfoil connect --help`.',
    );
  }
  return word === undefined ? null : pickConnection(connections, word).id;
}

async function answer(call: Call, hub: OpenHub, work: Parameters<typeof finishWork>[2]): Promise<Answer> {
  const finished = await finishWork(call, hub, work);
  if (finished !== null) return { exit: exitOfWork(finished), data: workData(finished), text: workText(finished) };
  return {
    exit: 'ok',
    data: { state: 'handed_over' },
    text: 'Handed to the running server. Use --wait to see what comes of it.',
  };
}

const ONLY_AN_ESTIMATE = 'No provider was asked: what is new there is known only by reading it.';

function dryRunAnswer(forecasts: readonly Forecast[]): Answer {
  const data = forecasts.map((one) => ({
    ...one,
    streams: one.streams.map((stream) => ({
      ...stream,
      since: stream.since === null ? null : isoInstant(stream.since),
    })),
  }));
  return {
    exit: 'ok',
    data: { dryRun: true, note: ONLY_AN_ESTIMATE, connections: data },
    text: [...forecasts.flatMap(forecastLines), '', ONLY_AN_ESTIMATE].join('\n'),
  };
}

const PASSES = { first: 'from the first day', resume: 'goes on inside a pass', news: 'what came since' } as const;

function forecastLines({
  displayName,
  provider,
  role,
  state,
  streams,
  eventsReceived,
  readsDue,
  factsNew,
  toPost,
}: Forecast): string[] {
  const known =
    role === 'source'
      ? `${counted(eventsReceived, 'event')} received, ${counted(readsDue, 'object')} to read again, ${factsNew} to plan`
      : `${counted(toPost, 'entry', 'entries')} to post`;
  return [
    `${displayName} (${provider}, ${state}): ${known}`,
    ...streams.map(
      ({ stream, pass, since }) => `  ${stream}: ${PASSES[pass]}${since === null ? '' : ` ${isoInstant(since)}`}`,
    ),
  ];
}
