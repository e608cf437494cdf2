import { objectsAt } from '../../core/exact/access.ts';
import { type Json, type JsonObject, parseJson } from '../../core/exact/json.ts';
import { msDate, readDay } from '../basics/dates.ts';
import { badPost, Invalid, notFound, Refusal, validationRefusal } from '../basics/refusal.ts';
import type { Organisation } from '../books/organisation.ts';
import { trialBalance } from '../books/trial-balance.ts';
import { deleteAccount } from '../entities/account.ts';
import { rulesOf } from '../entities/all.ts';
import { allocate, allocationView, removeAllocation } from '../entities/credit-note.ts';
import { deleteItem } from '../entities/item.ts';
import { organisationView } from '../entities/organisation-view.ts';
import type { KindRules } from '../entities/rules.ts';
import { list } from '../query/list.ts';
import type { XeroRecord } from '../store/record.ts';
import { type Answer, emptyAnswer, jsonAnswer } from './answer.ts';
import { elementsOf, type WriteRequest, writeAll } from './writes.ts';

/** A call to the accounting API, read completely. */
export interface ApiRequest {
  readonly method: string;
  /** Below `/api.xro/2.0`: `Invoices`, an id, `Allocations`, an id. */
  readonly segments: readonly string[];
  readonly parameters: URLSearchParams;
  readonly modifiedSince: string | null;
  readonly body: string;
}

/** What may be written to a resource, besides reading it. */
const WRITES: Readonly<Record<string, { readonly all: readonly string[]; readonly one: readonly string[] }>> = {
  Accounts: { all: ['PUT'], one: ['POST', 'DELETE'] },
  BankTransactions: { all: ['PUT', 'POST'], one: ['POST'] },
  BankTransfers: { all: ['PUT', 'POST'], one: ['POST'] },
  Contacts: { all: ['PUT', 'POST'], one: ['POST'] },
  CreditNotes: { all: ['PUT', 'POST'], one: ['POST'] },
  Invoices: { all: ['PUT', 'POST'], one: ['POST'] },
  Items: { all: ['PUT', 'POST'], one: ['POST', 'DELETE'] },
  ManualJournals: { all: ['PUT', 'POST'], one: ['POST'] },
  Payments: { all: ['PUT', 'POST'], one: ['POST'] },
  TaxRates: { all: ['PUT', 'POST'], one: [] },
};

/** Answers a call in the books of one organisation. Throws `Refusal`. */
export function answerApi(organisation: Organisation, request: ApiRequest): Answer {
  const [resource = '', id, sub, subId] = request.segments;
  if (resource === 'Organisation') return readOrganisation(organisation, request);
  if (resource === 'Reports') return readReport(organisation, request);
  const rules = rulesOf(resource);
  if (rules === undefined) throw notFound();
  if (sub !== undefined) return answerAllocations(organisation, request, { rules, id: id ?? '', sub, subId });
  if (request.method === 'GET') return read(organisation, rules, request, id);
  const allowed = id === undefined ? WRITES[resource]?.all : WRITES[resource]?.one;
  if (allowed?.includes(request.method) !== true) throw new Refusal(405, 'The method is not allowed');
  if (request.method === 'DELETE') return remove(organisation, rules, one(organisation, rules, id ?? ''));
  return write(organisation, rules, request, id);
}

function readOrganisation(organisation: Organisation, { method, segments }: ApiRequest): Answer {
  if (method !== 'GET' || segments.length > 1) throw notFound();
  return enveloped(organisation, { Organisations: [organisationView(organisation)] });
}

function readReport(organisation: Organisation, { method, segments, parameters }: ApiRequest): Answer {
  if (method !== 'GET' || segments[1] !== 'TrialBalance') throw notFound();
  const date = parameters.get('date');
  const day = date === null ? organisation.today() : readDay(date, 'date');
  return enveloped(organisation, { Reports: [trialBalance(organisation, day)] });
}

function read(organisation: Organisation, rules: KindRules, request: ApiRequest, id: string | undefined): Answer {
  if (id !== undefined) {
    const view = rules.view(organisation, one(organisation, rules, id), true);
    return enveloped(organisation, { [rules.plural]: [view] });
  }
  const { rows, pagination } = list(organisation, rules, request);
  return enveloped(organisation, { ...(pagination === undefined ? {} : { pagination }), [rules.plural]: rows });
}

/** By id, or by the number, name or code that the resource can be read by. */
function one(organisation: Organisation, rules: KindRules, id: string): XeroRecord {
  const byName = rules.readName === undefined ? undefined : organisation.named(rules.kind, rules.readName, id).at(-1);
  const found = organisation.get(rules.kind, id) ?? byName;
  if (found === undefined) throw notFound();
  return found;
}

function write(organisation: Organisation, rules: KindRules, request: ApiRequest, id: string | undefined): Answer {
  const elements = elementsOf(readBody(request.body), rules.plural);
  const how: WriteRequest = {
    method: request.method === 'PUT' ? 'PUT' : 'POST',
    summarizes: request.parameters.get('summarizeErrors')?.toLowerCase() !== 'false',
    how: { unitDecimals: request.parameters.get('unitdp') === '4' ? 4 : 2 },
  };
  const named = id === undefined ? elements : [{ ...elements[0], [rules.idField]: one(organisation, rules, id).id }];
  return enveloped(organisation, { [rules.plural]: writeAll(organisation, rules, named, how) });
}

function readBody(text: string): Json {
  try {
    return parseJson(text);
  } catch {
    throw badPost('The posted data cannot be read as JSON');
  }
}

function remove(organisation: Organisation, rules: KindRules, record: XeroRecord): Answer {
  return refusedAsValidation(organisation, () => {
    if (rules.kind === 'Item') {
      deleteItem(organisation, record);
      return emptyAnswer(204);
    }
    const deleted = deleteAccount(organisation, record);
    return enveloped(organisation, { [rules.plural]: [rules.view(organisation, deleted, true)] });
  });
}

function answerAllocations(
  organisation: Organisation,
  { method, body }: ApiRequest,
  { rules, id, sub, subId }: { rules: KindRules; id: string; sub: string; subId: string | undefined },
): Answer {
  if (rules.kind !== 'CreditNote' || sub !== 'Allocations') throw notFound();
  const note = one(organisation, rules, id);
  if (method === 'DELETE' && subId !== undefined)
    return refusedAsValidation(organisation, () => jsonAnswer(200, removeAllocation(organisation, note, subId)));
  if (method === 'GET' && subId === undefined)
    return enveloped(organisation, {
      Allocations: objectsAt(note.data, 'Allocations').map((each) => allocationView(organisation, each)),
    });
  if (method !== 'PUT' || subId !== undefined) throw notFound();
  const elements = elementsOf(readBody(body), 'Allocations');
  return refusedAsValidation(organisation, () => {
    const Allocations = elements.map((element) => {
      const current = organisation.get('CreditNote', note.id)!;
      return allocationView(organisation, allocate(organisation, current, element));
    });
    return enveloped(organisation, { Allocations });
  });
}

function refusedAsValidation(organisation: Organisation, work: () => Answer): Answer {
  try {
    return organisation.world.store.atomically(work);
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
    throw validationRefusal([{ ValidationErrors: error.messages.map((Message) => ({ Message })) }]);
  }
}

function enveloped(organisation: Organisation, payload: JsonObject): Answer {
  const DateTimeUTC = msDate(organisation.now());
  return jsonAnswer(200, { Id: organisation.newId(), Status: 'OK', ProviderName: 'Acme LLC', DateTimeUTC, ...payload });
}
