// The package ships no types; this is the part of its interface that the tests use.
declare module 'qs' {
  export interface ParseOptions {
    readonly depth?: number;
    readonly strictDepth?: boolean;
    readonly arrayLimit?: number;
    readonly parameterLimit?: number;
    readonly throwOnLimitExceeded?: boolean;
    readonly plainObjects?: boolean;
  }
  export interface StringifyOptions {
    readonly arrayFormat?: 'indices' | 'brackets' | 'repeat' | 'comma';
    readonly encodeValuesOnly?: boolean;
  }
  export function parse(text: string, options?: ParseOptions): Record<string, unknown>;
  export function stringify(value: unknown, options?: StringifyOptions): string;
}
