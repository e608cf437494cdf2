import type { JsonObject } from './json-reader.ts';
import type { JudgedProvider } from './providers.ts';

interface SampleBase {
  readonly provider: JudgedProvider;
  /** File below the shared folder and JSON pointer into it: `specs/stripe/samples/fixtures3.json#/charge`. */
  readonly source: string;
}

/** A resource or answer body as a provider returns it. */
export interface ObjectSample extends SampleBase {
  readonly kind: 'object';
  /** The provider's name of the resource (`checkout.session`) or of the recorded answer. */
  readonly name: string;
  readonly body: JsonObject;
}

/** An event envelope. Stripe's are put together here from a recorded resource; its state is not adapted to the type. */
export interface EventSample extends SampleBase {
  readonly kind: 'event';
  /** `invoice.paid`. */
  readonly type: string;
  /** Whether the resource inside was recorded, or made up because no recording of its kind exists. */
  readonly resource: 'recorded' | 'made-up';
  readonly body: JsonObject;
}

/** A webhook delivery, byte for byte. */
export interface WebhookSample extends SampleBase {
  readonly kind: 'webhook';
  readonly name: string;
  /** Exact text of the body; its UTF-8 bytes are what was signed. */
  readonly body: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The secret to check with; as UTF-8, never decoded. Made up. */
  readonly key: string;
  /** Unix seconds to check at, where the signature has a time. */
  readonly now?: number;
  readonly valid: boolean;
  /** The status the product should answer, where the vector says. */
  readonly status?: number;
  /** Lower-case hex SHA-256 of the body, where the vector gives it. */
  readonly bodySha256?: string;
}

/** One request of a sequence that makes a provider send an event. */
export interface RequestSample extends SampleBase {
  readonly kind: 'request';
  /** The event type the sequence ends in. */
  readonly sequence: string;
  /** Position in the sequence, from 0. */
  readonly step: number;
  /** Later steps refer to this step's answer as `${name:id}` in their path or body. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Parameters before encoding; a key may already be in bracket notation. */
  readonly body: JsonObject;
  /** The step is meant to fail with this error type. */
  readonly expectedError?: string;
}

/** Any public sample. */
export type Sample = ObjectSample | EventSample | WebhookSample | RequestSample;
