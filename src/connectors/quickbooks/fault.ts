import type { Json } from '../../kernel/json.ts';
import type { JsonObject } from '../sdk/index.ts';
import { objectOf, objectsOf, textOf } from './shape.ts';

/** One entry of a fault, with its code as the tables write it: without leading zeros. */
export interface FaultEntry {
  readonly code: string | null;
  readonly message: string | null;
  readonly detail: string | null;
  readonly element: string | null;
}

export interface Fault {
  /** `validation`, `authentication`, `authorization`, `system`, `service` …, or null. */
  readonly type: string | null;
  readonly entries: readonly FaultEntry[];
}

/** The fault in a JSON answer: business errors write `Fault`, the gateway writes `fault`; a query may hide it inside. */
export function findFault(body: Json | undefined): Fault | null {
  const answer = objectOf(body);
  if (answer === null) return null;
  const fault = objectOf(answer.Fault) ?? objectOf(answer.fault) ?? objectOf(objectOf(answer.QueryResponse)?.Fault);
  if (fault === null) return null;
  const entries = objectsOf(fault.Error ?? fault.error).map(readEntry);
  return { type: typeName(textOf(fault.type)), entries };
}

/** The fault in an XML answer of the gateway. Reads attributes and two texts only; null when there is no fault. */
export function findFaultInXml(text: string): Fault | null {
  const fault = /<Fault\b([^>]*)>/.exec(text);
  if (fault === null) return null;
  const entries = [...text.matchAll(/<Error\b([^>]*)>/g)].map((match) => ({
    code: codeName(attribute(match[1]!, 'code')),
    message: element(text, 'Message'),
    detail: element(text, 'Detail'),
    element: attribute(match[1]!, 'element'),
  }));
  return { type: typeName(attribute(fault[1]!, 'type')), entries };
}

function readEntry(entry: JsonObject): FaultEntry {
  return {
    code: codeName(textOf(entry.code)),
    message: textOf(entry.Message ?? entry.message),
    detail: textOf(entry.Detail ?? entry.detail),
    element: textOf(entry.element),
  };
}

function codeName(code: string | null): string | null {
  return code === null ? null : code.replace(/^0+(?=\d)/, '');
}

/** `ValidationFault` and `VALIDATION` are one thing. */
function typeName(type: string | null): string | null {
  return type === null ? null : type.toLowerCase().replace(/fault$/, '');
}

function attribute(attributes: string, name: string): string | null {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] || null;
}

function element(text: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] || null;
}
