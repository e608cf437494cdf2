/** The part of OpenAPI 3.0 that the official descriptions use; {@link translateSchema} refuses anything beyond it. */
export interface SchemaObject {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly 'x-known-values'?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: SchemaObject;
  readonly properties?: Readonly<Record<string, SchemaObject>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | SchemaObject;
  readonly readOnly?: boolean;
  /** Xero: a day, or an instant, which answers write as `/Date(…)/`. */
  readonly 'x-is-msdate'?: boolean;
  readonly 'x-is-msdate-time'?: boolean;
  readonly allOf?: readonly SchemaObject[];
  readonly anyOf?: readonly SchemaObject[];
  readonly oneOf?: readonly SchemaObject[];
  readonly not?: SchemaObject;
}

/** A query, path or header parameter; OpenAPI's cookie parameters do not occur. */
export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly style?: string;
  readonly schema: SchemaObject;
}

/** A local reference in place of a parameter. */
export interface Reference {
  readonly $ref: string;
}

/** Schemas by media type. */
export type Content = Readonly<Record<string, { readonly schema?: SchemaObject }>>;

/** What is described for one status; without `content` the body is left open. */
export interface ResponseObject {
  readonly content?: Content;
}

/** One operation; the keys of `responses` are a status, a class such as `4XX`, or `default`. */
export interface OperationObject {
  readonly parameters?: readonly (ParameterObject | Reference)[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, ResponseObject | Reference>>;
}

/** The methods the descriptions use, as their keys are written. */
export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/** One of {@link METHODS}. */
export type Method = (typeof METHODS)[number];

/** The operations on one path template, with the parameters they share. */
export type PathItem = { readonly parameters?: readonly (ParameterObject | Reference)[] } & {
  readonly [method in Method]?: OperationObject;
};

/** A whole description file, as far as judging needs it. */
export interface Description {
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, SchemaObject>>;
    readonly parameters?: Readonly<Record<string, ParameterObject>>;
    readonly responses?: Readonly<Record<string, ResponseObject>>;
  };
}

/** The last part of a local reference such as `#/components/schemas/Charge`. */
export function referenceName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/** The component schema a local reference names; throws on a dangling one. */
export function componentSchema(description: Description, name: string): SchemaObject {
  const schema = description.components.schemas[name];
  if (schema === undefined) throw new Error(`${description.info.title}: no schema ${name}`);
  return schema;
}

/** A response itself, following a reference into `components.responses`. */
export function resolveResponse(description: Description, given: ResponseObject | Reference): ResponseObject {
  if (!('$ref' in given)) return given;
  const found = description.components.responses?.[referenceName(given.$ref)];
  if (found === undefined) throw new Error(`${description.info.title}: no response ${given.$ref}`);
  return found;
}

/** A parameter itself, following a reference into `components.parameters`. */
export function resolveParameter(description: Description, given: ParameterObject | Reference): ParameterObject {
  if (!('$ref' in given)) return given;
  const found = description.components.parameters?.[referenceName(given.$ref)];
  if (found === undefined) throw new Error(`${description.info.title}: no parameter ${given.$ref}`);
  return found;
}
