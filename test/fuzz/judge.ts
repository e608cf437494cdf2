import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { ERROR_CODES, type ErrorCode } from '../../src/kernel/error-codes.ts';
import type { ApiOperation, Description } from './description.ts';
import { escaped } from './description.ts';
import type { FuzzAnswer, FuzzCase } from './fuzz-case.ts';

const PROBLEM = 'application/problem+json';
const PROBLEM_SCHEMA = '/components/schemas/Problem';

export interface Judge {
  /** What is wrong with an answer to a webhook; empty when nothing is. */
  webhook(one: FuzzCase, answer: FuzzAnswer): readonly string[];
  api(operation: ApiOperation, one: FuzzCase, answer: FuzzAnswer): readonly string[];
}

/** Judges answers by the document that the API itself serves. */
export function judgeBy(description: Description): Judge {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(description, 'api.json');
  const compiled = new Map<string, ValidateFunction>();
  const validate = (pointer: string, value: unknown): readonly string[] => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `api.json#${pointer}` });
    compiled.set(pointer, known);
    return known(value) ? [] : [`off schema: ${ajv.errorsText(known.errors).slice(0, 500)}`];
  };
  return {
    webhook: (one, answer) => {
      if (answer.status === 200)
        return [...general(one, answer), ...(answer.body.length > 0 ? ['an acknowledgement with a body'] : [])];
      return [...general(one, answer), ...problemIn(one, answer, (value) => validate(PROBLEM_SCHEMA, value))];
    },
    api: (operation, one, answer) => {
      const found = general(one, answer);
      if (answer.status === null) return found;
      // A route of nobody has no description; it is answered like everything that went wrong.
      const described = one.method === operation.method ? responseFor(operation, answer.status) : null;
      const type = typeOf(answer);
      if (described === null || type === PROBLEM)
        return [...found, ...problemIn(one, answer, (value) => validate(PROBLEM_SCHEMA, value))];
      const isTold = operation.responses[described]?.content?.[type] !== undefined;
      if (!isTold) return [...found, `${answer.status} with ${type || 'no type'} is not described`];
      const pointer = `${operation.pointer}/responses/${described}/content/${escaped(type)}/schema`;
      return [...found, ...judged(answer, (value) => validate(pointer, value))];
    },
  };
}

function responseFor({ responses }: ApiOperation, status: number): string | null {
  const range = `${Math.floor(status / 100)}XX`;
  return [String(status), range].find((name) => Object.hasOwn(responses, name)) ?? null;
}

const PAGE = 'text/html';

const typeOf = ({ headers }: FuzzAnswer): string =>
  String(headers['content-type'] ?? '')
    .split(';')[0]!
    .trim();

function general({ allowed }: FuzzCase, { status, failure }: FuzzAnswer): readonly string[] {
  if (status === null) return [`no answer: ${failure}`];
  return status === 503 || allowed.includes(status) ? [] : [`answered ${status}, not ${allowed.join(' or ')}`];
}

type Validate = (value: unknown) => readonly string[];

function judged(answer: FuzzAnswer, validate: Validate): readonly string[] {
  // A page for people is described as one text.
  const value = typeOf(answer) === PAGE ? new TextDecoder().decode(answer.body) : jsonIn(answer);
  return value === undefined ? ['the body is no JSON'] : validate(value);
}

function problemIn({ method }: FuzzCase, answer: FuzzAnswer, validate: Validate): readonly string[] {
  const { status, headers } = answer;
  if (status === null || method === 'HEAD') return [];
  if (typeOf(answer) !== PROBLEM) return [`${status} is no problem but ${typeOf(answer) || 'of no type'}`];
  const value = jsonIn(answer) as { readonly code?: string; readonly status?: number } | undefined;
  if (value === undefined) return ['the problem is no JSON'];
  const code = value.code ?? '';
  const known = Object.hasOwn(ERROR_CODES, code) ? ERROR_CODES[code as ErrorCode] : null;
  return [
    ...validate(value),
    ...(known === null ? [`unknown code ${code}`] : []),
    ...(value.status === status ? [] : [`the problem says ${value.status}, the answer ${status}`]),
    ...(status === 503 && (headers['retry-after'] === undefined || code === 'internal.unexpected')
      ? ['503 without a cause']
      : []),
  ];
}

function jsonIn({ body }: FuzzAnswer): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
