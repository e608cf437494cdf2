import { asObject, type JsonObject } from './json-reader.ts';

/** The pinned version, which an endpoint registered by the product would receive. */
const API_VERSION = '2026-10-28.endive';

/** 2026-01-02 00:00:00 UTC in Unix seconds; any fixed time will do. */
const CREATED = 1_767_312_000;

/** Event families whose name does not start with the name of the resource they carry; the longest prefix wins. */
const CARRIED: readonly (readonly [prefix: string, resource: string])[] = [
  ['charge.dispute.', 'dispute'],
  ['charge.refund.', 'refund'],
];

/** Kinds for which no recording exists, in their documented shape. */
const MADE_UP: Readonly<Record<string, JsonObject>> = {
  cash_balance: {
    object: 'cash_balance',
    available: { usd: 1000 },
    customer: 'cus_made_up',
    customer_account: null,
    livemode: false,
    settings: { reconciliation_mode: 'automatic', using_merchant_default: true },
  },
  customer_cash_balance_transaction: {
    id: 'ccsbtxn_made_up',
    object: 'customer_cash_balance_transaction',
    created: CREATED,
    currency: 'usd',
    customer: 'cus_made_up',
    customer_account: null,
    ending_balance: 1000,
    livemode: false,
    net_amount: 1000,
    type: 'funded',
    funded: { bank_transfer: { reference: 'made up', type: 'us_bank_transfer' } },
  },
};

/** What an event carries, and where it comes from. */
export interface CarriedResource {
  readonly kind: 'recorded' | 'made-up';
  readonly resource: JsonObject;
}

/** The resource an event of that type carries: `invoice.paid` an invoice, `charge.dispute.created` a dispute. */
export function eventResource(type: string, fixtures: JsonObject): CarriedResource {
  const family = CARRIED.find(([prefix]) => type.startsWith(prefix));
  const name = family?.[1] ?? type.slice(0, type.lastIndexOf('.'));
  if (fixtures[name] !== undefined) return { kind: 'recorded', resource: asObject(fixtures[name], name) };
  const madeUp = MADE_UP[name];
  if (madeUp === undefined) throw new Error(`no recorded or made-up resource for the event ${type}`);
  return { kind: 'made-up', resource: madeUp };
}

/** A snapshot event around a resource, with the fields of the recorded event. The id depends on the type only. */
export function eventEnvelope(type: string, resource: JsonObject, recorded: JsonObject): JsonObject {
  const isUpdate = type.endsWith('.updated');
  return {
    ...recorded,
    id: `evt_sample_${type.replaceAll('.', '_')}`,
    api_version: API_VERSION,
    created: CREATED,
    type,
    data: { object: resource, ...(isUpdate ? { previous_attributes: { metadata: { foo: null } } } : {}) },
  };
}
