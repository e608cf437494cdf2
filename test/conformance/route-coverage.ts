import { createRouter, operationName } from './routes.ts';

/** Routes of a table that none of the requests (`GET /v1/charges/ch_1`) went to. */
export function routesNotAsked(
  table: readonly { readonly method: string; readonly path: string }[],
  asked: readonly string[],
): readonly string[] {
  const router = createRouter(
    table.map(({ method, path }) => ({ method, template: path, target: operationName(method, path) })),
  );
  const reached = new Set(
    asked.map((request) => {
      const [method = '', path = ''] = request.split(' ', 2);
      return router(method, path)?.route.target;
    }),
  );
  return table.map(({ method, path }) => operationName(method, path)).filter((name) => !reached.has(name));
}
