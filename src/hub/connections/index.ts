export { type AskOptions, ask, askJson, type Caller, callerOf } from './ask.ts';
export { type ConnectRequest, connectLedger, connectSource, testConnection } from './connect.ts';
export { type Connection, type ConnectionState, isWorking } from './connection.ts';
export { needsOwner } from './needs-owner.ts';
export { readJson } from './read.ts';
export {
  findConnection,
  listConnections,
  listPairs,
  type Pair,
  pairOfSource,
  pairsOfLedger,
  savePair,
} from './store.pg.ts';
export { addAppEndpoint, ensureWebhook, type MadeEndpoint } from './webhook-endpoint.ts';
