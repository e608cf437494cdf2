/** One event on its way to one endpoint. */
export interface WebhookMessage {
  readonly event: string;
  readonly endpoint: string;
  /** Set when the provider has already told someone the id of this sending. */
  readonly deliveryId?: string;
}

/** A retry repeats an unanswered attempt; a replay or redelivery sends an event again on purpose. */
export type AttemptKind = 'first' | 'retry' | 'replay';

export interface Attempt {
  readonly kind: AttemptKind;
  /** 1 for the first attempt of this message. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The id by which the provider knows this one sending, when it has one. */
  readonly deliveryId?: string;
}

/** `status` is null when no answer came. */
export interface AttemptOutcome {
  readonly status: number | null;
  readonly error: string | null;
}

/** How one provider delivers its webhooks. */
export interface WebhookPolicy {
  /** Messages to one endpoint wait for each other; a failing one holds the following back. */
  readonly ordered: boolean;
  isSuccess(outcome: AttemptOutcome): boolean;
  /** Milliseconds until the next attempt after that many; null gives up. */
  retryAfter(attempts: number, outcome: AttemptOutcome, message: WebhookMessage): number | null;
}

export interface StoredEvent {
  readonly id: string;
  readonly type: string;
  /** Unix seconds. */
  readonly created: number;
}

/** What the webhook sender needs of a provider. The provider keeps every event, so that any can be sent again. */
export interface WebhookSource {
  readonly name: string;
  readonly policy: WebhookPolicy;
  /** Hands over the messages that came up since the last call. */
  takeOutgoing(): readonly WebhookMessage[];
  /** Every event that is kept, oldest first. */
  events(): readonly StoredEvent[];
  /** The endpoints that would get an event now. */
  endpointsFor(event: string): readonly string[];
  /** The id that a receiver sees for an event: the same in every sending of it to that endpoint. */
  deliveryIdOf(message: WebhookMessage): string;
  /** The signed request; null when the event or the endpoint is gone. */
  render(message: WebhookMessage, attempt: Attempt): WebhookRequest | null;
  /** Told after each attempt. */
  record?(message: WebhookMessage, attempt: Attempt, request: WebhookRequest, outcome: AttemptOutcome): void;
}

export function isSuccessStatus(outcome: AttemptOutcome): boolean {
  return outcome.status !== null && outcome.status >= 200 && outcome.status < 300;
}
