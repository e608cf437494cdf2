import { stringify } from 'qs';
import { expect, test } from 'vitest';
import { loadJudge } from './judge.ts';
import type { ObjectSample, RequestSample } from './sample.ts';
import { providerSamples } from './samples.ts';
import { describeConformance } from './shared-folder.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const JSON_HEADERS = { 'content-type': 'application/json' };

/** How each recorded resource is read: as itself, or as a row of a list. */
const READ_BY: Readonly<Record<string, readonly ['one' | 'row', string]>> = {
  account: ['one', 'GET /v1/account'],
  application_fee: ['row', 'GET /v1/application_fees'],
  balance: ['one', 'GET /v1/balance'],
  balance_transaction: ['one', 'GET /v1/balance_transactions/{id}'],
  charge: ['one', 'GET /v1/charges/{id}'],
  'checkout.session': ['one', 'GET /v1/checkout/sessions/{id}'],
  coupon: ['row', 'GET /v1/coupons'],
  credit_note: ['one', 'GET /v1/credit_notes/{id}'],
  customer: ['one', 'GET /v1/customers/{id}'],
  dispute: ['one', 'GET /v1/disputes/{id}'],
  event: ['one', 'GET /v1/events/{id}'],
  invoice: ['one', 'GET /v1/invoices/{id}'],
  invoice_payment: ['one', 'GET /v1/invoice_payments/{id}'],
  invoiceitem: ['one', 'GET /v1/invoiceitems/{id}'],
  line_item: ['row', 'GET /v1/invoices/{id}/lines'],
  payment_intent: ['one', 'GET /v1/payment_intents/{id}'],
  payout: ['one', 'GET /v1/payouts/{id}'],
  price: ['one', 'GET /v1/prices/{id}'],
  product: ['one', 'GET /v1/products/{id}'],
  refund: ['one', 'GET /v1/refunds/{id}'],
  subscription: ['one', 'GET /v1/subscriptions/{id}'],
  tax_id: ['row', 'GET /v1/customers/{id}/tax_ids'],
  tax_rate: ['one', 'GET /v1/tax_rates/{id}'],
  transfer: ['row', 'GET /v1/transfers'],
  webhook_endpoint: ['one', 'GET /v1/webhook_endpoints/{id}'],
};

/** Recorded before the pinned version added fields that it requires. */
const OLDER_THAN_THE_FILE = new Set([
  ...['account', 'charge', 'checkout.session', 'dispute', 'payment_intent', 'product', 'subscription'],
]);

