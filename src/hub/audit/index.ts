export {
  type AuditLog,
  type AuditPosition,
  type AuditQuery,
  type ChainReport,
  pgAuditLog,
} from './audit-log.pg.ts';
export type { ChainBreak } from './chain.ts';
export { type Actor, type AuditEntry, type Change, CLI_ACTOR, type Diff, SYSTEM_ACTOR } from './change.ts';
export {
  type AttentionList,
  type AttentionPosition,
  type AttentionQuery,
  type ListedAttention,
  pgAttentionList,
} from './list.pg.ts';
export {
  MAX_PAGE_ITEMS,
  type Page,
  type PageOrder,
  type PageRequest,
  rowsToRead,
  sortOf,
  toPage,
  when,
  whereAll,
} from './page.ts';
export { recordChange } from './record-change.pg.ts';
export {
  type AttentionItem,
  raiseAttention,
  recordSecurityEvent,
  resolveAttention,
  resolveHindrances,
  type SecurityEvent,
} from './store.pg.ts';
