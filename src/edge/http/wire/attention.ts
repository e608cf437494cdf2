import { z } from 'zod';
import type { ListedAttention } from '../../../hub/audit/index.ts';
import { instant, instantOf, instantOrNull, reasonOf, reasonSchema } from './common.ts';
import { named } from './components.ts';

export const attentionSchema = named(
  'AttentionItem',
  'Something that asks for a person. `subject` is what it is about: a posting, fact, record or connection.',
  z.object({
    id: z.string(),
    connectionId: z.string().nullable(),
    subject: z.string(),
    reason: reasonSchema,
    openedAt: instant,
    resolvedAt: instant.nullable(),
  }),
);

export function attentionToWire(item: ListedAttention): z.input<typeof attentionSchema> {
  const { code, detail, openedAt, resolvedAt, ...same } = item;
  return {
    ...same,
    reason: reasonOf(code, detail)!,
    openedAt: instantOf(openedAt),
    resolvedAt: instantOrNull(resolvedAt),
  };
}
