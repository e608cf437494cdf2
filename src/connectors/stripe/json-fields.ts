import type { Json } from '../../kernel/json.ts';
import { fieldOf, textOf } from '../sdk/index.ts';

/** The id in a field that holds either an id or the expanded object. */
export function idOf(value: Json | undefined, name: string): string | null {
  const found = fieldOf(value, name);
  return typeof found === 'string' ? found : textOf(found, 'id');
}
