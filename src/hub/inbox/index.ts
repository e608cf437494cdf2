export { fanOut } from './fan-out.ts';
export { GroupCommit } from './group-commit.ts';
export { type Arrival, Inbox, type Received } from './receive.ts';
export { pgInboxStore } from './store.pg.ts';
export type { InboxStore } from './store.ts';
