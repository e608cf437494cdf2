import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createApiServer } from './api-server.ts';
import { createEdgeServer } from './edge-server.ts';
import { httpDoors } from './fixtures/doors.ts';
import { recordingInbox } from './fixtures/inbox.ts';
import { apiDoors, WITH_TOKEN } from './fixtures/verbs.ts';

const RUNS = 300;
const LISTS = ['deliveries', 'postings', 'reconciliations', 'attention', 'connections'] as const;
const NAMES = [
  'order',
  'cursor',
  'limit',
  'state',
  'provider',
  'connection',
  'recipe',
  'from',
  'to',
  'q',
  'kind',
  'agrees',
  'open',
  'held',
  'body',
];

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\u0000',
    '0',
    '-1',
    '1e9',
    '9'.repeat(40),
    'NaN',
    '0000-01-01',
    '2026-02-30',
    '[object Object]',
    "'; --",
    '../..',
    'true',
  ),
);
const encoded = oddText.map((text) => encodeURIComponent(text.toWellFormed()));
const parameter = fc.tuple(fc.oneof(fc.constantFrom(...NAMES), encoded), encoded).map((pair) => pair.join('='));

describe('no odd input makes a server error', () => {
  test('in a query of the API', async () => {
    const app = await createApiServer(apiDoors());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...LISTS), fc.array(parameter, { maxLength: 4 }), async (list, parameters) => {
        const answer = await app.inject({ url: `/api/v1/${list}?${parameters.join('&')}`, headers: WITH_TOKEN });
        expect([200, 400]).toContain(answer.statusCode);
      }),
      { numRuns: RUNS },
    );
  });

  test('in a path of the API', async () => {
    const app = await createApiServer(apiDoors());
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/', '/api/v1/', '/api/v1/postings/', '/api/v1/deliveries/'),
        encoded,
        async (start, rest) => {
          expect((await app.inject({ url: `${start}${rest}`, headers: WITH_TOKEN })).statusCode).toBeLessThan(500);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('in a body or header of the API', async () => {
    const app = await createApiServer(apiDoors());
    const types = fc.constantFrom(
      'application/json',
      'text/plain',
      'multipart/form-data',
      ';',
      'application/x-www-form-urlencoded',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('POST', 'PUT', 'DELETE', 'PATCH'),
        types,
        fc.uint8Array({ maxLength: 60 }),
        async (method, type, body) => {
          const payload = Buffer.from(body);
          const answer = await app.inject({
            method,
            url: '/api/v1/postings',
            payload,
            headers: { ...WITH_TOKEN, 'content-type': type },
          });
          expect(answer.statusCode).toBe(404);
        },
      ),
      { numRuns: RUNS },
    );
  });

  test('at the public listener, and every body arrives as it was sent', async () => {
    const inbox = recordingInbox();
    const app = createEdgeServer({ ...httpDoors(), inbox, providers: ['stripe'] });
    await fc.assert(
      fc.asyncProperty(encoded, fc.uint8Array({ maxLength: 200 }), async (token, body) => {
        inbox.arrivals.length = 0;
        const answer = await app.inject({
          method: 'POST',
          url: `/webhooks/stripe/${token}`,
          payload: Buffer.from(body),
        });
        expect([200, 404]).toContain(answer.statusCode);
        expect(inbox.arrivals.map((one) => Buffer.from(one.body).toString('hex'))).toEqual(
          answer.statusCode === 200 ? [Buffer.from(body).toString('hex')] : [],
        );
      }),
      { numRuns: RUNS },
    );
  });
});
