import type { Check, Compiler } from './compiler.ts';
import { ANSWER, type Dialect, FORM, REQUEST } from './dialect.ts';
import { isJsonType } from './message.ts';
import {
  type Content,
  type Description,
  METHODS,
  type OperationObject,
  type ParameterObject,
  type PathItem,
  type ResponseObject,
  resolveParameter,
  resolveResponse,
  type SchemaObject,
} from './openapi.ts';
import { operationName, type Route } from './routes.ts';

/** What references in an operation led to. */
interface OperationParts {
  readonly parameters: readonly ParameterObject[];
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

/** One described operation, with its checks compiled when they are first used. */
export class Operation {
  readonly name: string;
  readonly parameters: readonly ParameterObject[];
  readonly requestBody: OperationObject['requestBody'];
  readonly #responses: Readonly<Record<string, ResponseObject>>;
  readonly #compiler: Compiler;
  readonly #checks = new Map<string, Check>();
  readonly #fields = new Map<string, FieldSchemas>();

  constructor(name: string, described: OperationObject, { parameters, responses }: OperationParts, compiler: Compiler) {
    this.name = name;
    this.parameters = parameters;
    this.requestBody = described.requestBody;
    this.#responses = responses;
    this.#compiler = compiler;
  }

  /** Whether the query nests with brackets, as Stripe's does. */
  get hasBracketQuery(): boolean {
    return this.parameters.some((parameter) => parameter.in === 'query' && parameter.style === 'deepObject');
  }

  /** The schemas of the parameters in one place, by name. */
  fields(place: 'path' | 'query'): FieldSchemas {
    const known = this.#fields.get(place);
    const fields = known ?? fieldSchemas(this.parameters, place);
    if (known === undefined) this.#fields.set(place, fields);
    return fields;
  }

  /** Judges all parameters of one place together, as text, unknown ones refused. */
  fieldCheck(place: 'path' | 'query'): Check {
    const { properties, required } = this.fields(place);
    return this.#check(place, { type: 'object', properties, required, additionalProperties: false }, FORM);
  }

  /** Judges a request body of one of the described media types. */
  bodyCheck(type: string): Check {
    const dialect = isJsonType(type) ? REQUEST : FORM;
    return this.#check(`request ${type}`, contentSchema(this.requestBody?.content, type), dialect);
  }

  /** What is described for a status: itself, its class (`4XX`) or the default; undefined when nothing is. */
  response(status: number): ResponseObject | undefined {
    const key = this.#responseKey(status);
    return key === undefined ? undefined : this.#responses[key];
  }

  /** Judges the body of an answer of that status and described media type. */
  answerCheck(status: number, type: string): Check {
    const content = this.response(status)?.content;
    return this.#check(`answer ${this.#responseKey(status)} ${type}`, contentSchema(content, type), ANSWER);
  }

  #responseKey(status: number): string | undefined {
    const candidates = [String(status), `${Math.floor(status / 100)}XX`, 'default'];
    return candidates.find((key) => this.#responses[key] !== undefined);
  }

  #check(key: string, schema: SchemaObject, dialect: Dialect): Check {
    const known = this.#checks.get(key);
    const check = known ?? this.#compiler(schema, dialect);
    if (known === undefined) this.#checks.set(key, check);
    return check;
  }
}

/** Parameters of one place as the fields of an object. */
export interface FieldSchemas {
  readonly properties: Readonly<Record<string, SchemaObject>>;
  readonly required: readonly string[];
}

/** Every operation of a description as a route. */
export function describedRoutes(description: Description, compiler: Compiler): Route<Operation>[] {
  return Object.entries(description.paths).flatMap(([template, item]) =>
    METHODS.flatMap((method) => {
      const described = item[method];
      if (described === undefined) return [];
      const parameters = allParameters(description, item, described);
      const responses = Object.fromEntries(
        Object.entries(described.responses).map(([status, given]) => [status, resolveResponse(description, given)]),
      );
      const operation = new Operation(operationName(method, template), described, { parameters, responses }, compiler);
      return [{ method, template, target: operation }];
    }),
  );
}

function allParameters(description: Description, item: PathItem, described: OperationObject): ParameterObject[] {
  const own = (described.parameters ?? []).map((given) => resolveParameter(description, given));
  const shared = (item.parameters ?? []).map((given) => resolveParameter(description, given));
  const isOverridden = (parameter: ParameterObject) =>
    own.some((mine) => mine.name === parameter.name && mine.in === parameter.in);
  return [...shared.filter((parameter) => !isOverridden(parameter)), ...own];
}

function fieldSchemas(parameters: readonly ParameterObject[], place: 'path' | 'query'): FieldSchemas {
  const here = parameters.filter((parameter) => parameter.in === place);
  return {
    properties: Object.fromEntries(here.map(({ name, schema }) => [name, schema])),
    required: here.filter((parameter) => parameter.required === true).map(({ name }) => name),
  };
}

function contentSchema(content: Content | undefined, type: string): SchemaObject {
  return content?.[type]?.schema ?? {};
}
