export { findOrCreate, type LedgerCalls } from './names.ts';
export { type OpenBooks, type OpenedBooks, openBooks } from './open-books.ts';
export type { ProposalInput, Role, RoleMap, RoleProposal } from './roles.ts';
export { type PairSettings, readSettings } from './settings.ts';
export { type MappedRole, type MarketRate, mappedRoles, saveMarketRate } from './store.pg.ts';
