import { Progress } from '../../demo/progress.ts';
import { reconcileEverything } from '../../demo/reconcile.ts';
import { replay } from '../../sandbox/src/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { countInbox, liveDocuments, paymentsWithoutOneDocument } from './checks.ts';
import { waitForRest } from './rest.ts';
import type { Stage } from './stage.ts';

/** Deliveries on their way at once when all are sent again. */
const REPLAY_SENDERS = 8;

/** Business has ended and everything runs: waits until all is final, and says everything that is not as it should be. */
export async function finish(stage: Stage, seed: number, say: (text: string) => void): Promise<readonly string[]> {
  say('everything runs; waiting until all is final');
  const open = await waitForRest(stage);
  if (open.length > 0) return open;
  const found = [
    ...(await paymentsWithoutOneDocument(stage, stage.business.payments)),
    ...(await differences(stage)),
    ...(await commandVerify(stage)),
    ...(await replayChangesNothing(stage, seed, say)),
  ];
  return [...found, ...(await commandVerify(stage, '--offline')), ...(await stage.processes.stop())];
}

async function differences({ installation, hub, connected, sandbox }: Stage): Promise<readonly string[]> {
  const progress = new Progress({ isTTY: false, write: () => {} }, systemClock.now);
  const io = { signal: new AbortController().signal };
  const { rows } = await reconcileEverything({ installation, hub, progress, io }, connected);
  const different = rows
    .filter(({ difference }) => /[1-9]/.test(difference))
    .map((row) => `${row.source} ${row.payout ?? row.period} differs by ${row.difference} ${row.currency}`);
  const { trialBalanceDifference } = sandbox.quickbooks.ledger();
  if (rows.length === 0) different.push('nothing was compared');
  return trialBalanceDifference === 0
    ? different
    : [...different, `the trial balance is off by ${trialBalanceDifference}`];
}

/** The command line in a process of its own, beside the others, as an operator would run it. */
async function commandVerify({ processes }: Stage, ...options: readonly string[]): Promise<readonly string[]> {
  const program = processes.run('verify', 'verify', ...options);
  const { code, signal } = await program.exited;
  return code === 0
    ? []
    : [`counterfoil ${['verify', ...options].join(' ')} ended with ${signal ?? code}: see logs/verify.log`];
}

async function replayChangesNothing(
  stage: Stage,
  seed: number,
  say: (text: string) => void,
): Promise<readonly string[]> {
  const { sandbox, deliveries } = stage;
  const documents = countDocuments(stage);
  say('sending every webhook of the providers again, in another order');
  const order = { seed: seed + 1, times: 1, order: 'shuffled', sources: Object.values(sandbox.sources) } as const;
  const again = await replay(sandbox.sender, order, () => {});
  const before = await countInbox(stage);
  say(`sending all ${deliveries.acknowledged.length} acknowledged deliveries again`);
  const refused = await deliveries.replay(REPLAY_SENDERS);
  const after = await countInbox(stage);
  const open = await waitForRest(stage);
  const figures = [
    ['webhooks refused when sent again', again.failed, 0],
    ['acknowledged deliveries refused when sent again', refused, 0],
    ['deliveries in the inbox', after.deliveries, before.deliveries],
    ['duplicates counted', after.duplicates - before.duplicates, deliveries.acknowledged.length],
    ['documents in the ledger', countDocuments(stage), documents],
  ] as const;
  return [
    ...open,
    ...figures.flatMap(([what, is, should]) =>
      is === should ? [] : [`${is} ${what} after the replay instead of ${should}`],
    ),
  ];
}

function countDocuments(stage: Stage): number {
  return [...liveDocuments(stage).values()].reduce((sum, { length }) => sum + length, 0);
}
