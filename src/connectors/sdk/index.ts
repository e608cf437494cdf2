export { jsonOrNull, retryAfterSeconds } from './answers.ts';
export type { AuthScheme, ConnectorBase, Hosts } from './connector.ts';
export { type ProviderRequest, type ProviderResponse, queryOf } from './http.ts';
export {
  fieldOf,
  instantOrNull,
  isObject,
  type JsonObject,
  MAX_UNIX_SECONDS,
  secondsOf,
  textOf,
} from './json-fields.ts';
export type {
  AccountType,
  CreateItem,
  DocumentQuery,
  ItemAnswer,
  LedgerAccount,
  LedgerCompany,
  LedgerConnector,
  LedgerList,
  LedgerName,
  Listed,
  Marking,
  NameKind,
  OpenInvoice,
} from './ledger.ts';
export type { RateLimit } from './limits.ts';
export { type OAuthDialect, type OAuthRefusal, standardRefusal, type TokenLives } from './oauth.ts';
export type { KeyJudgement, KeyPairing } from './pairing.ts';
export { readTo } from './read-to.ts';
export { readAs, readField, Unreadable } from './reading.ts';
export type { RecordRef, SourceRecord } from './records.ts';
export type { NormaliseContext, Normalised, NormaliseProblem, SourceConnector } from './source.ts';
export type { OneRead, Page, Stream, StreamContext } from './stream.ts';
export type { RawDelivery, SourceEvent, Verdict, WebhookSpec } from './webhook.ts';
export { bodyOf, readBody, unparsable } from './webhook-body.ts';
