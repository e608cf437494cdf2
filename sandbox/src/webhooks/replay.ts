import { createRandom } from '../core/random.ts';
import { inParallel } from './parallel.ts';
import type { WebhookSender } from './sender.ts';
import type { WebhookMessage, WebhookSource } from './source.ts';

export interface ReplayRequest {
  readonly seed: number;
  /** How often each stored event is delivered to each endpoint that listens for it. */
  readonly times: number;
  readonly order: 'original' | 'shuffled';
  readonly sources: readonly WebhookSource[];
  readonly concurrency?: number;
}

export interface ReplayProgress {
  readonly sent: number;
  readonly total: number;
}

export interface ReplayResult {
  readonly deliveries: number;
  readonly answered2xx: number;
  readonly failed: number;
}

const DEFAULT_CONCURRENCY = 16;
/** A progress note comes after so many deliveries. */
const PROGRESS_EVERY = 250;

interface Sending {
  readonly source: WebhookSource;
  readonly message: WebhookMessage;
}

function sendings(request: ReplayRequest): Sending[] {
  const once = request.sources.flatMap((source) =>
    source
      .events()
      .flatMap((event) =>
        source
          .endpointsFor(event.id)
          .map((endpoint) => ({ source, created: event.created, message: { event: event.id, endpoint } })),
      ),
  );
  once.sort((a, b) => a.created - b.created);
  const all = Array.from({ length: request.times }, () => once).flat();
  if (request.order === 'original') return all;
  const random = createRandom(request.seed);
  for (let index = all.length - 1; index > 0; index -= 1) {
    const other = random.int(0, index);
    const moved = all[index];
    const swapped = all[other];
    if (moved && swapped) [all[index], all[other]] = [swapped, moved];
  }
  return all;
}

/** Delivers every stored event again, each sending newly signed, a limited number at once. */
export async function replay(
  sender: WebhookSender,
  request: ReplayRequest,
  onProgress: (progress: ReplayProgress) => void,
): Promise<ReplayResult> {
  const all = sendings(request);
  let sent = 0;
  let answered2xx = 0;
  await inParallel(all, request.concurrency ?? DEFAULT_CONCURRENCY, async ({ source, message }) => {
    if (await sender.sendOnce(source, message, 'replay')) answered2xx += 1;
    sent += 1;
    if (sent % PROGRESS_EVERY === 0) onProgress({ sent, total: all.length });
  });
  return { deliveries: all.length, answered2xx, failed: all.length - answered2xx };
}
