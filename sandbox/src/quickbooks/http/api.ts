import { textAt } from '../../core/exact/access.ts';
import { type JsonObject, writeJson } from '../../core/exact/json.ts';
import { checkRequestId, type RequestIds } from '../access/request-ids.ts';
import { badElement, Fault, notFound, systemFault, unsupportedOperation } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import { latestRate } from '../books/currency.ts';
import { answered } from '../entities/answer.ts';
import { changedSince } from '../query/change-data.ts';
import { runQuery } from '../query/run.ts';
import { runReport } from '../reports/run.ts';
import { type EntityName, entityNamed, isList, isTransaction, type StoredEntity } from '../store/entity.ts';
import { sendObject } from '../writes/write.ts';
import { type Answer, faultAnswer, goodAnswer, jsonAnswer } from './answer.ts';
import { runBatch } from './batch.ts';
import { readBody } from './body.ts';
import { runOperation } from './operation.ts';
import {
  BATCH_PARAMETERS,
  CDC_PARAMETERS,
  checkParameters,
  included,
  QUERY_PARAMETERS,
  RATE_PARAMETERS,
  READ_PARAMETERS,
  SEND_PARAMETERS,
  WRITE_PARAMETERS,
} from './parameters.ts';

/** One request to a company's API, read completely. */
interface ApiRequest {
  readonly method: string;
  /** The path after `/v3/company/{realmId}/`. */
  readonly segments: readonly string[];
  readonly parameters: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
}

type Write = { readonly isBatch: boolean; readonly onList: boolean; run(): JsonObject };

/** Sales forms that can be sent by e-mail, and payments. */
const SENDABLE: readonly EntityName[] = ['CreditMemo', 'Invoice', 'Payment', 'RefundReceipt', 'SalesReceipt'];

/** The company's API: from a request that was let in to its answer. */
export class Api {
  readonly #company: Company;
  readonly #requestIds: RequestIds;

  constructor(company: Company, requestIds: RequestIds) {
    this.#company = company;
    this.#requestIds = requestIds;
  }

