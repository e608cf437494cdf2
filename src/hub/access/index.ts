export { createTenant, firstTenant, listTenants, type Tenant } from './tenants.ts';
