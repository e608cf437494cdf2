import type { FastifyInstance } from 'fastify';

/** Since when a route should not be used, and when it ends at the earliest. */
export interface Deprecation {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly ends: number;
  /** Path of a page or route that says what to use instead. */
  readonly instead: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly deprecated?: Deprecation;
  }
}

/** The version of the API is that of its paths; within one, answers only get more fields. */
const API_VERSION = '1';

/** Tells the version with every answer, and of a route that will end: since when, and until when (RFC 9745, RFC 8594). */
export function tellVersions(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.deprecated !== undefined) route.schema = Object.assign({ ...route.schema }, { deprecated: true });
  });
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('api-version', API_VERSION);
    const { deprecated } = request.routeOptions.config;
    if (deprecated !== undefined) reply.headers(headersOf(deprecated));
    done();
  });
}

function headersOf({ since, ends, instead }: Deprecation): Readonly<Record<string, string>> {
  return {
    deprecation: `@${Math.floor(since / 1_000)}`,
    sunset: new Date(ends).toUTCString(),
    link: `<${instead}>; rel="deprecation"`,
  };
}
