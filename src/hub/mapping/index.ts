export { findOrCreate, type LedgerCalls } from './names.ts';
export { type OpenBooks, type OpenedBooks, openBooks } from './open-books.ts';
export { type ProposalInput, proposeRoles, type Role, type RoleMap, type RoleProposal } from './roles.ts';
export { type PairSettings, readSettings } from './settings.ts';
export { type MappedRole, type MarketRate, mappedRoles, saveMarketRate, saveRole } from './store.pg.ts';
