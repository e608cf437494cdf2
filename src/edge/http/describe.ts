import swagger, { type SwaggerTransformObject } from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { Api } from './routes/api.ts';
import { components } from './wire/components.ts';

/** Gathers the description of the API from the schemas of its routes. To be awaited before the first route is added. */
export async function describeApi(app: Api, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Counterfoil',
        version,
        description: 'Money from where it arrives into the books, exactly once and to the cent.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      security: [{ token: [] }, { apiKey: [] }, { session: [] }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'The local token of the installation.' },
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `cf_live_…`.' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-counterfoil',
            description:
              'The cookie of a session; `counterfoil` over plain http. Changes need the header X-CSRF-Token too.',
          },
        },
      },
    },
    transform: createJsonSchemaTransform(ZOD),
    transformObject: (document) => withoutTwins(withComponents(document)),
  });
}

/**
 * Leaves out what `format` and `type` say already: patterns of dates, bounds of safe integers. Answers may get more
 * fields in a later release, so none is excluded.
 */
function quieten({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

const ZOD = { schemaRegistry: components, zodToJsonConfig: { override: quieten } };
const withComponents = createJsonSchemaTransformObject(ZOD);

type Description = ReturnType<SwaggerTransformObject>;
type WithComponents = Description & { readonly components?: { readonly schemas?: Readonly<Record<string, object>> } };

/** The bridge writes each named schema a second time, as a request would have it. Ours are answers only. */
function withoutTwins(description: WithComponents): Description {
  const all = description.components?.schemas ?? {};
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => !isTwin(name, all)));
  return { ...description, components: { ...description.components, schemas } } as Description;
}

function isTwin(name: string, all: object): boolean {
  return name.endsWith('Input') && Object.hasOwn(all, name.slice(0, -'Input'.length));
}
