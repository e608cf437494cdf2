import { z } from 'zod';

interface Meta {
  readonly id?: string;
  readonly description?: string;
  readonly [key: string]: unknown;
}

/** The named schemas of the API's description. Our own registry: the library's global one is shared with everybody. */
export const components = z.registry<Meta>();

/** Gives a schema a name, under which generated clients know it. */
export function named<S extends z.ZodType>(id: string, description: string, schema: S): S {
  components.add(schema, { id, description });
  return schema;
}
