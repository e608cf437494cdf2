import { DELIVERY_STATES } from '../../../hub/inbox/index.ts';
import { estimateReplay, type ReplayEstimate, type ReplayFilter, replay } from '../../../hub/operate/index.ts';
import { CounterfoilError } from '../../../kernel/errors.ts';
import type { Call } from '../call.ts';
import type { OpenHub } from '../doors.ts';
import type { WorkToFinish } from '../finish-work.ts';
import { type Answer, command, list, option, withDefault } from '../spec.ts';
import { counted } from '../table.ts';
import { anyText, instant, oneOf } from '../values.ts';
import { answerWithWork } from '../work-answer.ts';
import { confirmOptions, NO_REASON } from '../work-options.ts';

const ANY = 'any';
const STATES = [ANY, ...DELIVERY_STATES] as const;

export const replayCommand = command({
  name: 'replay',
  summary: 'Look at received webhooks once more',
  description:
    'Opens deliveries again that were dead or ignored, and has the objects that events speak of read anew. Shows an estimate; only --yes does it. Nothing is posted twice: what is in the ledger is recognised.',
  examples: [
    ['counterfoil replay --state dead', 'what a replay of all dead deliveries would do'],
    ['counterfoil replay --state dead --yes --reason "connector corrected"', 'does it'],
    ['counterfoil replay --provider btcpay --since 2026-11-01 --yes', 'everything BTCPay sent since then'],
  ],
  options: {
    provider: option('--provider <name>', 'Of this provider', anyText),
    state: withDefault('--state <state>', `One of ${STATES.join(', ')}`, oneOf(...STATES), ANY, { choices: STATES }),
    since: option('--since <instant>', 'Received at or after, in UTC', instant),
    until: option('--until <instant>', 'Received before, in UTC', instant),
    id: list('--id <id>', 'This delivery or event; may be given again', anyText),
    ...confirmOptions,
  },
  check: ({ since, until }) =>
    since !== undefined && until !== undefined && since >= until ? ['--until must be later than --since'] : [],
  run: (call, values) =>
    call.withHub(async (hub, { id: tenantId }) => {
      const filter = filterOf(values);
      assertProvider(hub, filter.provider);
      if (!values.yes) return estimateAnswer(await estimateReplay(hub.doors, { tenantId, filter }));
      const since = hub.doors.clock.now();
      const done = await replay(hub.doors, { tenantId, filter, reason: values.reason ?? NO_REASON });
      const work = { tenantId, connectionIds: null, since, wait: values.wait, patience_ms: values.timeout * 1_000 };
      return replayed(call, hub, { done, work });
    }),
});

function filterOf({
  provider,
  state,
  since,
  until,
  id,
}: {
  provider: string | undefined;
  state: (typeof STATES)[number];
  since: number | undefined;
  until: number | undefined;
  id: readonly string[];
}): ReplayFilter {
  return {
    provider: provider ?? null,
    state: state === ANY ? null : state,
    since: since ?? null,
    until: until ?? null,
    ids: id.length === 0 ? null : id,
  };
}

/** A mistyped provider would look like a replay of nothing. */
function assertProvider({ doors: { registry } }: OpenHub, provider: string | null): void {
  const known = registry.providers.map((one) => one.provider);
  if (provider === null || known.includes(provider)) return;
  throw new CounterfoilError('request.invalid', {
    field: 'provider',
    detail: `--provider must be one of ${known.join(', ')}, not ${provider}.`,
  });
}

function estimateLines(estimate: ReplayEstimate): string[] {
  return [
    `${counted(estimate.deliveries, 'delivery', 'deliveries')} · ${counted(estimate.events, 'event')} in them`,
    `${estimate.deliveriesToOpen} to be opened again · ${counted(estimate.objects, 'object')} to be read again`,
    `${counted(estimate.entriesPosted, 'entry', 'entries')} already there · ${estimate.entriesOpen} not posted yet`,
  ];
}

function estimateAnswer(estimate: ReplayEstimate): Answer {
  const text = [
    ...estimateLines(estimate),
    'Nothing was done. Add --yes to do it; what is posted is never posted again.',
  ].join('\n');
  return { exit: 'ok', data: { replayed: false, estimate }, text };
}

interface Replayed {
  readonly done: Awaited<ReturnType<typeof replay>>;
  readonly work: WorkToFinish;
}

async function replayed(call: Call, hub: OpenHub, { done, work }: Replayed): Promise<Answer> {
  const { estimate, deliveriesReopened, eventsReopened } = done;
  const head = `Replayed ${counted(eventsReopened, 'event')} and opened ${counted(deliveriesReopened, 'delivery', 'deliveries')} again.`;
  const data = { replayed: true, estimate, deliveriesReopened, eventsReopened };
  return answerWithWork(call, hub, { head, data, work });
}
