export { readCompany } from './company.ts';
export type { DeliveryCount } from './count.ts';
export { deliver } from './deliver.ts';
export { pgDeliveryStore } from './delivery-store.pg.ts';
export type { DeliveryStore } from './delivery-store.ts';
export {
  type ListedPosting,
  type PostingDetail,
  type PostingList,
  type PostingPosition,
  type PostingQuery,
  pgPostingList,
} from './list.pg.ts';
export { listDocuments } from './list-documents.ts';
export { type PlanCount, planFacts } from './outbox.ts';
export { pgOutboxStore } from './outbox-store.pg.ts';
export type { OutboxStore } from './outbox-store.ts';
export { feesOf, type Leg, legId } from './plan/index.ts';
export { POSTING_STATES, type Posting, type PostingState } from './posting.ts';
export type { DeliveryTurn } from './turn.ts';
