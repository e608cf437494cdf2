import type { SourceConnector } from '../sdk/index.ts';
import { OPERATIONS, STRIPE_VERSION } from './api.ts';
import { classifyStripe } from './errors.ts';
import { stripeIdentify } from './identify.ts';
import { CALL_TIMEOUT_MS, STRIPE_LIMITS } from './limits.ts';
import { normaliseStripe } from './normalise.ts';
import { stripeRegistration } from './registration.ts';
import { stripeRelatives } from './relatives.ts';
import { stripeStreams } from './streams.ts';
import { stripeWebhook } from './webhook.ts';

/** Stripe by restricted key: balance transactions are what is booked, everything else explains them. */
export const stripe: SourceConnector = {
  role: 'source',
  provider: 'stripe',
  displayName: 'Stripe',
  auth: { kind: 'api_key', header: 'authorization', prefix: 'Bearer ' },
  // Test mode lives at the same host: the key decides.
  hosts: { kind: 'fixed', production: 'https://api.stripe.com', sandbox: 'https://api.stripe.com' },
  limits: STRIPE_LIMITS,
  operations: Object.values(OPERATIONS),
  headers: { 'stripe-version': STRIPE_VERSION, accept: 'application/json' },
  timeout_ms: CALL_TIMEOUT_MS,
  requestIdHeader: 'request-id',
  classify: classifyStripe,
  streams: stripeStreams,
  webhook: stripeWebhook,
  relatives: stripeRelatives,
  normalise: normaliseStripe,
  identify: stripeIdentify,
  registration: stripeRegistration,
};
