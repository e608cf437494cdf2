export {
  type AttentionItem,
  raiseAttention,
  recordSecurityEvent,
  resolveAttention,
  type SecurityEvent,
} from './store.pg.ts';
