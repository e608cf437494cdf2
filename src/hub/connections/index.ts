export { type AskOptions, ask, askJson, callerOf } from './ask.ts';
export { pauseOrResume } from './change-state.pg.ts';
export { type ConnectRequest, connectLedger, connectSource, testConnection } from './connect.ts';
export { type Connection, type ConnectionState, isWorking } from './connection.ts';
export { type Disconnected, disconnect } from './disconnect.ts';
export type { WorkDoors } from './doors.ts';
export { needsOwner } from './needs-owner.ts';
export { type Arrival, type Arrived, arriveAtCallback } from './oauth/arrive.ts';
export type { Authorisation, AuthorisationId, Choice } from './oauth/authorisation.ts';
export { SEALED_AUTHORISATION_SECRETS } from './oauth/authorisation-secrets.pg.ts';
export { pgAuthorisationStore } from './oauth/authorisation-store.pg.ts';
export { type BeginRequest, type BegunAuthorisation, beginAuthorisation, newBinding } from './oauth/begin.ts';
export type { OAuthDoors } from './oauth/doors.ts';
export { type Authorised, finishAuthorisation, pastedCallback } from './oauth/finish.ts';
export { pgGrantStore } from './oauth/grant-store.pg.ts';
export { keepAlive } from './oauth/keep-alive.ts';
export { oauthProviders } from './oauth/provider.ts';
export type { AppKeys, OAuthSettings } from './oauth/settings.ts';
export { oauthTokenDoor } from './oauth/token-door.ts';
export { type BeginPairing, beginPairing } from './pairing/begin.ts';
export { type Discovery, discoverServers, type FoundServer } from './pairing/discover.ts';
export { arriveAtPairing, choosePaired, type PairingArrival, type PairingStep } from './pairing/finish.ts';
export { judgeKey, notesOn } from './pairing/inspect-key.ts';
export { readPending } from './pairing/pending-key.ts';
export { pairingProvider, pairingProviders } from './pairing/provider.ts';
export { type PostedGrant, type Received, receiveGrant } from './pairing/receive-grant.ts';
export { choicesOf, giveUp, type Paired, type UseKey, usePaired } from './pairing/use-key.ts';
export { parkAllConnections } from './park-all.pg.ts';
export { readJson } from './read.ts';
export { SEALED_ENDPOINT_SECRETS } from './sealed-endpoint-secrets.ts';
export {
  changePair,
  findConnection,
  listConnections,
  listPairs,
  pairOfSource,
  pgConnectionStore,
  savePair,
} from './store.pg.ts';
export type { ConnectionStore, KnownEndpoint, NewEndpoint, Pair, Trouble } from './store.ts';
export type { Caller, TokenDoor } from './tokens.ts';
export { addAppEndpoint, ensureWebhook, type MadeEndpoint } from './webhook-endpoint.ts';
export { pgEndpointStore } from './webhooks/endpoint-store.pg.ts';
export type { EndpointStore } from './webhooks/endpoint-store.ts';
export {
  checkWebhook,
  type RotatedWebhook,
  rotateWebhook,
  SECRETS_READ_WITHIN_MS,
  type UpkeepDoors,
  type WebhookStanding,
} from './webhooks/upkeep.ts';
