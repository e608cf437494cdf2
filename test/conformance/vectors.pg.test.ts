import { afterAll, beforeAll, expect, test } from 'vitest';
import { registry } from '../../src/connectors/registry.ts';
import { createEdgeServer } from '../../src/edge/http/edge-server.ts';
import { httpDoors } from '../../src/edge/http/fixtures/doors.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { rows, sql } from '../../src/platform/store/index.ts';
import { type TestHub, testHub } from '../support/hub.ts';
import { JUDGED_PROVIDERS, type JudgedProvider } from './providers.ts';
import type { WebhookSample } from './sample.ts';
import { sampleConnection, sampleEndpoint } from './sample-endpoint.ts';
import { vectorSamples } from './samples-vectors.ts';
import { describeConformance, requiredSharedFolder } from './shared-folder.ts';
import { stillClock } from './still-clock.ts';

/** Vectors without a time of their own are sent now, in Unix seconds. */
const NOW_S = 1_763_630_010;
/** How often each vector is sent, in a row and after all others. */
const TIMES = 3;

/** Different notifications among the valid vectors of a provider: redeliveries and repeats are one with their first. */
const NOTIFICATIONS: Readonly<Record<JudgedProvider, number>> = { stripe: 2, btcpay: 2, quickbooks: 2 };

describeConformance('webhook vectors again and again at one public address', () => {
  const time = { now: NOW_S * 1_000 };
  let hub: TestHub;
  beforeAll(async () => {
    hub = await testHub({ clock: stillClock(time), random: seededRandom(1) });
  });
  afterAll(() => hub.close());

  /** One address for each key; a provider's vectors share a key, but for those that are signed with a wrong one. */
  async function addresses(provider: JudgedProvider, vectors: readonly WebhookSample[]) {
    const connectionId = await sampleConnection(hub, provider, `${provider} of vectors`);
    const known = new Map<string, string>();
    for (const { key } of vectors) {
      if (known.has(key)) continue;
      const { token } = await sampleEndpoint(hub, provider, connectionId, key);
      known.set(key, `/webhooks/${provider}/${token}`);
    }
    return known;
  }

  test.each(JUDGED_PROVIDERS)(
    'of %s are answered as they should be, and stored once for each notification',
    async (provider) => {
      const doors = httpDoors();
      const app = createEdgeServer({
        ...doors,
        inbox: hub.inbox,
        providers: registry.providers.map((one) => one.provider),
      });
      const vectors = vectorSamples(provider, requiredSharedFolder());
      const urls = await addresses(provider, vectors);
      for (const vector of Array.from({ length: TIMES }, () => vectors).flat()) {
        time.now = (vector.now ?? NOW_S) * 1_000;
        for (let sent = 0; sent < TIMES; sent += 1) {
          const { key, headers, body, name, status } = vector;
          const request = { method: 'POST', url: urls.get(key)!, headers, payload: Buffer.from(body) } as const;
          expect([name, (await app.inject(request)).statusCode]).toEqual([name, status]);
        }
      }
      const [stored] = await hub.doors.database.inbox((tx) =>
        rows(
          tx,
          sql<{ n: bigint; arrivals: bigint }>`
        select count(*) as n, sum(duplicates + 1)::bigint as arrivals from deliveries where provider = ${provider}`,
        ),
      );
      const valid = vectors.filter((one) => one.valid).length;
      expect(stored).toEqual({ n: BigInt(NOTIFICATIONS[provider]), arrivals: BigInt(valid * TIMES * TIMES) });
      await app.close();
    },
  );
});
