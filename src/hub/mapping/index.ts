export { type ProposalInput, proposeRoles, type Role, type RoleMap, type RoleProposal } from './roles.ts';
export { type PairSettings, readSettings } from './settings.ts';
