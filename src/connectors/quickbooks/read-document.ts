import { isLocalDate } from '../../kernel/dates.ts';
import { isZero, type Money } from '../../kernel/money.ts';
import type { DocumentKind, PostedDocument } from '../../model/document.ts';
import type { JsonObject } from '../sdk/index.ts';
import { moneyOf } from './decimal.ts';
import { type DocumentEntity, ENTITY_OF } from './entities.ts';
import { postingIdIn, saysVoided } from './marker.ts';
import { debitsOf, movementsOf } from './movements.ts';
import { referenceOf, requireText, textOf, unreadable } from './shape.ts';

/**
 * An entity as QuickBooks gives it back, whoever wrote it. `homeCurrency` counts where the entity names no currency,
 * which companies with one currency may leave out. Throws `record.unreadable`: an amount is never guessed.
 */
export function readEntity(kind: DocumentKind, entity: JsonObject, homeCurrency: string | null): PostedDocument {
  const name = ENTITY_OF[kind];
  const currency = referenceOf(entity, 'CurrencyRef') ?? homeCurrency ?? unreadable('CurrencyRef');
  const total = totalOf(name, entity, currency);
  const note = textOf(entity.PrivateNote) ?? '';
  const on = requireText(entity, 'TxnDate');
  return {
    kind,
    documentId: requireText(entity, 'Id'),
    version: requireText(entity, 'SyncToken'),
    postingId: postingIdIn(note),
    on: isLocalDate(on) ? on : unreadable('TxnDate'),
    total,
    voided: entity.status === 'Voided' || (isZero(total) && saysVoided(note)),
    movements: movementsOf(name, entity, total),
  };
}

function totalOf(name: DocumentEntity, entity: JsonObject, currency: string): Money {
  if (name === 'JournalEntry') return debitsOf(entity, currency);
  return moneyOf(entity, name === 'Transfer' ? 'Amount' : 'TotalAmt', currency);
}
