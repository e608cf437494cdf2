import type { Installation } from '../src/compose/installation.ts';
import type { HubStores } from '../src/compose/server.ts';
import type { HubDoors } from '../src/hub/index.ts';
import { reconcileNow } from '../src/hub/operate/index.ts';
import type { WaterfallRow } from '../src/hub/reconcile/index.ts';
import { isCounterfoilError } from '../src/kernel/errors.ts';
import type { Connected } from './connect.ts';
import type { Progress } from './progress.ts';
import { type ReportRow, reportRow } from './report.ts';

interface Reconciling {
  readonly installation: Installation;
  readonly hub: HubStores;
  readonly progress: Progress;
  readonly io: { readonly signal: AbortSignal };
}

const MAX_GOES = 20;
const PAUSE_MS = 500;

export interface ReconciledDemo {
  readonly rows: readonly ReportRow[];
  readonly sources: readonly { readonly title: string; readonly waterfall: readonly WaterfallRow[] }[];
}

/** Reads the ledger back and compares every payout and day of every source. */
export async function reconcileEverything(
  { installation, hub, progress, io }: Reconciling,
  connected: Connected,
): Promise<ReconciledDemo> {
  const { doors } = installation;
  const rows: ReportRow[] = [];
  const sources: { title: string; waterfall: readonly WaterfallRow[] }[] = [];
  for (const [index, { connection, pair }] of connected.sources.entries()) {
    progress.show(
      'Reconciling',
      index / connected.sources.length,
      `${connection.displayName} with ${connected.ledger.displayName}`,
    );
    const { rows: found, waterfall } = await patiently(doors, io.signal, () =>
      reconcileNow(doors, hub, { pair, signal: io.signal }),
    );
    rows.push(...found.map((row) => reportRow(connection.provider, row)));
    sources.push({ title: doors.registry.source(connection.provider).displayName, waterfall });
  }
  progress.show('Reconciling', 1, `${rows.length} payouts and days`);
  return { rows, sources };
}

/** A comparison is all or nothing: over a network that loses every third answer it takes several goes. */
async function patiently<T>(doors: HubDoors, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const mayPass = isCounterfoilError(error) && (error.kind === 'retryable' || error.kind === 'throttled');
      if (!mayPass || attempt >= MAX_GOES) throw error;
      await doors.clock.sleep(error.retryAfter_ms ?? PAUSE_MS, signal);
    }
  }
}
