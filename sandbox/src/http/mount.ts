/** The first segment of a path, and the rest of it. */
export function mountOf(path: string): { readonly name: string; readonly rest: string } {
  const slash = path.indexOf('/', 1);
  return slash < 0 ? { name: path.slice(1), rest: '/' } : { name: path.slice(1, slash), rest: path.slice(slash) };
}

/** The same request with another path. */
export function below(request: Request, rest: string): Request {
  const url = new URL(request.url);
  const target = `http://sandbox.invalid${rest}${url.search}`;
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  return new Request(target, {
    method: request.method,
    headers: request.headers,
    ...(hasBody ? { body: request.body, duplex: 'half' } : {}),
  });
}
