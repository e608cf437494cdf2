import { isObject, type JsonObject, parseJson } from '../../core/exact/json.ts';
import { badElement } from '../basics/fault.ts';

/** The JSON object of a request body; 2010 when it is anything else. */
export function readBody(text: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw badElement('body', 'is not JSON');
  }
  if (!isObject(value as JsonObject)) throw badElement('body', 'must be a JSON object');
  return value as JsonObject;
}
