const MASK = '***';

/** Path and query for a log: parameter names stay, their values and path segments that hold an e-mail address do not. */
export function redactedPath(url: URL): string {
  const path = url.pathname
    .split('/')
    .map((segment) => (/@|%40/i.test(segment) ? MASK : segment))
    .join('/');
  const names = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=${MASK}`);
  return names.length === 0 ? path : `${path}?${names.join('&')}`;
}

/** A URL for a log line: no user name, no password, no fragment, masked as in {@link redactedPath}. */
export function redactedUrl(text: string): string {
  if (!URL.canParse(text)) return MASK;
  const url = new URL(text);
  return `${url.protocol}//${url.host}${redactedPath(url)}`;
}
