import { type Finding, schemaFindings, wholeFinding } from './finding.ts';
import { parseForJudging } from './json-text.ts';
import { bodyText, headerValue, isJsonType, mediaType, type RequestMessage } from './message.ts';
import type { Content } from './openapi.ts';
import type { Operation } from './operation.ts';
import { readThenJudge } from './reading.ts';
import { bracketFields, plainFields } from './text-fields.ts';

/** Everything wrong with a request to a known operation. */
export function requestFindings(
  operation: Operation,
  message: RequestMessage,
  pathParameters: Readonly<Record<string, string>>,
  query: string,
): Finding[] {
  return [
    ...schemaFindings('path', operation.fieldCheck('path')(pathParameters)),
    ...queryFindings(operation, query),
    ...headerFindings(operation, message),
    ...bodyFindings(operation, message),
  ];
}

function queryFindings(operation: Operation, query: string): Finding[] {
  const { properties } = operation.fields('query');
  const read = () => (operation.hasBracketQuery ? bracketFields(query) : plainFields(query, properties));
  return readThenJudge('query', read, (fields) => schemaFindings('query', operation.fieldCheck('query')(fields)));
}

function headerFindings(operation: Operation, { headers }: RequestMessage): Finding[] {
  return operation.parameters
    .filter((parameter) => parameter.in === 'header' && parameter.required === true)
    .filter((parameter) => headerValue(headers, parameter.name) === undefined)
    .map((parameter) => wholeFinding('header', 'missing', `${parameter.name} is required`));
}

function bodyFindings(operation: Operation, message: RequestMessage): Finding[] {
  const described = operation.requestBody;
  const read = () => bodyText(message.body);
  return readThenJudge('body', read, (text) => {
    if (text === '') return described?.required === true ? [wholeFinding('body', 'missing', 'a body is required')] : [];
    if (described === undefined) return [wholeFinding('body', 'unknown', 'the operation takes no body')];
    return contentFindings(operation, described.content, mediaType(message.headers), text);
  });
}

function contentFindings(operation: Operation, content: Content, type: string | undefined, text: string): Finding[] {
  if (type === undefined || content[type] === undefined) {
    const expected = Object.keys(content).join(' or ');
    return [wholeFinding('body', 'media-type', `content-type is ${type ?? 'missing'}, described is ${expected}`)];
  }
  const read = () => decodeBody(type, text);
  return readThenJudge('body', read, (value) => schemaFindings('body', operation.bodyCheck(type)(value)));
}

function decodeBody(type: string, text: string): unknown {
  if (isJsonType(type)) return parseForJudging(text);
  return type === 'application/x-www-form-urlencoded' ? bracketFields(text) : text;
}
