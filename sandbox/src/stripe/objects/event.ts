import type { Json } from '../../core/json.ts';

/** A snapshot event: the object as it was when the event happened. */
export interface StripeEvent {
  readonly id: string;
  readonly object: 'event';
  readonly api_version: string;
  readonly created: number;
  readonly data: { readonly object: Json; readonly previous_attributes?: Json };
  readonly livemode: boolean;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
  readonly type: string;
}
