import { textAt } from '../../core/exact/access.ts';
import { isList, isObject, type Json, type JsonObject } from '../../core/exact/json.ts';
import { Invalid, nothingProcessed, validationRefusal } from '../basics/refusal.ts';
import { isUuid } from '../basics/uuid.ts';
import type { Organisation } from '../books/organisation.ts';
import { given } from '../entities/fields.ts';
import type { KindRules, WriteHow } from '../entities/rules.ts';
import type { XeroRecord } from '../store/record.ts';

/** A write of one or more objects. */
export interface WriteRequest {
  /** PUT makes, POST makes or overwrites. */
  readonly method: 'PUT' | 'POST';
  /** Whether one bad object refuses the whole call, as it does unless `summarizeErrors=false`. */
  readonly summarizes: boolean;
  readonly how: WriteHow;
}

/** The objects in a body: `{"Invoices": […]}`, a bare list, or one bare object. */
export function elementsOf(body: Json, plural: string): readonly JsonObject[] {
  const listed = isObject(body) ? body[plural] : body;
  if (isList(listed)) {
    if (listed.length === 0) throw nothingProcessed();
    return listed.map((element) => given(element));
  }
  if (!isObject(body) || Object.keys(body).length === 0) throw nothingProcessed();
  return [given(isObject(listed) ? listed : body)];
}

/** Writes each object and answers what became of it, in the order they were sent. */
export function writeAll(
  organisation: Organisation,
  rules: KindRules,
  elements: readonly JsonObject[],
  request: WriteRequest,
): JsonObject[] {
  const { store, settings } = organisation.world;
  let hasRefused = false;
  const write = (): JsonObject[] =>
    elements.map((element) => {
      try {
        const record = store.atomically(() => writeOne(organisation, rules, element, request));
        const view = rules.view(organisation, record, true);
        return request.summarizes ? view : { ...view, StatusAttributeString: 'OK' };
      } catch (error) {
        if (!(error instanceof Invalid)) throw error;
        hasRefused = true;
        return refusedElement(element, error, request.summarizes);
      }
    });
  const refuse = (rows: readonly JsonObject[]) => {
    if (hasRefused && request.summarizes)
      throw validationRefusal(rows.filter(({ ValidationErrors }) => isList(ValidationErrors)));
  };
  if (settings.keepsGoodElements) {
    const rows = write();
    refuse(rows);
    return rows;
  }
  return store.atomically(() => {
    const rows = write();
    refuse(rows);
    return rows;
  });
}

function writeOne(
  organisation: Organisation,
  rules: KindRules,
  element: JsonObject,
  { method, how }: WriteRequest,
): XeroRecord {
  const { [rules.idField]: id, ...input } = element;
  if (method === 'PUT') return rules.create(organisation, rules.idField === 'TaxType' ? element : input, how);
  const before = existing(organisation, rules, element);
  if (before === undefined && typeof id === 'string' && isUuid(id) && rules.idField !== 'TaxType')
    throw new Invalid(`The ${rules.idField} is not known`);
  return before === undefined ? rules.create(organisation, input, how) : rules.update(organisation, before, input, how);
}

function existing(organisation: Organisation, rules: KindRules, element: JsonObject): XeroRecord | undefined {
  const id = rules.idField === 'TaxType' ? undefined : textAt(element, rules.idField);
  return id === undefined ? rules.overwritten?.(organisation, element) : organisation.get(rules.kind, id);
}

/** A refused object as it is echoed: its plain texts, and why. */
function refusedElement(element: JsonObject, { messages }: Invalid, summarizes: boolean): JsonObject {
  const echoed = Object.entries(element).filter(
    ([name, value]) => typeof value === 'string' && !name.endsWith('Date') && !name.endsWith('ID'),
  );
  return {
    ...Object.fromEntries(echoed),
    ...(summarizes ? {} : { StatusAttributeString: 'ERROR', HasErrors: true }),
    ValidationErrors: messages.map((Message) => ({ Message })),
  };
}
