import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testSandbox } from './testing.ts';

const KEY = 'webhooks-key';
const TENANT = { 'xero-tenant-id': '0acc0001-0000-4000-8000-000000000001' };
const CONTACTS = '/xero/api.xro/2.0/Contacts';

const isSigned = (body: string, request: Request) =>
  request.headers.get('x-xero-signature') === createHmac('sha256', KEY).update(body).digest('base64');

/** A receiver that answers 200 to what is signed and 401 to what is not, unless it is told otherwise. */
function receiver(answers: { status?: number } = {}) {
  const bodies: { events: Record<string, unknown>[]; firstEventSequence: number; lastEventSequence: number }[] = [];
  const made = testSandbox({
    async send(request) {
      const body = await request.text();
      bodies.push(JSON.parse(body));
      return new Response(null, { status: answers.status ?? (isSigned(body, request) ? 200 : 401) });
    },
  });
  const register = () =>
    made.ask('POST', '/control/xero/webhook', { url: 'https://hub.invalid/xero', webhooksKey: KEY });
  const contact = (Name: string) => made.ask('PUT', CONTACTS, { Name }, TENANT);
  const state = async () => (await made.ask('GET', '/control/xero/webhook')).at('state');
  return { ...made, bodies, register, contact, state };
}

describe('webhooks of Xero', () => {
  test('the intent to receive is checked with right and wrong signatures before any event', async () => {
    const { sandbox, bodies, register, contact, state } = receiver();
    await contact('Before');
    expect((await register()).at('state')).toBe('pending');
    await contact('A');
    await sandbox.sender.tick();
    expect(await state()).toBe('active');
    expect(bodies.slice(0, 4).map(({ events, firstEventSequence }) => [events.length, firstEventSequence])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(bodies.slice(4)).toMatchObject([{ firstEventSequence: 2, lastEventSequence: 2 }]);
    expect(bodies[4]?.events).toMatchObject([
      { eventCategory: 'CONTACT', eventType: 'CREATE', tenantType: 'ORGANISATION' },
    ]);
    expect(bodies[4]?.events[0]?.eventDateUtc).toBe('2026-11-20T00:00:00.000');
  });

  test('a receiver that takes wrong signatures stays without events', async () => {
    const { sandbox, bodies, register, contact, state } = receiver({ status: 200 });
    await register();
    await contact('A');
    await sandbox.sender.tick();
    expect([await state(), bodies.length]).toEqual(['disabled', 4]);
  });

  test('changes are gathered; payments show as their invoice, credit notes say type and status', async () => {
    const { sandbox, bodies, register, ask } = receiver();
    await register();
    await sandbox.sender.tick();
    const document = (Type: string) => ({
      Type,
      Contact: { Name: 'A' },
      DueDate: '2026-12-20',
      Status: 'AUTHORISED',
      LineAmountTypes: 'NoTax',
      LineItems: [{ UnitAmount: 10, AccountCode: '200' }],
    });
    const api = (path: string, body: unknown) => ask('PUT', `/xero/api.xro/2.0/${path}`, body, TENANT);
    const { InvoiceID } = ((await api('Invoices', document('ACCREC'))).at('Invoices.0') ?? {}) as { InvoiceID: string };
    await api('Payments', { Invoice: { InvoiceID }, Account: { Code: '090' }, Amount: 1 });
    await api('CreditNotes', document('ACCRECCREDIT'));
    await sandbox.sender.tick();
    const events = bodies.at(-1)?.events.map(({ eventCategory, eventType }) => `${eventCategory} ${eventType}`);
    expect(events).toEqual(['CONTACT CREATE', 'INVOICE CREATE', 'INVOICE UPDATE', 'CREDITNOTE CREATE']);
    expect(bodies.at(-1)?.events[3]?.data).toEqual({ Type: 'ACCRECCREDIT', Status: 'AUTHORISED' });
  });

  test('a failing receiver is tried for a day, then disabled; registering again sends what it missed', async () => {
    const answers: { status?: number } = {};
    const { sandbox, doors, bodies, register, contact, state } = receiver(answers);
    await register();
    await sandbox.sender.tick();
    answers.status = 500;
    await contact('A');
    await sandbox.sender.tick();
    expect(bodies).toHaveLength(6);
    for (let quarter = 1; quarter <= 96; quarter += 1) {
      doors.pass(15 * 60_000);
      await sandbox.sender.tick();
    }
    expect([await state(), bodies.length]).toEqual(['disabled', 4 + 98]);
    await contact('B');
    delete answers.status;
    await register();
    await sandbox.sender.tick();
    expect(bodies.at(-1)).toMatchObject({ firstEventSequence: 1, lastEventSequence: 2 });
    expect(await state()).toBe('active');
  });
});
