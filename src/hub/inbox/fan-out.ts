import { isCounterfoilError, messageOf } from '../../kernel/errors.ts';
import type { Doors } from '../doors.ts';
import { storableEvent } from './storable.ts';
import type { FanOutCount, InboxStore, Opened, StoredDelivery } from './store.ts';

/** Deliveries taken in one transaction: small enough that a crash repeats little. */
const FAN_OUT_BATCH = 200;

/**
 * Opens what has been received: each delivery becomes events of the tenants it speaks of, or a dead letter. Answers how
 * many were taken; fewer than a full batch means that the inbox is empty.
 */
export async function fanOut(doors: Doors, store: InboxStore): Promise<FanOutCount & { readonly empty: boolean }> {
  const taken = await store.fanOut(FAN_OUT_BATCH, doors.clock.now(), (delivery) => open(doors, delivery));
  return { ...taken, empty: taken.deliveries < FAN_OUT_BATCH };
}

function open({ registry, log }: Doors, delivery: StoredDelivery): Opened {
  const role = registry.providers.find((one) => one.provider === delivery.provider)?.role;
  if (role === undefined) return { kind: 'dead', reason: `no connector for ${delivery.provider}` };
  const { webhook } = role === 'ledger' ? registry.ledger(delivery.provider) : registry.source(delivery.provider);
  try {
    const events = webhook.parse({ body: delivery.body, headers: delivery.headers, url: delivery.url });
    return { kind: 'events', events: events.map(storableEvent) };
  } catch (error) {
    // A delivery that breaks its connector must not stop the ones behind it.
    if (!isCounterfoilError(error)) log.error('a connector failed on a delivery', { deliveryId: delivery.id, error });
    return { kind: 'dead', reason: messageOf(error) };
  }
}
