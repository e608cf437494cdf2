export { firstTenant, type Tenant } from './access/index.ts';
export type { Doors, HubSettings, Registry } from './doors.ts';
export type { HubDoors } from './mapping/index.ts';
