export { type AskOptions, ask, askJson, type Caller, callerOf } from './ask.ts';
export { type ConnectRequest, connectLedger, connectSource, testConnection } from './connect.ts';
export { type Connection, type ConnectionState, isWorking } from './connection.ts';
export type { WorkDoors } from './doors.ts';
export { needsOwner } from './needs-owner.ts';
export { readJson } from './read.ts';
export { findConnection, listConnections, listPairs, pairOfSource, pgConnectionStore, savePair } from './store.pg.ts';
export type { ConnectionStore, KnownEndpoint, NewEndpoint, Pair, Trouble } from './store.ts';
export { addAppEndpoint, ensureWebhook, type MadeEndpoint } from './webhook-endpoint.ts';
