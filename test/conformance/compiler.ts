import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import type { Dialect } from './dialect.ts';
import { DECIMAL_TEXT, isNumericText, NUMERIC_TEXT, type NumericText, numericMessage } from './numeric-text.ts';
import { componentSchema, type Description, type SchemaObject } from './openapi.ts';
import { type Place, translateSchema } from './translate.ts';

/** Every violation of one schema by a value; empty when it conforms. */
export type Check = (value: unknown) => readonly ErrorObject[];

/** Compiles schemas of one description. Components are translated and compiled once, when something first needs them. */
export type Compiler = (schema: SchemaObject, dialect: Dialect) => Check;

/** A {@link Compiler} that resolves references in the given description. */
export function createCompiler(description: Description): Compiler {
  const perDialect = new Map<string, DialectCompiler>();
  return (schema, dialect) => {
    const known = perDialect.get(dialect.name);
    const compiler = known ?? new DialectCompiler(description, dialect);
    if (known === undefined) perDialect.set(dialect.name, compiler);
    return compiler.compile(schema);
  };
}

class DialectCompiler {
  readonly #description: Description;
  readonly #dialect: Dialect;
  readonly #ajv = createAjv();
  readonly #registered = new Set<string>();
  readonly #waiting: { readonly id: string; readonly name: string; readonly place: Place }[] = [];

  constructor(description: Description, dialect: Dialect) {
    this.#description = description;
    this.#dialect = dialect;
  }

  compile(schema: SchemaObject): Check {
    const target = this.#translate(schema, 'value');
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      const component = componentSchema(this.#description, next.name);
      this.#ajv.addSchema(this.#translate(component, next.place), next.id);
    }
    const validate = this.#ajv.compile(target);
    return (value) => (validate(value) ? [] : [...(validate.errors ?? [])]);
  }

  #translate(schema: SchemaObject, place: Place): Record<string, unknown> {
    return translateSchema(schema, place, {
      dialect: this.#dialect,
      resolve: (name) => componentSchema(this.#description, name),
      refer: (name, referredPlace) => this.#refer(name, referredPlace),
    });
  }

  #refer(name: string, place: Place): string {
    // Where nothing is closed, both places read the same: one copy is enough.
    const needed = this.#dialect.closed ? place : 'part';
    const id = `/${needed}/${name}`;
    if (!this.#registered.has(id)) {
      this.#registered.add(id);
      this.#waiting.push({ id, name, place: needed });
    }
    return id;
  }
}

function createAjv(): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false, inlineRefs: false });
  for (const name of ['date', 'date-time', 'email', 'uri'] as const) ajv.addFormat(name, fullFormats[name]);
  ajv.addFormat('decimal', DECIMAL_TEXT);
  ajv.addKeyword({
    keyword: NUMERIC_TEXT,
    type: 'string',
    schemaType: 'object',
    error: { message: ({ schema }) => numericMessage(schema as NumericText) },
    validate: (rule: NumericText, text: string) => isNumericText(rule, text),
  });
  return ajv;
}
