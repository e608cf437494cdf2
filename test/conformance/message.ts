/** Headers as a test has them at hand; names compare without case. */
export type HeaderSource = Headers | Readonly<Record<string, string | undefined>>;

/** A body as sent: text, bytes in UTF-8, or none. */
export type BodySource = string | Uint8Array | null | undefined;

/** A request as it goes over the wire. */
export interface RequestMessage {
  readonly method: string;
  /** Path and query from the provider's own root; the origin may be present and is ignored. */
  readonly url: string;
  readonly headers: HeaderSource;
  readonly body?: BodySource;
}

/** An answer as it came over the wire, with the operation it answers. */
export interface ResponseMessage {
  /** The request verdict's operation, or null when no description covers it. */
  readonly operation: string | null;
  readonly status: number;
  readonly headers: HeaderSource;
  readonly body?: BodySource;
}

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** A URL's path and its query text without the question mark. */
export function splitUrl(url: string): { readonly path: string; readonly query: string } {
  const [local = ''] = url.replace(ORIGIN, '').split('#', 1);
  const mark = local.indexOf('?');
  return mark < 0 ? { path: local, query: '' } : { path: local.slice(0, mark), query: local.slice(mark + 1) };
}

/** One header's value, or undefined. */
export function headerValue(headers: HeaderSource, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const wanted = name.toLowerCase();
  return Object.entries(headers).find(([given]) => given.toLowerCase() === wanted)?.[1];
}

/** The media type of a message in lower case, without parameters, or undefined. */
export function mediaType(headers: HeaderSource): string | undefined {
  const [type = ''] = (headerValue(headers, 'content-type') ?? '').split(';', 1);
  return type.trim() === '' ? undefined : type.trim().toLowerCase();
}

// With `fatal`, bytes that are not UTF-8 are refused instead of being replaced.
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The body as text, empty when there is none. Throws TypeError on bytes that are not UTF-8. */
export function bodyText(body: BodySource): string {
  if (body === null || body === undefined) return '';
  return typeof body === 'string' ? body : utf8.decode(body);
}

/** Whether a media type carries JSON. */
export function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}
