/** The parts of our OpenAPI document that the fuzz reads. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly security?: readonly object[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { readonly schema: { readonly properties?: Readonly<Record<string, unknown>> } }>
    >;
  };
  readonly parameters?: readonly DescribedParameter[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}

export interface DescribedParameter {
  readonly name: string;
  readonly in: string;
  readonly schema?: { readonly enum?: readonly unknown[] };
}

/** One operation with where it is in the document. */
export interface ApiOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly DescribedParameter[];
  readonly needsToken: boolean;
  /** Only a session opens it: the token does not. */
  readonly isForPeople: boolean;
  /** Names in its body. */
  readonly fields: readonly string[];
  /** Methods that are served at its path. */
  readonly methods: readonly string[];
  readonly responses: DescribedOperation['responses'];
  /** JSON pointer into the document. */
  readonly pointer: string;
}

export function operationsOf({ paths }: Description): readonly ApiOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      parameters: operation.parameters ?? [],
      needsToken: operation.security?.length !== 0,
      isForPeople: operation.security?.length === 1,
      fields: Object.keys(operation.requestBody?.content['application/json']?.schema.properties ?? {}),
      methods: Object.keys(methods).map((one) => one.toUpperCase()),
      responses: operation.responses,
      pointer: `/paths/${escaped(path)}/${method}`,
    })),
  );
}

/** A key inside of a JSON pointer that is inside of a URI. */
export function escaped(key: string): string {
  return encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));
}
