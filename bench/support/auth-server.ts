// The API's own guard before two routes with one answer: one that everybody may read, and one that takes a session or a
// key and a permission. Prints its port and ends when its standard input closes.
import { openInstallation } from '../../src/compose/installation.ts';
import { guardRoutes } from '../../src/edge/http/access/guard.ts';
import { requireRouteAccess } from '../../src/edge/http/access/route-access.ts';
import { createBaseServer } from '../../src/edge/http/base-server.ts';
import { API_BODY_BYTES, REQUEST_TIMEOUT_MS } from '../../src/edge/http/limits.ts';
import { openAccess, RequestLimiter } from '../../src/hub/access/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { processEnvironment, readConfig } from '../../src/platform/config/index.ts';
import { createLog } from '../../src/platform/telemetry/index.ts';
import { postgresBudgets } from '../../src/platform/transport/index.ts';
import { GUARDED, OPEN } from './auth-routes.ts';
import { endWithInput } from './programs.ts';

/** More than all clients ask: every request is counted, and none is refused. */
const PLENTY = { burst: 1_000_000, perRequest_ms: 0.001 };
const ANSWER = { status: 'ok' };

const config = readConfig(processEnvironment());
const installation = await openInstallation({
  config,
  log: createLog({ level: config.logLevel, format: config.logFormat, destination: process.stderr }),
  clock: systemClock,
  random: systemRandom,
  mode: 'beside',
});
const { doors } = installation;
const tenant = await installation.tenant();
const app = createBaseServer({
  log: doors.log,
  metrics: doors.metrics,
  makeRequestId: () => doors.makeId('req'),
  listener: 'api',
  limits: { body_bytes: API_BODY_BYTES, request_ms: REQUEST_TIMEOUT_MS },
});
requireRouteAccess(app);
guardRoutes(app, {
  access: openAccess(doors),
  token: new Secret(Buffer.from(systemRandom.bytes(32)).toString('hex')),
  limiter: new RequestLimiter(postgresBudgets(doors.database), systemClock, {
    address: PLENTY,
    user: PLENTY,
    tenant: PLENTY,
    key: PLENTY,
  }),
  home: () => tenant.id,
});
app.get(OPEN, { config: { access: 'open' } }, async () => ANSWER);
app.get(GUARDED, { config: { access: 'books.read' } }, async () => ANSWER);
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ port: Number(new URL(url).port) })}\n`);
endWithInput(async () => {
  await app.close();
  await installation.close();
});