describeConformance('Stripe by its description', () => {
  const judge = loadJudge('stripe');
  const samples = providerSamples('stripe');
  const recorded = samples.filter((sample): sample is ObjectSample => sample.kind === 'object');
  const requests = samples.filter((sample): sample is RequestSample => sample.kind === 'request');

  const answer = (operation: string, body: unknown) =>
    judge.judgeResponse({ operation, status: 200, headers: JSON_HEADERS, body: JSON.stringify(body) });
  const list = (...data: unknown[]) => ({ object: 'list', url: '/v1/rows', has_more: false, data });
  const readResource = ({ name, body }: ObjectSample) => {
    const [shape, operation] = READ_BY[name] ?? [];
    if (operation === undefined) throw new Error(`no operation reads ${name}`);
    return answer(operation, shape === 'one' ? body : list(body));
  };
  const get = (url: string) => judge.judgeRequest({ method: 'GET', url, headers: {} });
  const post = (url: string, form: string) => judge.judgeRequest({ method: 'POST', url, headers: FORM, body: form });

  test.each(recorded.filter(({ name }) => !OLDER_THAN_THE_FILE.has(name)))(
    'the recorded $name is accepted',
    (sample) => {
      expect(readResource(sample)).toMatchObject({ errors: [], waived: [], judged: true });
    },
  );

  test.each(recorded.filter(({ name }) => OLDER_THAN_THE_FILE.has(name)))(
    'the recorded $name lacks nothing but fields that the pinned version added',
    (sample) => {
      const { errors } = readResource(sample);
      expect(errors).not.toEqual([]);
      for (const error of errors) expect(error).toMatch(/ is required$/);
    },
  );

  test('every request of the recorded sequences that is described is accepted', () => {
    const verdicts = requests.map(({ method, path, body }) => {
      const form = stringify(body);
      return method === 'GET'
        ? get(`${path}?${form}`)
        : judge.judgeRequest({ method, url: path, headers: FORM, body: form });
    });
    const described = verdicts.filter(({ operation }) => operation !== null);
    expect(described.length).toBeGreaterThan(80);
    expect(described.flatMap(({ errors }) => errors)).toEqual([]);
  });

  test.each([
    '/v1/charges?limit=100&created[gte]=1767312000&created[lt]=1767398400&expand[]=data.balance_transaction',
    '/v1/charges?created=1767312000&starting_after=ch_1',
    '/v1/charges/search?query=amount%3E100',
    '/v1/balance_transactions?payout=po_1&expand[0]=data.source&expand[1]=data.source.charge',
    '/v1/events?types[]=charge.succeeded&types[]=charge.refunded&delivery_success=false',
    '/v1/balance',
  ])('GET %s is accepted', (url) => {
    expect(get(url).errors).toEqual([]);
  });

  test.each([
    [
      '/v1/refunds',
      'charge=ch_1&amount=12345678901234567890&reason=duplicate&metadata[order_id]=6735&metadata[paid]=1.5',
    ],
    ['/v1/refunds/re_1', 'metadata='],
    ['/v1/invoices/in_1/finalize', ''],
    ['/v1/webhook_endpoints', 'url=https%3A%2F%2Facme.test%2Fhook&enabled_events[0]=charge.succeeded&connect=false'],
    ['/v1/customers', 'name=Acme%20LLC&address[line1]=1%20Main%20St&address[country]=US&preferred_locales[]=en'],
    [
      '/v1/credit_notes',
      'invoice=in_1&lines[0][type]=custom_line_item&lines[0][quantity]=1&lines[0][unit_amount]=1000',
    ],
  ])('POST %s with %s is accepted', (url, form) => {
    expect(post(url, form).errors).toEqual([]);
  });

  test.each([
    ['an unknown parameter', '/v1/charges?colour=red', 'query $: colour is not described'],
    ['an unknown nested parameter', '/v1/charges?created[after]=1', 'query $.created: after is not described'],
    ['a wrong type', '/v1/charges?limit=ten', 'query $.limit: must be integer'],
    ['a value outside the list', '/v1/invoices?status=unpaid', 'query $.status: must be one of'],
    ['a scalar where a list is described', '/v1/charges?expand=data.customer', 'query $.expand: must be array'],
    ['a missing parameter', '/v1/charges/search', 'query $: query is required'],
    ['an unknown path', '/v1/chargebacks', 'operation $: stripe has no GET /v1/chargebacks'],
    ['an empty id', '/v1/charges/', 'operation $: stripe has no GET /v1/charges/'],
  ])('a GET with %s is refused', (_case, url, error) => {
    expect(get(url).errors.join()).toContain(error);
  });

  test.each([
    ['an unknown field', '/v1/refunds', 'charge=ch_1&colour=red', 'body $: colour is not described'],
    ['a field that only answers have', '/v1/customers', 'livemode=true', 'body $: livemode is not described'],
    [
      'an unknown field in a list',
      '/v1/credit_notes',
      'invoice=in_1&lines[0][type]=custom_line_item&lines[0][sum]=1',
      'body $.lines[0]: sum is not described',
    ],
    ['a wrong type', '/v1/refunds', 'amount=10.50', 'body $.amount: must be integer'],
    ['a wrong switch', '/v1/products', 'name=a&active=yes', 'body $.active: must be one of "true", "false"'],
    ['a misspelt value', '/v1/refunds', 'reason=duplicated', 'body $.reason: must be one of "duplicate"'],
    ['a missing field', '/v1/products', 'active=true', 'body $: name is required'],
    ['an empty body', '/v1/products', '', 'body $: a body is required'],
    ['a parameter in the query', '/v1/refunds?amount=5', '', 'query $: amount is not described'],
    ['a parameter where there are none', '/v1/refunds/re_1', 'amount=5', 'body $: amount is not described'],
  ])('a POST with %s is refused', (_case, url, form, error) => {
    expect(post(url, form).errors.join()).toContain(error);
  });

  test('a deletion takes no parameters', () => {
    const remove = (body: string) =>
      judge.judgeRequest({ method: 'DELETE', url: '/v1/customers/cus_1', headers: FORM, body }).errors;
    expect(remove('')).toEqual([]);
    expect(remove('reason=duplicate')).toEqual(['body $: reason is not described']);
  });

  test('a JSON body is refused', () => {
    const verdict = judge.judgeRequest({ method: 'POST', url: '/v1/refunds', headers: JSON_HEADERS, body: '{}' });
    expect(verdict.errors.join()).toContain('content-type is application/json');
  });

  test('an answer with a wrong type or without a required field is refused', () => {
    const payout = recorded.find(({ name }) => name === 'payout')?.body ?? {};
    expect(answer('GET /v1/payouts/{id}', { ...payout, amount: '1100' }).errors).toEqual([
      'body $.amount: must be integer',
    ]);
    const { status: _, ...rest } = payout;
    expect(answer('GET /v1/payouts', list(payout, rest)).errors).toEqual(['body $.data[1]: status is required']);
  });

  test('an answer may expand a reference, and a bad expansion is refused where it is bad', () => {
    const body = (name: string) => recorded.find((sample) => sample.name === name)?.body ?? {};
    const expanded = (customer: unknown) => answer('GET /v1/refunds/{id}', { ...body('refund'), customer });
    expect(expanded(body('customer')).errors).toEqual([]);
    expect(expanded({ id: 'cus_1', object: 'customer', deleted: true }).errors).toEqual([]);
    expect(expanded({ ...body('customer'), created: 'now' }).errors).toContain(
      'body $.customer.created: must be integer',
    );
  });

  test('an error of any status has the error envelope', () => {
    const error = (body: unknown) =>
      judge.judgeResponse({
        operation: 'GET /v1/charges',
        status: 429,
        headers: JSON_HEADERS,
        body: JSON.stringify(body),
      });
    expect(error({ error: { type: 'invalid_request_error', code: 'rate_limit' } }).errors).toEqual([]);
    expect(error({ message: 'slow down' }).errors).toEqual(['body $: error is required']);
  });

  test('authorisation and thin events are listed as not judged', () => {
    expect(get('/v2/core/events/evt_1').judged).toBe(false);
    expect(post('/oauth/token', 'grant_type=authorization_code').judged).toBe(false);
    expect(judge.notJudged().map(({ name }) => name)).toEqual(['GET /v2/core/events/{id}', 'POST /oauth/token']);
  });
});
