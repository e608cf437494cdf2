import { z } from 'zod';
import {
  DELIVERY_STATES,
  type DeliveryDetail,
  type ListedDelivery,
  type ListedEvent,
} from '../../../hub/inbox/index.ts';
import { instant, instantOf, instantOrNull } from './common.ts';
import { named } from './components.ts';

const deliveryFields = {
  id: z.string(),
  endpointId: z.string(),
  provider: z.string(),
  state: z.enum(DELIVERY_STATES),
  reason: z.string().nullable(),
  bytes: z.number().int(),
  duplicates: z.number().int(),
  receivedAt: instant,
  settledAt: instant.nullable(),
};

export const deliverySchema = named(
  'Delivery',
  'One arrival at a webhook. `duplicates` counts how often the same arrived again.',
  z.object(deliveryFields),
);

const eventSchema = named(
  'Event',
  'One notification inside a delivery. `occurredAt` is by the clock of the provider.',
  z.object({
    id: z.string(),
    connectionId: z.string(),
    type: z.string(),
    state: z.enum(DELIVERY_STATES),
    reason: z.string().nullable(),
    occurredAt: instant.nullable(),
    receivedAt: instant,
    settledAt: instant.nullable(),
  }),
);

const rawSchema = named(
  'RawDelivery',
  'The delivery as it arrived. Bodies that are no UTF-8 text are in base64.',
  z.object({
    headers: z.record(z.string(), z.string()),
    encoding: z.enum(['utf8', 'base64']),
    body: z.string(),
  }),
);

export const deliveryDetailSchema = named(
  'DeliveryDetail',
  'A delivery with its events. `raw` is null unless it was asked for.',
  z.object({ ...deliveryFields, events: z.array(eventSchema), raw: rawSchema.nullable() }),
);

export function deliveryToWire(delivery: ListedDelivery): z.input<typeof deliverySchema> {
  return {
    ...delivery,
    receivedAt: instantOf(delivery.receivedAt),
    settledAt: instantOrNull(delivery.settledAt),
  };
}

export function deliveryDetailToWire({
  events,
  raw,
  ...delivery
}: DeliveryDetail): z.input<typeof deliveryDetailSchema> {
  return {
    ...deliveryToWire(delivery),
    events: events.map(eventToWire),
    raw: raw && { headers: { ...raw.headers }, ...bodyToWire(raw.body) },
  };
}

function eventToWire(event: ListedEvent): z.input<typeof eventSchema> {
  return {
    ...event,
    occurredAt: instantOrNull(event.occurredAt),
    receivedAt: instantOf(event.receivedAt),
    settledAt: instantOrNull(event.settledAt),
  };
}

function bodyToWire(body: Uint8Array): Pick<z.input<typeof rawSchema>, 'encoding' | 'body'> {
  try {
    return { encoding: 'utf8', body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body) };
  } catch {
    return { encoding: 'base64', body: Buffer.from(body).toString('base64') };
  }
}
