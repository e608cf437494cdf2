import { API_VERSION } from '../settings.ts';
import type { Metadata } from './charge.ts';

export interface NewWebhookEndpoint {
  readonly id: string;
  readonly created: number;
  readonly url: string;
  readonly enabledEvents: readonly string[];
  readonly description: string | null;
  readonly metadata: Metadata;
  readonly secret: string;
  /** Snapshot events carry the object, thin events only name it. */
  readonly payload: 'snapshot' | 'thin';
}

export function newWebhookEndpoint(input: NewWebhookEndpoint) {
  return {
    id: input.id,
    object: 'webhook_endpoint',
    api_version: API_VERSION,
    application: null,
    created: input.created,
    description: input.description,
    enabled_events: input.enabledEvents,
    livemode: false,
    metadata: input.metadata,
    payload: input.payload,
    secret: input.secret,
    status: 'enabled',
    url: input.url,
  };
}

export type WebhookEndpoint = ReturnType<typeof newWebhookEndpoint>;
