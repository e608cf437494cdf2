export { type ApiServerDoors, createApiServer } from './api-server.ts';
export { authorisationCookie } from './authorisation-cookie.ts';
export type { HttpDoors } from './base-server.ts';
export { createEdgeServer, type EdgeServerDoors } from './edge-server.ts';
export type { HttpLimits } from './limits.ts';
export type { Problem } from './problem.ts';
export type { ApiRequest, ApiVerbs } from './routes/api.ts';
