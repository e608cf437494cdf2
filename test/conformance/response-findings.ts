import { type Finding, schemaFindings, wholeFinding } from './finding.ts';
import { parseForJudging } from './json-text.ts';
import { type BodySource, bodyText, isJsonType, mediaType, type ResponseMessage } from './message.ts';
import type { Content } from './openapi.ts';
import type { Operation } from './operation.ts';
import { readThenJudge } from './reading.ts';

/** From here on a status is an error; the providers' files list few of them. */
const FIRST_ERROR_STATUS = 400;
/** From here on the server failed, and may say nothing at all. */
const FIRST_FAILURE_STATUS = 500;

/**
 * Everything wrong with an answer, or undefined when the description says nothing about an error of that status or
 * media type (gateways answer for a provider in HTML and XML), or a server that broke down sent no body. An undescribed
 * success is a finding.
 */
export function responseFindings(operation: Operation, message: ResponseMessage): Finding[] | undefined {
  const described = operation.response(message.status);
  if (described === undefined) {
    if (message.status >= FIRST_ERROR_STATUS) return undefined;
    return [wholeFinding('status', 'unknown', `${message.status} is not described`)];
  }
  return described.content === undefined ? [] : contentFindings(operation, message, described.content);
}

function contentFindings(operation: Operation, message: ResponseMessage, content: Content): Finding[] | undefined {
  if (message.status >= FIRST_FAILURE_STATUS && isEmpty(message.body)) return undefined;
  const given = mediaType(message.headers);
  const type = matchingType(content, given);
  if (type === undefined) {
    if (message.status >= FIRST_ERROR_STATUS) return undefined;
    const expected = Object.keys(content).join(' or ');
    return [wholeFinding('body', 'media-type', `content-type is ${given}, described is ${expected}`)];
  }
  return isJsonType(type) ? jsonFindings(operation, message, type) : [];
}

function jsonFindings(operation: Operation, message: ResponseMessage, type: string): Finding[] {
  const read = () => {
    const text = bodyText(message.body);
    return text === '' ? undefined : { value: parseForJudging(text) };
  };
  return readThenJudge('body', read, (body) =>
    body === undefined
      ? [wholeFinding('body', 'missing', 'a body is described')]
      : schemaFindings('body', operation.answerCheck(message.status, type)(body.value)),
  );
}

/** The described media type an answer is of; any JSON type stands for another, and a missing header for the first. */
function matchingType(content: Content, given: string | undefined): string | undefined {
  const types = Object.keys(content);
  if (given === undefined) return types[0];
  return types.find((type) => type === given) ?? types.find((type) => isJsonType(type) && isJsonType(given));
}

function isEmpty(body: BodySource): boolean {
  return body === null || body === undefined || body.length === 0;
}
