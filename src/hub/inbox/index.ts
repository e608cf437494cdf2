export { fanOut } from './fan-out.ts';
export {
  DELIVERY_STATES,
  type DeliveryDetail,
  type DeliveryList,
  type DeliveryPosition,
  type DeliveryQuery,
  type DeliveryState,
  type ListedDelivery,
  type ListedEvent,
  pgDeliveryList,
} from './list.pg.ts';
export { Opening, type OpeningOptions } from './opening.ts';
export { type Arrival, Inbox, type Received } from './receive.ts';
export { DELIVERY_TABLE, EVENT_TABLE, type InboxEvent } from './states.ts';
export { pgInboxStore } from './store.pg.ts';
export type { InboxStore } from './store.ts';
