import { textAt } from '../../core/exact/access.ts';
import { isList, isObject, type Json, type JsonObject } from '../../core/exact/json.ts';
import { businessRule, notFound } from '../basics/fault.ts';
import type { Company } from '../books/company.ts';
import type { EntryLine, Party } from '../books/general-ledger.ts';
import { refTo } from '../books/references.ts';
import { type StoredEntity, TRANSACTION_ENTITIES } from '../store/entity.ts';

/** Which name goes away and which stays. */
export interface Merge {
  readonly entity: Party['kind'];
  readonly loserId: string;
  readonly winnerId: string;
}

/** Merges two customers or two vendors; entries and transactions of the one go over to the other. */
export function mergeNames(company: Company, merge: Merge): void {
  const loser = company.records.get(merge.entity, merge.loserId);
  const winner = company.records.get(merge.entity, merge.winnerId);
  if (loser === undefined) throw notFound(`${merge.entity} ${merge.loserId}`);
  if (winner === undefined) throw notFound(`${merge.entity} ${merge.winnerId}`);
  if (loser.id === winner.id) throw businessRule('An object cannot be merged into itself.');
  for (const [, set] of [...company.ledger.all()]) {
    if (set.lines.some((line) => isOf(line, merge))) {
      const lines = set.lines.map((line) =>
        isOf(line, merge) ? { ...line, party: { ...line.party!, id: winner.id } } : line,
      );
      company.ledger.post({ ...set, lines });
    }
  }
  for (const entity of TRANSACTION_ENTITIES) {
    for (const record of [...company.records.of(entity).all()]) {
      const data = repointed(record.data, merge, winner) as JsonObject;
      if (data !== record.data) company.complete(record, data);
    }
  }
  company.records.discard(loser);
  const at = company.doors.now();
  const { entity, loserId: deletedId } = merge;
  company.notices.add({ entity, entityId: winner.id, operation: 'Merge', at, deletedId });
}

function isOf(line: EntryLine, merge: Merge): boolean {
  return line.party?.kind === merge.entity && line.party.id === merge.loserId;
}

/** The value with every reference to the loser turned to the winner; the same value when there is none. */
function repointed(value: Json, merge: Merge, winner: StoredEntity): Json {
  if (isList(value)) {
    const items = value.map((item) => repointed(item, merge, winner));
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  if (!isObject(value)) return value;
  let changed = false;
  const members = Object.entries(value).map(([name, member]) => {
    const next = isLoser(name, value, member, merge)
      ? { ...(member as JsonObject), ...refTo(winner) }
      : repointed(member ?? null, merge, winner);
    changed ||= next !== member;
    return [name, next] as const;
  });
  return changed ? Object.fromEntries(members) : value;
}

/** Whether a member is a reference to the loser: by its own name, its own type, or the type beside it. */
function isLoser(name: string, holder: JsonObject, member: Json | undefined, merge: Merge): boolean {
  if (!isObject(member) || member.value !== merge.loserId) return false;
  const type = textAt(member, 'type') ?? textAt(holder, 'Type') ?? '';
  if (name === `${merge.entity}Ref`) return true;
  return (name === 'EntityRef' || name === 'Entity') && type.toLowerCase() === merge.entity.toLowerCase();
}
