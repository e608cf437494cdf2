import { describe, expect, test } from 'vitest';
import { writeJson } from '../../kernel/json.ts';
import type { ProviderRequest, ProviderResponse } from '../sdk/index.ts';
import { documents, remove } from './documents.ts';
import { classify } from './errors.ts';
import { COMPANY_ID, DOCUMENTS, MARKING, usd } from './fixtures/items.ts';
import { REFUSALS } from './fixtures/refusals.ts';
import { create } from './post.ts';

const CREATE = create(COMPANY_ID, { document: DOCUMENTS.invoice, marking: MARKING });

function respond(status: number, body: unknown, headers: Record<string, string> = {}): ProviderResponse {
  return { status, headers, text: typeof body === 'string' ? body : writeJson(body) };
}

const validation = (entry: object) => ({ Fault: { Error: [entry], type: 'ValidationFault' } });

describe('error answers', () => {
  test.each(REFUSALS)('$title keeps status, code and id of the call', (answer) => {
    const headers = { ...answer.headers, intuit_tid: '1-abc' };
    const error = classify(answer.request ?? CREATE, respond(answer.status, answer.body, headers));
    expect(error?.provider).toMatchObject({ status: answer.status, requestId: '1-abc' });
    if (answer.providerCode !== undefined) expect(error?.provider?.code).toBe(answer.providerCode);
  });

  test('an answer that succeeded is no error, a batch with refused items included', () => {
    expect(classify(CREATE, respond(200, { Invoice: {} }))).toBeNull();
    const items = [{ bId: 'i0', ...validation({ code: '6210' }) }];
    expect(classify(CREATE, respond(200, { BatchItemResponse: items }))).toBeNull();
    expect(classify(CREATE, respond(200, { Invoice: {}, fault: null }))).toBeNull();
  });

  test('words never decide', () => {
    const entry = { Message: 'ThrottleExceeded; errorCode=003001; statusCode=429', Detail: '6210', code: '6000' };
    expect(classify(CREATE, respond(400, validation(entry)))).toMatchObject({ code: 'ledger.refused' });
  });

  test('the detail says what QuickBooks said, once and not at any length', () => {
    const said = classify(CREATE, respond(400, validation({ Message: 'No', Detail: 'Line 2 is odd', code: '6000' })));
    expect(said?.message).toBe('No: Line 2 is odd');
    const twice = classify(CREATE, respond(400, validation({ Message: 'No', Detail: 'No : because', code: '6000' })));
    expect(twice?.message).toBe('No : because');
    const long = classify(CREATE, respond(400, validation({ Message: 'x'.repeat(900), code: '6000' })));
    expect(long?.message).toHaveLength(500);
    expect(classify(CREATE, respond(502, ''))?.message).toBe('The provider answered with a server error.');
  });

  test('the same code means another thing in a create than in a read or a removal', () => {
    const posted = {
      kind: 'invoice',
      documentId: '1',
      version: '0',
      postingId: null,
      on: '2026-11-20',
      total: usd('1'),
      voided: false,
      movements: [],
    } as const;
    const query = {
      kind: 'invoice',
      from: '2026-11-01',
      to: '2026-11-02',
      updatedSince: null,
      homeCurrency: 'USD',
    } as const;
    const gone = respond(400, validation({ code: '610' }));
    const codes = (requests: readonly ProviderRequest[]) => requests.map((request) => classify(request, gone)?.code);
    expect(codes([CREATE, remove(COMPANY_ID, posted, 'k'), documents.request(COMPANY_ID, query, null)])).toEqual([
      'ledger.account_invalid',
      'provider.not_found',
      'provider.not_found',
    ]);
  });
});