  answer(request: ApiRequest): Answer {
    try {
      return request.method === 'GET' ? this.#read(request) : this.#post(request);
    } catch (error) {
      return faultAnswer(this.#company, error instanceof Fault ? error : systemFault(String(error)));
    }
  }

  #read(request: ApiRequest): Answer {
    const { segments, parameters } = request;
    const [name = '', id] = segments;
    if (segments.length === 1 && name === 'query') {
      checkParameters(parameters, QUERY_PARAMETERS);
      return this.#query(parameters.get('query'));
    }
    if (segments.length === 1 && name === 'cdc') return this.#changes(parameters);
    if (segments.length === 1 && name === 'exchangerate') return this.#rate(parameters);
    if (segments.length === 2 && name === 'reports') {
      return jsonAnswer(200, writeJson(runReport(this.#company, id ?? '', parameters)));
    }
    const entity = pathEntity(name);
    checkParameters(parameters, READ_PARAMETERS);
    return this.#object(entity, id, segments.length, included(parameters));
  }

  #post(request: ApiRequest): Answer {
    const { segments, parameters } = request;
    if (request.method !== 'POST') throw unsupportedOperation(request.method);
    const [name = '', id = '', action] = segments;
    if (segments.length === 1 && name === 'query') {
      checkParameters(parameters, QUERY_PARAMETERS);
      return this.#query(parameters.get('query') ?? textStatement(request));
    }
    if (action === 'send' && segments.length === 3) return this.#send(pathEntity(name), id, parameters);
    if (segments.length !== 1) throw unsupportedOperation(segments.join('/'));
    if (name === 'batch') {
      checkParameters(parameters, BATCH_PARAMETERS);
      const hasRequestId = parameters.has('requestid');
      const run = (): JsonObject => runBatch(this.#company, jsonBody(request), hasRequestId);
      return this.#write(parameters, { isBatch: true, onList: false, run });
    }
    const entity = pathEntity(name);
    checkParameters(parameters, WRITE_PARAMETERS);
    const run = (): JsonObject => ({
      [entity]: runOperation(this.#company, entity, {
        operation: parameters.get('operation') ?? undefined,
        include: included(parameters),
        body: jsonBody(request),
      }),
    });
    return this.#write(parameters, { isBatch: false, onList: isList(entity), run });
  }

  /** Runs a write once under its request id: a repeat gets the answer that was given the first time. */
  #write(parameters: URLSearchParams, write: Write): Answer {
    const company = this.#company;
    const sent = parameters.get('requestid');
    const checked = sent === null ? undefined : checkRequestId(sent, write.isBatch);
    const id = write.onList && !company.settings.requestIdOnLists ? undefined : checked;
    const at = company.doors.now();
    const known = id === undefined ? undefined : this.#requestIds.known(id, at);
    if (known !== undefined) return jsonAnswer(known.status, known.body);
    const keep = (answer: Answer): Answer => {
      if (id !== undefined) this.#requestIds.keep(id, { status: answer.status, body: answer.body, at });
      return answer;
    };
    try {
      return company.store.atomically(() => keep(goodAnswer(company, write.run())));
    } catch (error) {
      if (!(error instanceof Fault) || !company.settings.replayFaults) throw error;
      return company.store.atomically(() => keep(faultAnswer(company, error)));
    }
  }

  #query(statement: string | null): Answer {
    if (statement === null || statement.trim() === '') throw badElement('query', 'is missing');
    return goodAnswer(this.#company, { QueryResponse: runQuery(this.#company, statement) });
  }

  #changes(parameters: URLSearchParams): Answer {
    checkParameters(parameters, CDC_PARAMETERS);
    const entities = parameters.get('entities');
    const since = parameters.get('changedSince');
    const query = { ...(entities === null ? {} : { entities }), ...(since === null ? {} : { changedSince: since }) };
    return goodAnswer(this.#company, { CDCResponse: changedSince(this.#company, query) });
  }

  #rate(parameters: URLSearchParams): Answer {
    checkParameters(parameters, RATE_PARAMETERS);
    const code = parameters.get('sourcecurrencycode');
    if (code === null) throw badElement('sourcecurrencycode', 'is missing');
    const date = parameters.get('asofdate') ?? this.#company.today();
    const rate = latestRate(this.#company, code.toUpperCase(), date);
    if (rate === undefined) throw notFound(`an exchange rate of ${code} on ${date}`);
    return goodAnswer(this.#company, { ExchangeRate: { ...rate.data, AsOfDate: date } });
  }

  #object(entity: EntityName, id: string | undefined, parts: number, include: readonly string[]): Answer {
    const company = this.#company;
    if (parts > 2 || (id === undefined && entity !== 'Preferences')) throw unsupportedOperation(`read ${entity}`);
    const isSingle = entity === 'Preferences' || entity === 'CompanyInfo';
    if (entity === 'CompanyInfo' && id !== company.settings.realmId && id !== '1') throw notFound(`${entity} ${id}`);
    const record = company.records.get(entity, isSingle ? '1' : (id ?? ''));
    if (record === undefined) throw notFound(`${entity} ${id}`);
    return goodAnswer(company, { [entity]: { ...answered(company, record), ...invoiceLink(record, include) } });
  }

  #send(entity: EntityName, id: string, parameters: URLSearchParams): Answer {
    checkParameters(parameters, SEND_PARAMETERS);
    if (!isTransaction(entity) || !SENDABLE.includes(entity)) throw unsupportedOperation(`send ${entity}`);
    const to = parameters.get('sendTo') ?? undefined;
    const run = (): JsonObject => ({ [entity]: answered(this.#company, sendObject(this.#company, entity, id, to)) });
    return this.#write(parameters, { isBatch: false, onList: false, run });
  }
}

/** The entity of a path, which is written in lower case. */
function pathEntity(segment: string): EntityName {
  const entity = entityNamed(segment);
  if (entity === undefined || segment !== segment.toLowerCase()) throw unsupportedOperation(segment);
  return entity;
}

function jsonBody(request: ApiRequest): JsonObject {
  if (!request.contentType.toLowerCase().startsWith('application/json')) {
    throw badElement('Content-Type', 'must be application/json');
  }
  return readBody(request.body);
}

function textStatement(request: ApiRequest): string {
  if (!request.contentType.toLowerCase().startsWith('application/text')) {
    throw badElement('Content-Type', 'must be application/text');
  }
  return request.body;
}

/** The customer's link to pay an invoice, only when it is asked for and the invoice can be mailed. */
function invoiceLink(record: StoredEntity, include: readonly string[]): JsonObject {
  if (record.entity !== 'Invoice' || !include.includes('invoicelink')) return {};
  if (textAt(record.data.BillEmail as JsonObject | undefined, 'Address') === undefined) return {};
  return { InvoiceLink: `https://invoice.example/pay/${record.id}` };
}
