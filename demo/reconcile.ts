import type { Installation } from '../src/compose/installation.ts';
import type { HubStores } from '../src/compose/server.ts';
import { reconcileNow } from '../src/hub/operate/index.ts';
import type { WaterfallRow } from '../src/hub/reconcile/index.ts';
import type { Connected } from './connect.ts';
import type { Progress } from './progress.ts';
import { type ReportRow, reportRow } from './report.ts';

interface Reconciling {
  readonly installation: Installation;
  readonly hub: HubStores;
  readonly progress: Progress;
  readonly io: { readonly signal: AbortSignal };
}

export interface ReconciledDemo {
  readonly rows: readonly ReportRow[];
  readonly sources: readonly { readonly title: string; readonly waterfall: readonly WaterfallRow[] }[];
}

/** Reads the ledger back and compares every payout and day of every source. */
export async function reconcileEverything({ installation, hub, progress, io }: Reconciling, connected: Connected): Promise<ReconciledDemo> {
  const { doors } = installation;
  const rows: ReportRow[] = [];
  const sources: { title: string; waterfall: readonly WaterfallRow[] }[] = [];
  for (const [index, { connection, pair }] of connected.sources.entries()) {
    progress.show('Reconciling', index / connected.sources.length, `${connection.displayName} with ${connected.ledger.displayName}`);
    const { rows: found, waterfall } = await reconcileNow(doors, hub, { pair, signal: io.signal });
    rows.push(...found.map((row) => reportRow(connection.provider, row)));
    sources.push({ title: doors.registry.source(connection.provider).displayName, waterfall });
  }
  progress.show('Reconciling', 1, `${rows.length} payouts and days`);
  return { rows, sources };
}
