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
export {
  type AttentionItem,
  raiseAttention,
  recordSecurityEvent,
  resolveAttention,
  resolveHindrances,
  type SecurityEvent,
} from './store.pg.ts';
