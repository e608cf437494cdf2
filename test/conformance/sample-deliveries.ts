import { stripeSignature } from '../../sandbox/src/index.ts';
import { registry } from '../../src/connectors/registry.ts';
import { addAppEndpoint } from '../../src/hub/connections/index.ts';
import { fanOut } from '../../src/hub/inbox/index.ts';
import type { ConnectionId } from '../../src/kernel/ids.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { rows, sql } from '../../src/platform/store/index.ts';
import type { TestHub } from '../support/hub.ts';
import type { EventSample, WebhookSample } from './sample.ts';
import { sampleConnection, sampleEndpoint } from './sample-endpoint.ts';
import type { SampleOutcome } from './sample-outcome.ts';

/** Vectors without a time of their own are looked at now, in Unix seconds. */
const NOW_S = 1_763_630_010;
const EVENT_KEY = 'whsec_made_up';

/** A hub that takes in samples; `time` is its clock, in ms. */
export interface Receiver {
  readonly hub: TestHub;
  readonly time: { now: number };
  readonly connections: Readonly<Record<'stripe' | 'btcpay', ConnectionId>>;
}

/** Connections of both sources, and one for each company that the QuickBooks samples speak of. */
export async function receiverOf(
  hub: TestHub,
  time: { now: number },
  samples: readonly WebhookSample[],
): Promise<Receiver> {
  for (const company of companiesIn(samples)) await sampleConnection(hub, 'quickbooks', company);
  const stripe = await sampleConnection(hub, 'stripe', 'acct_samples');
  return { hub, time, connections: { stripe, btcpay: await sampleConnection(hub, 'btcpay', 'store_samples') } };
}

function companiesIn(samples: readonly WebhookSample[]): ReadonlySet<string> {
  const { webhook } = registry.ledger('quickbooks');
  const bodies = samples.filter(({ provider, valid }) => provider === 'quickbooks' && valid);
  const events = bodies.flatMap(({ body, headers }) => webhook.parse({ body: Buffer.from(body), headers, url: '' }));
  return new Set(events.flatMap(({ accountId }) => accountId ?? []));
}

/** What became of a delivery that was let in, by its id at the endpoint. */
interface Settled {
  readonly endpoint_id: string;
  readonly dedupe_key: string;
  readonly state: string;
  readonly reason: string | null;
}

/** Every delivery to an address of its own whose secret is the sample's key, and then opened. */
export async function webhookOutcomes(
  receiver: Receiver,
  samples: readonly WebhookSample[],
): Promise<readonly SampleOutcome[]> {
  const received: { sample: WebhookSample; endpointId: string; code: string | null }[] = [];
  for (const sample of samples) {
    const { endpointId, token } = await addressFor(receiver, sample);
    receiver.time.now = (sample.now ?? NOW_S) * 1_000;
    const { provider, headers, body } = sample;
    const { code } = await receiver.hub.inbox.receive({ provider, token, headers, body: Buffer.from(body) });
    received.push({ sample, endpointId, code });
  }
  const settled = await openAll(receiver.hub);
  return received.map(({ sample, endpointId, code }) => {
    const found = settled.filter((one) => one.endpoint_id === endpointId);
    return code === null ? outcomeOf(sample, found) : { sample, outcome: 'refused', reason: code };
  });
}

/** QuickBooks has one address for all companies; the others have one for each connection. */
async function addressFor({ hub, connections }: Receiver, { provider, key }: WebhookSample) {
  if (provider !== 'quickbooks') return sampleEndpoint(hub, provider, connections[provider], key);
  const { endpointId, url } = await addAppEndpoint(hub.doors, hub.test.tenantId, provider, new Secret(key));
  return { endpointId, token: url.split('/').at(-1)! };
}

/** Every Stripe event as a delivery of its own, signed as Stripe signs. */
export async function eventOutcomes(
  { hub, time, connections }: Receiver,
  samples: readonly EventSample[],
): Promise<readonly SampleOutcome[]> {
  const { token } = await sampleEndpoint(hub, 'stripe', connections.stripe, EVENT_KEY);
  time.now = NOW_S * 1_000;
  for (const { provider, body } of samples) {
    const text = JSON.stringify(body);
    const headers = { 'stripe-signature': stripeSignature(EVENT_KEY, text, NOW_S) };
    const { status } = await hub.inbox.receive({ provider, token, headers, body: Buffer.from(text) });
    if (status !== 200) throw new Error(`${text} was answered ${status}`);
  }
  const settled = await openAll(hub);
  return samples.map((sample) =>
    outcomeOf(
      sample,
      settled.filter(({ dedupe_key }) => dedupe_key === sample.body.id),
    ),
  );
}

async function openAll({ doors, inboxStore }: TestHub): Promise<readonly Settled[]> {
  while (!(await fanOut(doors, inboxStore)).empty);
  return doors.database.inbox((tx) =>
    rows(tx, sql<Settled>`select endpoint_id, dedupe_key, state, reason from deliveries`),
  );
}

function outcomeOf(sample: WebhookSample | EventSample, found: readonly Settled[]): SampleOutcome {
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${sample.source} is ${found.length} deliveries`);
  if (only.state === 'done') return { sample, outcome: 'accepted', reason: null };
  if (only.reason === null) throw new Error(`${sample.source} is ${only.state} without a reason`);
  return { sample, outcome: 'unknown', reason: `${only.state}: ${only.reason}` };
}
