export type { HubDoors } from './doors.ts';
export { findOrCreate, type LedgerCalls } from './names.ts';
export { type OpenBooks, type OpenedBooks, openBooks } from './open-books.ts';
export type { ProposalInput, Role, RoleMap, RoleProposal } from './roles.ts';
export { type PairSettings, readSettings } from './settings.ts';
export { type MarketRate, mappedRoles, pgMappingStore, saveMarketRate } from './store.pg.ts';
export type { BooksDoors, MappedRole, MappingStore } from './store.ts';
