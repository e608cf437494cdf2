import { base64, sha256 } from '../../kernel/digest.ts';

/** A page has its one style in it, and otherwise runs nothing, loads nothing, posts nothing, and is in nobody's frame. */
export function pagePolicy(style: string): string {
  return `default-src 'none'; style-src 'sha256-${base64(sha256(style))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
}
