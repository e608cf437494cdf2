export { createTenant, firstTenant, listTenants, type Tenant } from './access/index.ts';
export type { Doors, HubSettings, Registry } from './doors.ts';
