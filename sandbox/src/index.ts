export { createBtcpay, type SandboxBtcpay } from './btcpay/btcpay.ts';
export type { BtcpayOptions } from './btcpay/settings.ts';
export { type BtcpayTotals, type BtcpayTruth, btcpayTruth } from './btcpay/truth.ts';
export { shareOfPrice } from './btcpay/verbs.ts';
export { generateMonth, type MonthCounts, type MonthRequest } from './business/generate.ts';
export { FAULT_KINDS, type FaultKind, type FaultPlan, parseFaultPlan, readFaultPlan } from './core/fault-plan.ts';
export { type FaultDoors, type FaultyProvider, type NextFailure, withFaults } from './core/faults.ts';
export { NoAnswer, type SandboxDoors, type SandboxProvider } from './core/provider.ts';
export { createRandom, type Random } from './core/random.ts';
export { createRequestLog, type RequestCount, type RequestLog } from './core/request-log.ts';
export { type AccessDetails, accessDetails } from './http/access.ts';
export { answerDoor } from './http/door.ts';
export { PROVIDER_NAMES, type ProviderName, type SandboxOptions } from './http/options.ts';
export { createSandbox, type Sandbox } from './http/sandbox.ts';
export { createSandboxServer, type SandboxServer, type ServerOptions } from './http/server.ts';
export { createQuickBooks, type QuickBooksOptions, type SandboxQuickBooks } from './quickbooks/index.ts';
export type { SquareOptions } from './square/settings.ts';
export { createSquare, type SandboxSquare } from './square/square.ts';
export { type SquareTotals, type SquareTruth, squareTruth } from './square/truth.ts';
export type { StripeOptions } from './stripe/settings.ts';
export { createStripe, type SandboxStripe } from './stripe/stripe.ts';
export { type StripeTotals, type StripeTruth, stripeTruth } from './stripe/truth.ts';
export { type ReplayRequest, type ReplayResult, replay } from './webhooks/replay.ts';
export { createWebhookSender, type SenderOptions, type SendWebhook, type WebhookSender } from './webhooks/sender.ts';
export {
  btcpaySignature,
  intuitSignature,
  squareSignature,
  stripeSignature,
  xeroSignature,
} from './webhooks/signatures.ts';
export type { WebhookMessage, WebhookRequest, WebhookSource } from './webhooks/source.ts';
export { createXero, type SandboxXero, type XeroOptions } from './xero/index.ts';
