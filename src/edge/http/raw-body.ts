import type { FastifyInstance, FastifyRequest } from 'fastify';

const OCTETS = 'application/octet-stream';
const given = new WeakMap<object, string | undefined>();

/**
 * Every body arrives as the bytes that were sent, whatever its media type says, or when it says nothing. Signatures are
 * over these bytes, so nothing may decode, trim or refuse them before.
 */
export function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, _reply, done) => {
    // A media type that is none would be refused before any parser is asked.
    given.set(request.raw, request.raw.headers['content-type']);
    request.raw.headers['content-type'] = OCTETS;
    done();
  });
}

export function rawBodyOf(request: FastifyRequest): Uint8Array {
  return request.body instanceof Uint8Array ? request.body : new Uint8Array();
}

/** The headers as they came, names in lower case, repeated ones joined. */
export function headersOf(request: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.raw.headers)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  const contentType = given.get(request.raw);
  if (contentType === undefined) delete headers['content-type'];
  else headers['content-type'] = contentType;
  return headers;
}
